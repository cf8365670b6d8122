"""Why a finding is one."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.baseline import Expected
from sgguard.model.finding import Witness
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import Direction


def excess(direction: Direction, packet: Witness, *, certain: bool) -> Reason:
    """A policy accepts too much."""
    return reason(
        "excess.certain" if certain else "excess.possible",
        index=str(packet.policy_index),
        direction=direction_word(direction),
        packet=packet_words(packet, direction),
    )


def missing(expected: Expected, packet: Witness, *, certain: bool) -> Reason:
    """A requirement is not met."""
    requirement = expected.requirement
    index = packet.policy_index
    return reason(
        "missing.certain" if certain else "missing.possible",
        requirement=expected.id,
        packet=packet_words(packet, requirement.direction),
        cause=reason("dropped.implicit") if index is None else reason("dropped.policy", index=index),
        why=reason(f"why.{expected.scope.role}.{requirement.id}", text=requirement.why),
    )


def shadowed(direction: Direction, index: int, hiders: Sequence[int]) -> Reason:
    """A row is dead."""
    words = reason("hiders.none")
    if hiders:
        words = reason("hiders.policies", indexes=", ".join(map(str, hiders)))
    return reason("shadowed", index=index, direction=direction_word(direction), hiders=words)


def undetermined(direction: Direction, index: int, gap: Reason) -> Reason:
    """A row could not be judged."""
    return reason("undetermined", index=index, direction=direction_word(direction), gap=gap)


def direction_word(direction: Direction) -> Reason:
    """The direction's name."""
    return reason(f"direction.{direction}")


def packet_words(packet: Witness, direction: Direction) -> Reason:
    """One packet, for example ``tcp port 2379 from 198.51.100.1``."""
    named = packet.protocol in {"gre", "other"}
    protocol = f"{packet.family} {packet.protocol}" if named else packet.protocol
    if packet.port is None:
        return reason(f"packet.{direction}", protocol=protocol, peer=packet.peer)
    return reason(f"packet.{direction}.port", protocol=protocol, peer=packet.peer, port=packet.port)
