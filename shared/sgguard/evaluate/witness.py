"""One packet that shows a finding, chosen so that a person understands it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sgguard.evaluate.severity import first_port
from sgguard.model.finding import Family, Witness
from sgguard.traffic.address import address_text, parse_address
from sgguard.traffic.block import Region
from sgguard.traffic.box import PORTED

TELLING_PORTS = (10250, 443, 53)
"""Ports that tell what is cut: the kubelet, HTTPS, DNS."""

_EXAMPLES: dict[Family, tuple[int, ...]] = {
    # Documentation addresses (RFC 5737, 3849) belong to nobody, so nobody is accused.
    "ipv4": tuple(parse_address(text)[1] for text in ("198.51.100.1", "203.0.113.1", "192.0.2.1")),
    "ipv6": (parse_address("2001:db8::1")[1],),
}


def witness(regions: Sequence[Region], ports: Iterable[int]) -> Witness:
    """A packet of the regions, at least one: one of the `ports` and a public peer where there are such."""
    preferred = tuple(ports)

    def dullness(region: Region) -> tuple[bool, bool]:
        public = region.mask & ~region.plane.atoms.private
        return first_port(region, preferred) is None, not public

    region = min(regions, key=dullness)
    plane, peer = region.plane, _peer(region)
    deciders = (row for row, hit in region.ruling.hits if plane.atoms.contains(hit, peer))
    return Witness(
        family=plane.family,
        protocol=plane.protocol,
        port=_port(region, preferred) if plane.protocol in PORTED else None,
        peer=address_text(plane.family, peer),
        policy_index=next(deciders, None),
    )


def _port(region: Region, preferred: Iterable[int]) -> int:
    port = first_port(region, preferred)
    if port is not None:
        return port
    start, end = region.ports[0]
    # Nothing listens on port 0.
    return start or min(1, end - 1)


def _peer(region: Region) -> int:
    atoms = region.plane.atoms
    for example in _EXAMPLES[atoms.family]:
        if atoms.contains(region.mask, example):
            return example
    start, end = atoms.spans(region.mask & ~atoms.private or region.mask)[0]
    # The first address of a network is rarely a machine.
    return start + 1 if end - start > 2 else start  # noqa: PLR2004 (a network has more than two addresses)
