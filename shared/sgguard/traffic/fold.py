"""First match wins: from ordered rows to the exact set of packets that they let through.

The packets of a family form a plane: the line of its protocols and their ports x addresses. Both are cut at
every boundary that any row or set mentions: addresses into atoms, the line into columns. A set of packets is
then one integer, a grid: a bit for each atom, column beside column. The rows are decided in order by integer
arithmetic on whole grids:

    hit = row & free;  free ^= hit;  permit |= hit where the row accepts

No packet is ever enumerated and nothing is approximated. Where a plane has many columns it is decided in
tiles of neighbouring columns, so that no integer grows large.

A row whose peers could not be resolved is read twice: in the strict reading an ACCEPT of it matches nothing
and a DROP everything it might, in the lenient reading the other way round. Whatever the truth is, the list
permits at least the strict and at most the lenient set.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from sgguard.model.finding import Family, Protocol
from sgguard.traffic.address import ANYWHERE
from sgguard.traffic.box import FAMILIES, PROTOCOLS, Box, Traffic
from sgguard.traffic.line import line_of, parts_of, point
from sgguard.traffic.port import ALL_PORTS
from sgguard.traffic.space import Atoms
from sgguard.traffic.span import Span

TILE_BITS = 65536
"""Bits of a grid at the most, unless a single column has more."""
_BEYOND = 1 << 20
"""Behind every end of a column."""


# Values that cannot be part of a cycle are kept out of the garbage collector's sight (`gc=False`): one
# evaluation makes thousands of them.
class Row(msgspec.Struct, frozen=True, gc=False):
    """One policy as traffic. `least` equals `most` unless something in it could not be resolved."""

    accept: bool | None
    """None where the action cannot be read; then `least` is empty."""
    least: Traffic
    """What the row matches for sure."""
    most: Traffic
    """What it matches at the most; contains `least`."""


class Ruling(msgspec.Struct, frozen=True, gc=False):
    """How one reading of the rows decides a tile."""

    permit: int
    """Packets that are accepted."""
    hits: list[tuple[int, int]]
    """(row, packets that this row decides) in row order; the implicit DROP decides the others."""


class Tile(msgspec.Struct, frozen=True, gc=False):
    """Neighbouring columns of a plane. Every integer is a grid over them."""

    columns: list[Span]
    """What each column has of the line."""
    width: int
    """Bytes of a column in a grid."""
    strict: Ruling
    lenient: Ruling
    """The same object as `strict` where every row is resolved."""
    sets: list[int]
    """Each set given to `fold`, in that order."""

    def runs(self, grid: int) -> list[tuple[int, Span]]:
        """Neighbouring columns of which a grid has the same atoms: the atoms, and that part of the line.

        Lowest first; columns without any atoms are left out.
        """
        bits = 8 * self.width
        # In each column what differs from the next one. Read from the top, where a look costs least.
        changes = grid ^ grid >> bits
        runs: list[tuple[int, Span]] = []
        atoms, end = 0, 0
        while changes:
            column = (changes.bit_length() - 1) // bits
            if atoms:
                runs.append((atoms, (self.columns[column + 1][0], self.columns[end][1])))
            change = changes >> bits * column
            changes ^= change << bits * column
            atoms, end = atoms ^ change, column
        if atoms:
            runs.append((atoms, (self.columns[0][0], self.columns[end][1])))
        runs.reverse()
        return runs

    @property
    def full(self) -> int:
        """Every packet of the tile."""
        return _all(self.columns, self.width)

    def bit(self, place: int, atom: int) -> int:
        """The grid of one packet, by point of the line and number of its atom; empty if it is not here."""
        number = bisect_right(self.columns, (place, _BEYOND)) - 1
        if number < 0 or place >= self.columns[number][1]:
            return 0
        return 1 << (8 * self.width * number + atom)


class Plane(msgspec.Struct, frozen=True, gc=False):
    """All packets of one family that any row or set mentions."""

    family: Family
    atoms: Atoms
    tiles: list[Tile]

    def decider(self, protocol: Protocol, port: int | None, peer: int, *, lenient: bool) -> int | None:
        """The row that decides one packet in one reading; None for the implicit DROP.

        `port` is None where the protocol has none.
        """
        place, atom = point(protocol, port), self.atoms.number(peer)
        for tile in self.tiles:
            packet = tile.bit(place, atom)
            if packet:
                for row, hit in (tile.lenient if lenient else tile.strict).hits:
                    if hit & packet:
                        return row
        return None

    def boxes(self, tile: Tile, grid: int) -> Iterator[Box]:
        """A grid of one of its tiles as traffic."""
        for (number, mask), ports in parts_of(tile.runs(grid)).items():
            yield Box(self.family, (PROTOCOLS[self.family][number],), tuple(ports), self.atoms.spans(mask))


class _Item(msgspec.Struct, frozen=True, gc=False):
    """One box of a row on its way through the fold."""

    line: tuple[Span, ...]
    peers: tuple[Span, ...]
    owner: int
    """Index of the row."""
    accept: bool
    strict: bool = True
    """Whether the strict reading of the row has this box."""
    lenient: bool = True


class _Laid(msgspec.Struct, frozen=True, gc=False):
    """One box of a set."""

    line: tuple[Span, ...]
    peers: tuple[Span, ...]
    owner: int
    """Number of the set."""


def fold(rows: Sequence[Row], sets: Sequence[Traffic] = ()) -> tuple[Plane, ...]:
    """Decide every packet by the first row that matches it, and lay `sets` over the same atoms.

    Planes that neither a row nor a set reaches are left out: nothing is accepted there.
    """
    items = _items(rows)
    laid: dict[Family, list[_Laid]] = {family: [] for family in FAMILIES}
    for index, traffic in enumerate(sets):
        for box in traffic:
            laid[box.family].append(_Laid(line_of(box.protocols, box.ports), box.peers, index))
    return tuple(
        _plane(family, items[family], laid[family], len(sets))
        for family in FAMILIES
        if items[family] or laid[family]
    )


def permitted(planes: Sequence[Plane], *, lenient: bool = False) -> Traffic:
    """What one reading of the rows accepts, as traffic."""
    return tuple(
        box
        for plane in planes
        for tile in plane.tiles
        for box in plane.boxes(tile, (tile.lenient if lenient else tile.strict).permit)
    )


def _items(rows: Sequence[Row]) -> dict[Family, list[_Item]]:
    """The boxes of the rows by family, without those that earlier rows about everybody leave nothing of.

    A row that opens or closes everything is often followed by many of these.
    """
    items: dict[Family, list[_Item]] = {family: [] for family in FAMILIES}
    undecided = {family: {*PROTOCOLS[family]} for family in FAMILIES}
    for index, row in enumerate(rows):
        for box in row.least:
            left = undecided[box.family]
            if left.isdisjoint(box.protocols):
                continue
            items[box.family].append(
                _Item(line_of(box.protocols, box.ports), box.peers, index, row.accept is True)
            )
            if box.ports == ALL_PORTS and box.peers == ANYWHERE[box.family]:
                left.difference_update(box.protocols)
        if row.most is not row.least:
            for box in row.most:
                items[box.family] += _bounds(box, row, index)
    return items


def _bounds(box: Box, row: Row, index: int) -> Iterator[_Item]:
    """What a row may match besides: accepted in the lenient reading, dropped in the strict one."""
    line = line_of(box.protocols, box.ports)
    if row.accept is not False:
        yield _Item(line, box.peers, index, accept=True, strict=False)
    if row.accept is not True:
        yield _Item(line, box.peers, index, accept=False, lenient=False)


def _plane(family: Family, items: Sequence[_Item], laid: Sequence[_Laid], sets: int) -> Plane:
    atoms = Atoms(family, {one.peers for one in items} | {one.peers for one in laid})
    crossed = [(atoms.mask(item.peers), item) for item in items]
    over = [(one.owner, atoms.mask(one.peers), one.line) for one in laid]
    width = -(-atoms.full.bit_length() // 8)
    return Plane(family, atoms, _Plot(crossed, over, width, sets).tiles())


_Crossed = list[tuple[int, _Item]]
"""Items with their atoms, in row order."""
_Over = list[tuple[int, int, tuple[Span, ...]]]
"""(number, atoms, line) of sets."""


class _Plot:
    """What becomes a plane: items and sets, not yet cut into columns."""

    def __init__(self, crossed: _Crossed, over: _Over, width: int, sets: int) -> None:
        self._crossed = crossed
        self._over = over
        self._width = width
        self._sets = sets
        self._resolved = all(item.strict and item.lenient for _, item in crossed)

    def tiles(self) -> list[Tile]:
        """The columns between all ends of all lines, so many to a tile that no grid grows large."""
        ends = {end for _, item in self._crossed for span in item.line for end in span}
        ends.update(end for *_, line in self._over for span in line for end in span)
        columns = list(pairwise(sorted(ends)))
        size = max(1, TILE_BITS // (8 * self._width))
        windows = [columns[first : first + size] for first in range(0, len(columns), size)]
        reaching = [self._crossed] if len(windows) == 1 else self._reaching(windows)
        whole: dict[int, dict[int, int]] = {len(window): {} for window in windows}
        return [
            self._tile(window, crossed, whole[len(window)])
            for window, crossed in zip(windows, reaching, strict=True)
        ]

    def _reaching(self, windows: Sequence[list[Span]]) -> list[_Crossed]:
        """The items that have something of each window."""
        first = {start: number for number, window in enumerate(windows) for start, _ in window}
        last = {end: number for number, window in enumerate(windows) for _, end in window}
        reaching: list[_Crossed] = [[] for _ in windows]
        for crossed in self._crossed:
            _, item = crossed
            numbers = (n for start, end in item.line for n in range(first[start], last[end] + 1))
            for number in dict.fromkeys(numbers):
                reaching[number].append(crossed)
        return reaching

    def _tile(self, columns: list[Span], crossed: _Crossed, whole: dict[int, int]) -> Tile:
        stamp = _Stamp(columns, self._width, whole)
        rows = [(item, stamp.grid(mask, item.line)) for mask, item in crossed]
        united = [0] * self._sets
        for number, mask, line in self._over:
            united[number] |= stamp.grid(mask, line)
        full = _all(columns, self._width)
        if self._resolved:
            ruling = _ruling(rows, full)
            return Tile(columns, self._width, ruling, ruling, united)
        strict = _ruling([row for row in rows if row[0].strict], full)
        lenient = _ruling([row for row in rows if row[0].lenient], full)
        return Tile(columns, self._width, strict, lenient, united)


class _Stamp:
    """Repeats atoms in the columns of some part of the line."""

    def __init__(self, columns: Sequence[Span], width: int, whole: dict[int, int]) -> None:
        """`whole` remembers what fills all columns, for windows of the same size."""
        self._bits = 8 * width
        self._first, self._last = columns[0][0], columns[-1][1]
        self._position = {start: number for number, (start, _) in enumerate(columns)}
        self._position[self._last] = len(columns)
        self._whole = whole

    def grid(self, mask: int, line: Iterable[Span]) -> int:
        """The atoms in every column of a part of the line; other columns are empty."""
        at, bits = self._position, self._bits
        grid = 0
        for start, end in line:
            if start <= self._first and end >= self._last:
                return self._filled(mask)
            if start < self._last and end > self._first:
                # An end that is no edge of these columns lies beyond them.
                low = at.get(start, 0)
                count = at.get(end, at[self._last]) - low
                grid |= (mask if count == 1 else _repeated(mask, bits, count)) << bits * low
        return grid

    def _filled(self, mask: int) -> int:
        grid = self._whole.get(mask)
        if grid is None:
            grid = self._whole[mask] = _repeated(mask, self._bits, self._position[self._last])
        return grid


def _repeated(mask: int, bits: int, count: int) -> int:
    """A column, so many times side by side."""
    grid, have = mask, 1
    while 2 * have <= count:
        grid |= grid << bits * have
        have *= 2
    # What overlaps is the same on both sides.
    return grid | grid << bits * (count - have)


def _all(columns: Sequence[Span], width: int) -> int:
    return (1 << 8 * width * len(columns)) - 1


def _ruling(rows: Iterable[tuple[_Item, int]], full: int) -> Ruling:
    """Decide the rows in order. `full` is every packet of the tile."""
    permit, free = 0, full
    hits: list[tuple[int, int]] = []
    accepting, before = False, full
    for item, grid in rows:
        hit = grid & free
        if hit:
            if item.accept is not accepting:
                # What went since the last change of action was all accepted, or all dropped.
                if accepting:
                    permit |= before ^ free
                accepting, before = item.accept, free
            free ^= hit
            hits.append((item.owner, hit))
    return Ruling(permit | (before ^ free) if accepting else permit, hits)
