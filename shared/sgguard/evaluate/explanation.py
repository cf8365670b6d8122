"""Why a finding is one."""

from __future__ import annotations

from sgguard.baseline import Expected
from sgguard.model.finding import Witness
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import DIRECTIONS, Direction

_DIRECTIONS: dict[Direction, Reason] = {name: reason(f"direction.{name}") for name in DIRECTIONS}


def excess(direction: Direction, packet: Witness, *, certain: bool) -> Reason:
    """A policy accepts too much."""
    return reason(
        "excess.certain" if certain else "excess.possible",
        index=str(packet.policy_index),
        direction=direction_word(direction),
        packet=packet_words(packet, direction),
    )


def missing(expected: Expected, packet: Witness, cause: Reason, *, certain: bool) -> Reason:
    """A requirement is not met, because of `dropped`."""
    requirement = expected.requirement
    return reason(
        "missing.certain" if certain else "missing.possible",
        requirement=expected.id,
        packet=packet_words(packet, requirement.direction),
        cause=cause,
        why=reason(f"why.{expected.scope.role}.{requirement.id}", text=requirement.why),
    )


def dropped(index: int | None, group_id: str | None) -> Reason:
    """What drops a packet: a row of the group or, with its id, of another one; the implicit DROP if None."""
    if index is None:
        return reason("dropped.implicit")
    if group_id is None:
        return reason("dropped.policy", index=index)
    return reason("dropped.other", index=index, group=group_id)


def shadowed(direction: Direction, index: int) -> Reason:
    """A row is dead."""
    return reason("shadowed", index=index, direction=direction_word(direction))


def undetermined(direction: Direction, index: int, gap: Reason) -> Reason:
    """A row could not be judged."""
    return reason("undetermined", index=index, direction=direction_word(direction), gap=gap)


def too_long(direction: Direction, count: int, limit: int) -> Reason:
    """A list has more rows than are judged."""
    return reason("undetermined.too-long", direction=direction_word(direction), count=count, limit=limit)


def direction_word(direction: Direction) -> Reason:
    """The direction's name."""
    return _DIRECTIONS[direction]


def packet_words(packet: Witness, direction: Direction) -> Reason:
    """One packet, for example ``tcp port 2379 from 198.51.100.1``."""
    named = packet.protocol in {"gre", "other"}
    protocol = f"{packet.family} {packet.protocol}" if named else packet.protocol
    if packet.port is None:
        return reason(f"packet.{direction}", protocol=protocol, peer=packet.peer)
    return reason(f"packet.{direction}.port", protocol=protocol, peer=packet.peer, port=packet.port)
