"""Parts of planes, and how they read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.model.finding import Family, Protocol, TrafficBlock
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS
from sgguard.traffic.fold import Plane, Tile
from sgguard.traffic.line import parts_of
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
    """Some ports of one protocol x some atoms of one plane."""

    plane: Plane
    protocol: Protocol
    mask: int
    ports: tuple[Span, ...]
    """Merged spans."""


def areas(regions: Sequence[Region]) -> list[Area]:
    """The regions, which are of one fold and one of a tile, as products; like parts of them become one."""
    found: list[Area] = []
    for family in FAMILIES:
        own = [region for region in regions if region.plane.family == family]
        if own:
            plane, protocols = own[0].plane, PROTOCOLS[family]
            runs = [run for region in own for run in region.tile.runs(region.grid)]
            found += [
                Area(plane, protocols[number], mask, tuple(ports) if len(own) == 1 else merged(ports))
                for (number, mask), ports in parts_of(runs).items()
            ]
    return found


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
        protocol=area.protocol,
        ports=port_text(area.ports) if area.protocol in PORTED else "ALL",
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
            united[area.protocol] = united.get(area.protocol, 0) | area.mask
    if len(united) < len(PROTOCOLS[parts[0].plane.family]):
        return 0
    whole = parts[0].plane.atoms.full
    for mask in united.values():
        whole &= mask
    return whole
