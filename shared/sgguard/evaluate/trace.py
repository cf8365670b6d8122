"""One packet on its way through the rows, told row by row.

This walk asks each row in turn and knows nothing of grids, so it is also a second opinion on the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from sgguard.baseline import Expectation, Expected, Waiver
from sgguard.evaluate.circumstances import ALONE, Circumstances
from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Family, Protocol
from sgguard.model.security_group import Direction, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.model.stack import Stack
from sgguard.traffic.box import PORTED, Box, Traffic

Trait = Literal["protocol", "port", "peer"]


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """One packet."""

    direction: Direction
    family: Family
    protocol: Protocol
    port: int | None
    """Destination port; None where the protocol has none."""
    peer: int
    """Source of ingress, destination of egress."""


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """What one row has to do with the packet."""

    group_id: str
    policy: SecurityGroupPolicy
    outcome: Literal["decides", "may decide", "almost"]
    """``may decide``: the row could not be resolved. ``almost``: all but `differs` is the packet's."""
    differs: Trait | None = None


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """How one packet fares, and what it should."""

    packet: Packet
    stack: tuple[str, ...]
    """The groups whose rows were read, in order."""
    accepted: bool | None
    """None where it depends on rows that could not be resolved."""
    meetings: tuple[Meeting, ...]
    """In row order up to the row that decides; without one the implicit DROP does."""
    required_by: tuple[Expected, ...]
    permitted_by: tuple[Expected, ...]
    """With neither, the packet is beyond the ceiling."""
    waived_by: tuple[Waiver, ...] = ()
    """Waivers in force that speak of the packet, of either kind."""

    @property
    def wrong(self) -> bool:
        """Whether the packet is for sure accepted beyond the ceiling, or dropped although required.

        What a waiver covers is not.
        """
        if self.accepted:
            waived = any(waiver.covers == "excess" for waiver in self.waived_by)
            return not (self.required_by or self.permitted_by or waived)
        excused = any(waiver.covers == "missing" for waiver in self.waived_by)
        return self.accepted is False and bool(self.required_by) and not excused


def trace(
    packet: Packet,
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    *,
    group_id: str,
    stack: Stack | None = None,
    circumstances: Circumstances = ALONE,
) -> Trace:
    """Follow one packet through a group, or through one stack that the group is part of."""
    stack = stack or Stack()
    rows = stack.policies(group_id, group.rows(packet.direction), packet.direction)
    meetings = tuple(_meetings(packet, rows, circumstances))
    told = [e for e in expectation.of(packet.direction) if not _differences(packet, e.traffic)]
    return Trace(
        packet=packet,
        stack=stack.group_ids(group_id),
        accepted=_accepted(meetings),
        meetings=meetings,
        required_by=tuple(e for e in told if e.need == "required"),
        permitted_by=tuple(e for e in told if e.need == "permitted"),
        waived_by=tuple(
            waiver
            for waiver in circumstances.waivers
            if waiver.direction == packet.direction
            and waiver.expires_at > circumstances.now
            and not _differences(packet, waiver.traffic(expectation.scopes))
        ),
    )


def _meetings(
    packet: Packet, rows: Sequence[tuple[str, SecurityGroupPolicy]], known: Circumstances
) -> Iterator[Meeting]:
    for group_id, policy in rows:
        resolved = resolve(policy, known.names)
        differs = _differences(packet, resolved.row.most)
        if not differs:
            known_action = resolved.row.accept is not None
            sure = known_action and not _differences(packet, resolved.row.least)
            outcome: Literal["decides", "may decide"] = "decides" if sure else "may decide"
            yield Meeting(group_id=group_id, policy=policy, outcome=outcome)
            if outcome == "decides":
                return
        elif len(differs) == 1:
            yield Meeting(group_id=group_id, policy=policy, outcome="almost", differs=differs[0])


def _accepted(meetings: Sequence[Meeting]) -> bool | None:
    """What all rows that decide or may decide agree on."""
    deciding = [meeting for meeting in meetings if meeting.outcome != "almost"]
    answers = {meeting.policy.action.strip().upper() for meeting in deciding}
    if not deciding or deciding[-1].outcome == "may decide":
        answers.add("DROP")
    return answers == {"ACCEPT"} if len(answers) == 1 else None


def _differences(packet: Packet, traffic: Traffic) -> list[Trait]:
    """What keeps the packet out of the traffic: of its nearest box; nothing if it is in it."""
    found = [_box_differences(packet, box) for box in traffic if box.family == packet.family]
    return min(found, key=len, default=["protocol", "port", "peer"])


def _box_differences(packet: Packet, box: Box) -> list[Trait]:
    differs: list[Trait] = []
    if packet.protocol not in box.protocols:
        differs.append("protocol")
    if packet.protocol in PORTED and not any(low <= (packet.port or 0) < high for low, high in box.ports):
        differs.append("port")
    if not any(low <= packet.peer < high for low, high in box.peers):
        differs.append("peer")
    return differs
