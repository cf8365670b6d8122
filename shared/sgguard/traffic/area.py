"""Parts of planes, and how they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sgguard.model.finding import Family, TrafficBlock
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS
from sgguard.traffic.fold import Plane, Tile
from sgguard.traffic.port import ALL_PORTS, port_text
from sgguard.traffic.span import Span, merged


class Region(msgspec.Struct, frozen=True, gc=False):
    """Some packets of one tile."""

    plane: Plane
    tile: Tile
    grid: int

    def deciders(self, *, lenient: bool) -> Iterator[int]:
        """The rows that decide some of the region in one reading; the implicit DROP is none."""
        ruling = self.tile.lenient if lenient else self.tile.strict
        return (row for row, hit in ruling.hits if hit & self.grid)


class Area(msgspec.Struct, frozen=True, gc=False):
    """Some ports x some atoms of one plane."""

    plane: Plane
    mask: int
    ports: Sequence[Span]
    """Merged spans."""


def areas(regions: Iterable[Region]) -> list[Area]:
    """The regions as products, those of one plane with the same atoms taken together."""
    found: list[Area] = []
    planes: dict[int, list[Region]] = {}
    for region in regions:
        planes.setdefault(id(region.plane), []).append(region)
    for tiles in planes.values():
        united = tiles[0].tile.parts(tiles[0].grid)
        for region in tiles[1:]:
            for mask, ports in region.tile.parts(region.grid).items():
                united[mask] = list(merged([*united.get(mask, ()), *ports]))
        found += [Area(tiles[0].plane, mask, ports) for mask, ports in united.items()]
    return found


def blocks(parts: Iterable[Area]) -> tuple[TrafficBlock, ...]:
    """Exactly the traffic of disjoint areas; `ALL` stands in where every protocol has the same part."""
    families: dict[Family, list[Area]] = {}
    for area in parts:
        families.setdefault(area.plane.family, []).append(area)
    return tuple(block for family in FAMILIES if family in families for block in _blocks(families[family]))


def _blocks(parts: Sequence[Area]) -> Iterator[TrafficBlock]:
    atoms, family = parts[0].plane.atoms, parts[0].plane.family
    whole = _every_protocol(parts)
    if whole:
        yield TrafficBlock(family=family, protocol="ALL", ports="ALL", peers=atoms.texts(whole))
    for area in parts:
        mask, protocol = area.mask, area.plane.protocol
        rest = mask & ~whole if whole and tuple(area.ports) == ALL_PORTS else mask
        if rest:
            text = port_text(area.ports) if protocol in PORTED else "ALL"
            yield TrafficBlock(family=family, protocol=protocol, ports=text, peers=atoms.texts(rest))


def _every_protocol(parts: Sequence[Area]) -> int:
    """Atoms that have all ports of all protocols. Areas are disjoint, so no other one has any of them."""
    united: dict[str, int] = {}
    for area in parts:
        if tuple(area.ports) == ALL_PORTS:
            united[area.plane.protocol] = united.get(area.plane.protocol, 0) | area.mask
    if len(united) < len(PROTOCOLS[parts[0].plane.family]):
        return 0
    whole = parts[0].plane.atoms.full
    for mask in united.values():
        whole &= mask
    return whole
