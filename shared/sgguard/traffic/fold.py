"""First match wins: from ordered rows to the exact set of packets that they let through.

Per family and protocol the packet space is a plane, ports x addresses. Addresses are cut at every boundary
that any row or set mentions, so a set of addresses is one integer, a bit an atom. Ports are swept from left
to right; all ports crossed by the same rows and sets form one cell, which is decided once by walking its rows
in order with integer arithmetic. No packet is ever enumerated and nothing is approximated.

A row whose peers could not be resolved is read twice: in the strict reading an ACCEPT of it matches nothing
and a DROP everything it might, in the lenient reading the other way round. Whatever the truth is, the list
permits at least the strict and at most the lenient set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from sgguard.model.finding import Family, Protocol
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS, Box, Traffic
from sgguard.traffic.port import ALL_PORTS
from sgguard.traffic.space import Atoms
from sgguard.traffic.span import Span


class Row(msgspec.Struct, frozen=True):
    """One policy as traffic. `least` equals `most` unless something in it could not be resolved."""

    accept: bool | None
    """None where the action cannot be read; then `least` is empty."""
    least: Traffic
    """What the row matches for sure."""
    most: Traffic
    """What it matches at the most; contains `least`."""


class Ruling(NamedTuple):
    """How one reading of the rows decides a cell."""

    permit: int
    """Atoms whose packets are accepted."""
    hits: tuple[tuple[int, int], ...]
    """(row, atoms that this row decides) in row order; the implicit DROP decides the others."""


class Cell(NamedTuple):
    """Ports that the same rows and the same sets cross."""

    ports: list[Span]
    strict: Ruling
    lenient: Ruling
    """The same object as `strict` where every row is resolved."""
    sets: tuple[int, ...]
    """Atoms of each set given to `fold`, in that order."""


class Plane(NamedTuple):
    """All packets of one protocol of one family that any row or set mentions."""

    family: Family
    protocol: Protocol
    atoms: Atoms
    cells: tuple[Cell, ...]


class _Item(NamedTuple):
    """One box of a row or of a set on its way through the sweep."""

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
    return tuple(plane for family in FAMILIES for plane in _planes(family, rows, sets))


def permitted(planes: Sequence[Plane], *, lenient: bool = False) -> Traffic:
    """What one reading of the rows accepts, as traffic."""
    return tuple(
        Box(plane.family, (plane.protocol,), tuple(cell.ports), plane.atoms.spans(ruling.permit))
        for plane in planes
        for cell in plane.cells
        if (ruling := cell.lenient if lenient else cell.strict).permit
    )


def _planes(family: Family, rows: Sequence[Row], sets: Sequence[Traffic]) -> Iterator[Plane]:
    items = [item for item in _items(rows, sets) if item.box.family == family]
    atoms = Atoms(family, (span for item in items for span in item.box.peers))
    decided: dict[tuple[int, ...], tuple[Cell, ...]] = {}
    for protocol in PROTOCOLS[family]:
        crossed = [item for item in items if protocol in item.box.protocols]
        if protocol in PORTED and crossed:
            yield Plane(family, protocol, atoms, _Sweep(crossed, atoms, len(sets)).cells(crossed))
        elif crossed:
            # GRE and the nameless rest are nearly always crossed by the same rows: decide those once.
            key = tuple(map(id, crossed))
            if key not in decided:
                decided[key] = _Sweep(crossed, atoms, len(sets)).whole()
            yield Plane(family, protocol, atoms, decided[key])


def _items(rows: Sequence[Row], sets: Sequence[Traffic]) -> Iterator[_Item]:
    for index, row in enumerate(rows):
        yield from (_Item(box, index, accept=bool(row.accept)) for box in row.least)
        if row.most is not row.least:
            yield from _bounds(row, index)
    for index, traffic in enumerate(sets):
        yield from (_Item(box, index, is_set=True) for box in traffic)


def _bounds(row: Row, index: int) -> Iterator[_Item]:
    """What the row may match besides: accepted in the lenient reading, dropped in the strict one."""
    if row.accept is not False:
        yield from (_Item(box, index, accept=True, strict=False) for box in row.most)
    if row.accept is not True:
        yield from (_Item(box, index, accept=False, lenient=False) for box in row.most)


class _Sweep:
    """The items that cross one protocol, and the cells they cut its ports into."""

    def __init__(self, items: Sequence[_Item], atoms: Atoms, sets: int) -> None:
        self._masks = [atoms.mask(item.box.peers) for item in items]
        self._owners = [item.owner for item in items]
        self._accepts = [item.accept for item in items]
        self._full = atoms.full
        self._sets = sets
        self._strict = _bits(item.strict and not item.is_set for item in items)
        self._lenient = _bits(item.lenient and not item.is_set for item in items)
        self._named = _bits(item.is_set for item in items)
        self._all = (1 << len(items)) - 1

    def whole(self) -> tuple[Cell, ...]:
        """The one cell of a protocol without ports."""
        return (self._cell(self._all, [*ALL_PORTS]),)

    def cells(self, items: Sequence[_Item]) -> tuple[Cell, ...]:
        """Ports grouped by the items that cross them; ports that none crosses are left out."""
        events: dict[int, int] = {}
        for position, item in enumerate(items):
            bit = 1 << position
            for start, end in item.box.ports:
                events[start] = events.get(start, 0) ^ bit
                events[end] = events.get(end, 0) ^ bit
        found: dict[int, list[Span]] = {}
        members, left = 0, 0
        for point in sorted(events):
            if members:
                ports = found.setdefault(members, [])
                if ports and ports[-1][1] == left:
                    ports[-1] = (ports[-1][0], point)
                else:
                    ports.append((left, point))
            members ^= events[point]
            left = point
        return tuple(self._cell(members, ports) for members, ports in found.items())

    def _cell(self, members: int, ports: list[Span]) -> Cell:
        strict = self._rule(members & self._strict)
        lenient = strict if self._strict == self._lenient else self._rule(members & self._lenient)
        sets = [0] * self._sets
        rest = members & self._named
        while rest:
            low = rest & -rest
            position = low.bit_length() - 1
            sets[self._owners[position]] |= self._masks[position]
            rest ^= low
        return Cell(ports, strict, lenient, tuple(sets))

    def _rule(self, members: int) -> Ruling:
        masks, accepts, owners = self._masks, self._accepts, self._owners
        free, permit = self._full, 0
        hits: list[tuple[int, int]] = []
        while members and free:
            low = members & -members
            members ^= low
            position = low.bit_length() - 1
            hit = masks[position] & free
            if hit:
                free ^= hit
                hits.append((owners[position], hit))
                if accepts[position]:
                    permit |= hit
        return Ruling(permit, tuple(hits))


def _bits(flags: Iterator[bool]) -> int:
    bits = 0
    for position, flag in enumerate(flags):
        bits |= flag << position
    return bits
