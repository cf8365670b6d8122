"""One packet that shows a finding, chosen so that a person understands it at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sgguard.evaluate.landmark import Landmarks
from sgguard.model.finding import Family, Protocol, Witness
from sgguard.traffic.address import address_text, parse_address
from sgguard.traffic.area import Area
from sgguard.traffic.box import PORTED
from sgguard.traffic.fold import Plane

Decider = Callable[[Plane, Protocol, int | None, int], int | None]
"""Tells the policy that decides a packet, by plane, protocol, port and peer; None for the implicit DROP."""

_EXAMPLES: dict[Family, tuple[tuple[int, str], ...]] = {
    # Documentation addresses (RFC 5737, 3849) belong to nobody, so nobody is accused.
    "ipv4": tuple((parse_address(text)[1], text) for text in ("198.51.100.1", "203.0.113.1", "192.0.2.1")),
    "ipv6": ((parse_address("2001:db8::1")[1], "2001:db8::1"),),
}


def witness(areas: Sequence[Area], landmarks: Landmarks, decider: Decider | int) -> Witness:
    """A packet of the areas, at least one: a landmark and a public peer where there are such.

    `decider` is the policy that decides all of them, or tells it.
    """
    area, port = _telling(areas, landmarks)
    plane, (peer, text) = area.plane, _peer(area)
    if port is None and area.protocol in PORTED:
        start, end = area.ports[0]
        port = start or min(1, end - 1)  # nothing listens on port 0
    return Witness(
        family=plane.family,
        protocol=area.protocol,
        port=port,
        peer=text,
        policy_index=decider if isinstance(decider, int) else decider(plane, area.protocol, port, peer),
    )


def _telling(areas: Sequence[Area], landmarks: Landmarks) -> tuple[Area, int | None]:
    """The area that tells most: with a landmark and public, with a landmark, public, any."""
    best, best_rank, best_port = areas[0], -1, None
    for area in areas:
        port = landmarks.first(area)
        public = bool(area.mask & area.plane.atoms.public)
        rank = 2 * (port is not None) + public
        if rank > best_rank:
            best, best_rank, best_port = area, rank, port
            if rank == 3:  # noqa: PLR2004 (both)
                break
    return best, best_port


def _peer(area: Area) -> tuple[int, str]:
    atoms, mask = area.plane.atoms, area.mask
    for example in _EXAMPLES[atoms.family]:
        if atoms.contains(mask, example[0]):
            return example
    start, end = atoms.first_span(mask & atoms.public or mask)
    # The first address of a network is rarely a machine.
    peer = start + 1 if end - start > 2 else start  # noqa: PLR2004 (a network has more than two addresses)
    return peer, address_text(atoms.family, peer)
