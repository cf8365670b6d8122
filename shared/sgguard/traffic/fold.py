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
        if len(self.columns) == 1:
            return {grid: [*self.columns]}
        width = self.width
        data = grid.to_bytes(len(self.columns) * width, "little")
        found: dict[bytes, list[Span]] = {}
        # Whole columns of zeros at both ends need no look.
        first, last = ((grid & -grid).bit_length() - 1) // (8 * width), -(-grid.bit_length() // (8 * width))
        before = b""
        for number in range(max(first, 0), last):
            column = data[number * width : (number + 1) * width]
            if column == before:
                ports = found[column]
                ports[-1] = (ports[-1][0], self.columns[number][1])
            else:
                found.setdefault(column, []).append(self.columns[number])
                before = column
        return {atoms: ports for data, ports in found.items() if (atoms := int.from_bytes(data, "little"))}

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
            packet = tile.bit(port or 0, atom) if atom is not None else 0
            for row, hit in (tile.lenient if lenient else tile.strict).hits:
                if hit & packet:
                    return row
        return None


class _Item(msgspec.Struct, frozen=True, gc=False):
    """One box of a row or of a set on its way through the fold."""

    box: Box
    owner: int
    """Index of the row, or of the set where `is_set`."""
    accept: bool = False
    strict: bool = True
    """Whether the strict reading of the row has this box."""
    lenient: bool = True
    is_set: bool = False


def fold(rows: Sequence[Row], sets: Sequence[Traffic] = ()) -> tuple[Plane, ...]:
    """Decide every packet by the first row that matches it, and lay `sets` over the same atoms.

    Planes that neither a row nor a set reaches are left out: nothing is accepted there.
    """
    families: dict[Family, list[_Item]] = {family: [] for family in FAMILIES}
    for item in _items(rows, sets):
        families[item.box.family].append(item)
    return tuple(
        plane for family, items in families.items() if items for plane in _planes(family, items, len(sets))
    )


def permitted(planes: Sequence[Plane], *, lenient: bool = False) -> Traffic:
    """What one reading of the rows accepts, as traffic."""
    return tuple(
        Box(plane.family, (plane.protocol,), merged(ports), plane.atoms.spans(mask))
        for plane in planes
        for tile in plane.tiles
        for mask, ports in tile.parts((tile.lenient if lenient else tile.strict).permit).items()
    )


def _items(rows: Sequence[Row], sets: Sequence[Traffic]) -> Iterator[_Item]:
    """Every box, those of rows first and in row order."""
    for index, row in enumerate(rows):
        for box in row.least:
            yield _Item(box, index, bool(row.accept))
        if row.most is not row.least:
            yield from _bounds(row, index)
    for index, traffic in enumerate(sets):
        for box in traffic:
            yield _Item(box, index, is_set=True)


def _bounds(row: Row, index: int) -> Iterator[_Item]:
    """What the row may match besides: accepted in the lenient reading, dropped in the strict one."""
    if row.accept is not False:
        yield from (_Item(box, index, accept=True, strict=False) for box in row.most)
    if row.accept is not True:
        yield from (_Item(box, index, accept=False, lenient=False) for box in row.most)


def _planes(family: Family, items: Sequence[_Item], sets: int) -> Iterator[Plane]:
    atoms = Atoms(family, {item.box.peers for item in items})
    masks = [atoms.mask(item.box.peers) for item in items]
    crossing: dict[Protocol, list[int]] = {protocol: [] for protocol in PROTOCOLS[family]}
    for position, item in enumerate(items):
        for protocol in item.box.protocols:
            crossing[protocol].append(position)
    portless: dict[tuple[int, ...], list[Tile]] = {}
    for protocol, positions in crossing.items():
        crossed = _living(positions, items, masks, ported=protocol in PORTED)
        if protocol in PORTED and crossed:
            stripes = [_Stripe(items[p], masks[p], items[p].box.ports) for p in crossed]
            yield Plane(family, protocol, atoms, _tiles(stripes, atoms, sets))
        elif crossed:
            # GRE and the nameless rest are nearly always crossed by the same rows: decide those once.
            key = tuple(crossed)
            if key not in portless:
                stripes = [_Stripe(items[p], masks[p], ALL_PORTS) for p in crossed]
                portless[key] = _tiles(stripes, atoms, sets)
            yield Plane(family, protocol, atoms, portless[key])


def _living(
    positions: Sequence[int], items: Sequence[_Item], masks: Sequence[int], *, ported: bool
) -> list[int]:
    """The items without the rows that decide nothing here: all their atoms are taken, whatever the port.

    A row that opens or closes everything is often followed by many of these.
    """
    taken = 0
    living = []
    for position in positions:
        item, mask = items[position], masks[position]
        if item.is_set or mask & ~taken:
            living.append(position)
        if item.strict and item.lenient and not item.is_set and (not ported or item.box.ports == ALL_PORTS):
            taken |= mask
    return living


class _Stripe:
    """One item on one plane: the same atoms in some columns."""

    __slots__ = ("_column", "_ports", "_ranges", "item")

    def __init__(self, item: _Item, mask: int, ports: tuple[Span, ...]) -> None:
        self.item = item
        self._column = mask
        self._ports = ports
        self._ranges: list[Span] = []

    def edges(self) -> Iterable[int]:
        """Where its ports begin and end."""
        return [edge for span in self._ports for edge in span]

    def place(self, position: dict[int, int]) -> None:
        """Learn the numbers of the columns that begin at each edge."""
        self._ranges = [(position[start], position[end]) for start, end in self._ports]

    def grid(self, first: int, last: int, width: int) -> int:
        """The item over the columns from `first` to before `last`."""
        data = self._column.to_bytes(width, "little")
        grid = 0
        for start, end in self._ranges:
            low, high = max(start, first), min(end, last)
            if low < high:
                grid |= int.from_bytes(data * (high - low), "little") << (8 * width * (low - first))
        return grid


def _tiles(stripes: Sequence[_Stripe], atoms: Atoms, sets: int) -> list[Tile]:
    edges = sorted({edge for stripe in stripes for edge in stripe.edges()})
    position = {edge: number for number, edge in enumerate(edges)}
    for stripe in stripes:
        stripe.place(position)
    columns = list(pairwise(edges))
    width = -(-atoms.full.bit_length() // 8)
    size = max(1, TILE_BITS // (8 * width))
    one_reading = all(stripe.item.strict and stripe.item.lenient for stripe in stripes)
    tiles = []
    for first in range(0, len(columns), size):
        last = min(first + size, len(columns))
        grids = [(s.item, grid) for s in stripes if (grid := s.grid(first, last, width))]
        rows = [(item, grid) for item, grid in grids if not item.is_set]
        strict = lenient = _ruling(rows)
        if not one_reading:
            strict = _ruling([row for row in rows if row[0].strict])
            lenient = _ruling([row for row in rows if row[0].lenient])
        united = [0] * sets
        for item, grid in grids:
            if item.is_set:
                united[item.owner] |= grid
        tiles.append(Tile(columns[first:last], width, strict, lenient, united))
    return tiles


def _ruling(rows: Sequence[tuple[_Item, int]]) -> Ruling:
    permit, free = 0, -1
    hits: list[tuple[int, int]] = []
    for item, grid in rows:
        hit = grid & free
        if hit:
            free ^= hit
            hits.append((item.owner, hit))
            if item.accept:
                permit |= hit
    return Ruling(permit, hits)
