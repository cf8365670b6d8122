"""Findings in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.baseline import Expected
from sgguard.model.finding import Witness
from sgguard.model.security_group import Direction

_PEER: dict[Direction, str] = {"ingress": "from", "egress": "to"}


def excess(direction: Direction, packet: Witness, *, certain: bool) -> str:
    """Why a policy that accepts too much is a finding."""
    verb = "accepts" if certain else "may accept"
    tail = "" if certain else ", depending on rows that could not be resolved"
    return (
        f"{direction.capitalize()} policy {packet.policy_index} {verb} {packet_text(packet, direction)}, "
        f"which the baseline neither requires nor permits{tail}."
    )


def missing(expected: Expected, packet: Witness, *, certain: bool) -> str:
    """Why a requirement is not met, and what breaks."""
    direction = expected.requirement.direction
    verb = "is dropped" if certain else "may be dropped"
    index = packet.policy_index
    by = "because no policy accepts it" if index is None else f"by policy {index}"
    return (
        f"Required {direction} traffic of {expected.id} {verb}: {packet_text(packet, direction)}, {by}. "
        f"{expected.requirement.why}"
    ).strip()


def shadowed(direction: Direction, index: int) -> str:
    """Why a row is dead."""
    return (
        f"{direction.capitalize()} policy {index} never decides a packet: earlier policies match all of it."
    )


def undetermined(direction: Direction, index: int, reason: str) -> str:
    """Why a row could not be judged."""
    return f"{direction.capitalize()} policy {index} could not be resolved: {reason}."


def packet_text(packet: Witness, direction: Direction) -> str:
    """For example ``tcp port 2379 from 198.51.100.1``."""
    port = "" if packet.port is None else f" port {packet.port}"
    name = f"{packet.family} " if packet.protocol in {"gre", "other"} else ""
    return f"{name}{packet.protocol}{port} {_PEER[direction]} {packet.peer}"


def reasons(texts: Sequence[str]) -> str:
    """Several reasons as one sentence part."""
    return "; ".join(texts)
