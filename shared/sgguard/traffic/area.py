"""Parts of planes, and how they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

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

    def droppers(self, accepts: Sequence[bool | None], *, lenient: bool) -> Iterator[int]:
        """The rows that drop some of the region in one reading; the implicit DROP is none."""
        ruling = self.tile.lenient if lenient else self.tile.strict
        return (row for row, hit in ruling.hits if not accepts[row] and hit & self.grid)


class Area(msgspec.Struct, frozen=True, gc=False):
    """Some ports x some atoms of one plane."""

    plane: Plane
    mask: int
    ports: tuple[Span, ...]
    """Merged spans."""


def areas(regions: Iterable[Region]) -> list[Area]:
    """The regions as products. Those of one plane stand together, one of a tile; like parts become one."""
    found: list[Area] = []
    plane: Plane | None = None
    united: dict[int, list[Span]] = {}
    for region in regions:
        parts = region.tile.parts(region.grid)
        if region.plane is not plane:
            found += _joined(plane, united)
            plane, united = region.plane, parts
        else:
            for mask, ports in parts.items():
                united.setdefault(mask, []).extend(ports)
    return found + _joined(plane, united)


def _joined(plane: Plane | None, united: Mapping[int, Sequence[Span]]) -> list[Area]:
    """What the tiles of a plane have, across their borders."""
    if plane is None:
        return []
    if len(plane.tiles) == 1:
        return [Area(plane, mask, tuple(ports)) for mask, ports in united.items()]
    return [Area(plane, mask, merged(ports)) for mask, ports in united.items()]


def blocks(parts: Sequence[Area]) -> tuple[TrafficBlock, ...]:
    """Exactly the traffic of disjoint areas; `ALL` stands in where every protocol has the same part."""
    if len(parts) < _FEWEST:
        return tuple([_block(area, area.mask) for area in parts])
    families: dict[Family, list[Area]] = {}
    for area in parts:
        families.setdefault(area.plane.family, []).append(area)
    return tuple(block for family in FAMILIES if family in families for block in _blocks(families[family]))


_FEWEST = min(map(len, PROTOCOLS.values()))
"""Areas at the least of which one may be about every protocol of a family."""


def _block(area: Area, mask: int) -> TrafficBlock:
    plane = area.plane
    return TrafficBlock(
        family=plane.family,
        protocol=plane.protocol,
        ports=port_text(area.ports) if plane.protocol in PORTED else "ALL",
        peers=plane.atoms.texts(mask),
    )


def _blocks(parts: Sequence[Area]) -> Iterator[TrafficBlock]:
    atoms, family = parts[0].plane.atoms, parts[0].plane.family
    whole = _every_protocol(parts)
    if whole:
        yield TrafficBlock(family=family, protocol="ALL", ports="ALL", peers=atoms.texts(whole))
    for area in parts:
        rest = area.mask & ~whole if whole and area.ports == ALL_PORTS else area.mask
        if rest:
            yield _block(area, rest)


def _every_protocol(parts: Sequence[Area]) -> int:
    """Atoms that have all ports of all protocols. Areas are disjoint, so no other one has any of them."""
    united: dict[str, int] = {}
    for area in parts:
        if area.ports == ALL_PORTS:
            united[area.plane.protocol] = united.get(area.plane.protocol, 0) | area.mask
    if len(united) < len(PROTOCOLS[parts[0].plane.family]):
        return 0
    whole = parts[0].plane.atoms.full
    for mask in united.values():
        whole &= mask
    return whole
