"""First match wins: from ordered rows to the exact set of packets that they let through.

Per family and protocol the packets form a plane, ports x addresses. Both are cut at every boundary that any
row or set mentions: addresses into atoms, ports into columns. A set of packets is then one integer, a grid: a
bit for each atom, column beside column. The rows are decided in order by integer arithmetic on whole grids:

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
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS, Box, Traffic
from sgguard.traffic.port import ALL_PORTS
from sgguard.traffic.space import Atoms
from sgguard.traffic.span import Span, merged

TILE_BITS = 65536
"""Bits of a grid at the most, unless a single column has more."""
_BEYOND = 65537
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
    """Ports of each column."""
    width: int
    """Bytes of a column in a grid."""
    strict: Ruling
    lenient: Ruling
    """The same object as `strict` where every row is resolved."""
    sets: list[int]
    """Each set given to `fold`, in that order."""

    def parts(self, grid: int) -> dict[int, list[Span]]:
        """Ports by the atoms that a grid has in their columns; columns without any are left out."""
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
        found: dict[int, list[Span]] = {}
        for atoms, ports in reversed(runs):
            found.setdefault(atoms, []).append(ports)
        return found

    @property
    def full(self) -> int:
        """Every packet of the tile."""
        return _all(self.columns, self.width)

    def bit(self, port: int, atom: int) -> int:
        """The grid of one packet, by port and number of its atom; empty if the tile does not have it."""
        number = bisect_right(self.columns, (port, _BEYOND)) - 1
        if number < 0 or port >= self.columns[number][1]:
            return 0
        return 1 << (8 * self.width * number + atom)


class Plane(msgspec.Struct, frozen=True, gc=False):
    """All packets of one protocol of one family that any row or set mentions."""

    family: Family
    protocol: Protocol
    atoms: Atoms
    tiles: list[Tile]

    def decider(self, port: int | None, peer: int, *, lenient: bool) -> int | None:
        """The row that decides one packet in one reading; None for the implicit DROP.

        `port` is None where the protocol has none.
        """
        atom = self.atoms.number(peer)
        for tile in self.tiles:
            packet = tile.bit(port or 0, atom)
            if packet:
                for row, hit in (tile.lenient if lenient else tile.strict).hits:
                    if hit & packet:
                        return row
        return None


class _Item(msgspec.Struct, frozen=True, gc=False):
    """One box of a row on its way through the fold."""

    box: Box
    owner: int
    """Index of the row."""
    accept: bool
    strict: bool = True
    """Whether the strict reading of the row has this box."""
    lenient: bool = True


class _Laid(msgspec.Struct, frozen=True, gc=False):
    """One box of a set."""

    box: Box
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
            laid[box.family].append(_Laid(box, index))
    return tuple(
        plane for family in FAMILIES for plane in _planes(family, items[family], laid[family], len(sets))
    )


def permitted(planes: Sequence[Plane], *, lenient: bool = False) -> Traffic:
    """What one reading of the rows accepts, as traffic."""
    return tuple(
        Box(plane.family, (plane.protocol,), merged(ports), plane.atoms.spans(mask))
        for plane in planes
        for tile in plane.tiles
        for mask, ports in tile.parts((tile.lenient if lenient else tile.strict).permit).items()
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
            items[box.family].append(_Item(box, index, row.accept is True))
            if box.ports == ALL_PORTS and box.peers == ANYWHERE[box.family]:
                left.difference_update(box.protocols)
        if row.most is not row.least:
            for item in _bounds(row, index):
                items[item.box.family].append(item)
    return items


def _bounds(row: Row, index: int) -> Iterator[_Item]:
    """What the row may match besides: accepted in the lenient reading, dropped in the strict one."""
    if row.accept is not False:
        yield from (_Item(box, index, accept=True, strict=False) for box in row.most)
    if row.accept is not True:
        yield from (_Item(box, index, accept=False, lenient=False) for box in row.most)


_Crossed = list[tuple[int, _Item]]
"""Items with their atoms, in row order."""
_Over = list[tuple[int, int, tuple[Span, ...]]]
"""(number, atoms, ports) of sets."""


def _planes(family: Family, items: Sequence[_Item], laid: Sequence[_Laid], sets: int) -> Iterator[Plane]:
    atoms = Atoms(family, {one.box.peers for one in items} | {one.box.peers for one in laid})
    crossing = _crossing(family, items, atoms)
    masks = [(one.owner, atoms.mask(one.box.peers), one.box) for one in laid]
    width = -(-atoms.full.bit_length() // 8)
    portless: dict[object, list[Tile]] = {}
    for protocol, crossed in crossing.items():
        over = [(owner, mask, box.ports) for owner, mask, box in masks if protocol in box.protocols]
        if not (crossed or over):
            continue
        if protocol in PORTED:
            yield Plane(family, protocol, atoms, _Plot(crossed, over, width, sets).tiles())
        else:
            # GRE and the nameless rest are nearly always crossed by the same rows: decide those once.
            key = (*(id(item) for _, item in crossed), *((owner, mask) for owner, mask, _ in over))
            if key not in portless:
                portless[key] = [_Plot(crossed, over, width, sets).single()]
            yield Plane(family, protocol, atoms, portless[key])


def _crossing(family: Family, items: Sequence[_Item], atoms: Atoms) -> dict[Protocol, _Crossed]:
    """The items by protocol, without those that decide nothing there: their atoms are taken at any port."""
    taken = dict.fromkeys(PROTOCOLS[family], 0)
    crossing: dict[Protocol, _Crossed] = {protocol: [] for protocol in taken}
    for item in items:
        mask = atoms.mask(item.box.peers)
        for protocol in item.box.protocols:
            before = taken[protocol]
            after = before | mask
            if after != before:
                crossing[protocol].append((mask, item))
                whole = protocol not in PORTED or item.box.ports == ALL_PORTS
                if whole and item.strict and item.lenient:
                    taken[protocol] = after
    return crossing


class _Plot:
    """What becomes a plane: items and sets, not yet cut into columns."""

    def __init__(self, crossed: _Crossed, over: _Over, width: int, sets: int) -> None:
        self._crossed = crossed
        self._over = over
        self._width = width
        self._sets = sets
        self._resolved = all(item.strict and item.lenient for _, item in crossed)

    def single(self) -> Tile:
        """The one column of a protocol without ports."""
        rows = [(item, mask) for mask, item in self._crossed]
        return self._tile([*ALL_PORTS], rows, [(number, mask) for number, mask, _ in self._over])

    def tiles(self) -> list[Tile]:
        """The columns between all ends of all ports, so many to a tile that no grid grows large."""
        edges = {edge for _, item in self._crossed for span in item.box.ports for edge in span}
        edges.update(edge for _, _, ports in self._over for span in ports for edge in span)
        columns = list(pairwise(sorted(edges)))
        if columns == [*ALL_PORTS]:
            return [self.single()]
        size = max(1, TILE_BITS // (8 * self._width))
        windows = [columns[first : first + size] for first in range(0, len(columns), size)]
        whole: dict[int, dict[int, int]] = {len(window): {} for window in windows}
        return [self._window(window, whole[len(window)]) for window in windows]

    def _window(self, columns: list[Span], whole: dict[int, int]) -> Tile:
        stamp = _Stamp(columns, self._width, whole)
        rows = [(item, grid) for mask, item in self._crossed if (grid := stamp.grid(mask, item.box.ports))]
        return self._tile(columns, rows, [(n, stamp.grid(mask, ports)) for n, mask, ports in self._over])

    def _tile(
        self, columns: list[Span], rows: list[tuple[_Item, int]], over: Iterable[tuple[int, int]]
    ) -> Tile:
        united = [0] * self._sets
        for number, grid in over:
            united[number] |= grid
        full = _all(columns, self._width)
        if self._resolved:
            ruling = _ruling(rows, full)
            return Tile(columns, self._width, ruling, ruling, united)
        strict = _ruling([row for row in rows if row[0].strict], full)
        lenient = _ruling([row for row in rows if row[0].lenient], full)
        return Tile(columns, self._width, strict, lenient, united)


class _Stamp:
    """Repeats atoms in the columns of some ports."""

    def __init__(self, columns: Sequence[Span], width: int, whole: dict[int, int]) -> None:
        """`whole` remembers what fills all columns, for windows of the same size."""
        self._bits = 8 * width
        self._first, self._last = columns[0][0], columns[-1][1]
        self._position = {start: number for number, (start, _) in enumerate(columns)}
        self._position[self._last] = len(columns)
        self._whole = whole

    def grid(self, mask: int, ports: Iterable[Span]) -> int:
        """The atoms in every column of the ports; other columns are empty."""
        at, bits = self._position, self._bits
        grid = 0
        for start, end in ports:
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
