"""Regions of planes as readable blocks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sgguard.model.finding import Protocol, TrafficBlock
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS
from sgguard.traffic.fold import Plane, Ruling
from sgguard.traffic.port import ALL_PORTS, port_text
from sgguard.traffic.space import Atoms
from sgguard.traffic.span import Span, merged


class Region(NamedTuple):
    """Some ports x some atoms of one plane."""

    plane: Plane
    ports: list[Span]
    mask: int
    ruling: Ruling
    """How the cell that the region is part of was decided."""

    def deciders(self) -> list[int]:
        """Rows that decide some of the region; the implicit DROP is none."""
        return [row for row, hit in self.ruling.hits if hit & self.mask]


_Shapes = dict[Protocol, dict[int, list[Span]]]
"""Per protocol: ports by the atoms they go with."""


def blocks(regions: Iterable[Region]) -> tuple[TrafficBlock, ...]:
    """Exactly the traffic of disjoint regions; `ALL` stands in where every protocol has the same part."""
    found: list[TrafficBlock] = []
    shapes: dict[str, _Shapes] = {family: {} for family in FAMILIES}
    atoms: dict[str, Atoms] = {}
    for plane, ports, mask, _ in regions:
        atoms[plane.family] = plane.atoms
        shapes[plane.family].setdefault(plane.protocol, {}).setdefault(mask, []).extend(ports)
    for family in FAMILIES:
        if shapes[family]:
            found.extend(_family_blocks(atoms[family], shapes[family]))
    return tuple(found)


def _family_blocks(atoms: Atoms, shapes: _Shapes) -> Iterable[TrafficBlock]:
    family = atoms.family
    whole = _every_protocol(atoms, shapes)
    if whole:
        yield TrafficBlock(family=family, protocol="ALL", ports="ALL", peers=atoms.texts(whole))
    for protocol in PROTOCOLS[family]:
        for mask, ports in shapes.get(protocol, {}).items():
            spans = merged(ports)
            rest = mask & ~whole if spans == ALL_PORTS else mask
            if rest:
                text = port_text(spans) if protocol in PORTED else "ALL"
                yield TrafficBlock(family=family, protocol=protocol, ports=text, peers=atoms.texts(rest))


def _every_protocol(atoms: Atoms, shapes: _Shapes) -> int:
    """Atoms that have all ports of all protocols. Regions are disjoint, so no other shape has any of them."""
    if len(shapes) < len(PROTOCOLS[atoms.family]):
        return 0
    whole = atoms.full
    for masks in shapes.values():
        united = 0
        for mask, ports in masks.items():
            if merged(ports) == ALL_PORTS:
                united |= mask
        whole &= united
    return whole
