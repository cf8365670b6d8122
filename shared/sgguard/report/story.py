"""What a trace says, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.evaluate.explanation import packet_words
from sgguard.evaluate.trace import Meeting, Trace
from sgguard.model.finding import Witness
from sgguard.model.reason import Reason, reason
from sgguard.report.text import plain, row_text
from sgguard.traffic.address import address_text


def story(trace: Trace) -> Iterator[Reason]:
    """What becomes of the packet, which rows came near it, and what the baseline says of it."""
    yield _ending(trace)
    for meeting in trace.meetings:
        if meeting.outcome == "may decide":
            yield reason("trace.may", **_row(trace, meeting))
        elif meeting.differs:
            trait = reason(f"trait.{meeting.differs}")
            yield reason("trace.almost", trait=trait, **_row(trace, meeting))
    for code, told in (("trace.required", trace.required_by), ("trace.permitted", trace.permitted_by)):
        for expected in told:
            stated = expected.requirement
            yield reason(code, requirement=expected.id, row=plain(stated.row), source=plain(stated.source))
    for waiver in trace.waived_by:
        yield reason(f"trace.waived.{waiver.covers}", id=plain(waiver.id), owner=plain(waiver.owner))
    if not trace.required_by and not trace.permitted_by:
        yield reason("trace.beyond")


def _ending(trace: Trace) -> Reason:
    packet = _packet(trace)
    last = trace.meetings[-1] if trace.meetings else None
    if trace.accepted is None:
        return reason("trace.unknown", packet=packet)
    if last is None or last.outcome != "decides":
        return reason("trace.implicit", packet=packet, groups=", ".join(trace.stack))
    return reason("trace.accepted" if trace.accepted else "trace.dropped", packet=packet, **_row(trace, last))


def _row(trace: Trace, meeting: Meeting) -> dict[str, str | int]:
    row = row_text(meeting.policy, trace.packet.direction)
    return {"index": meeting.policy.index, "group": meeting.group_id, "row": row}


def _packet(trace: Trace) -> Reason:
    packet = trace.packet
    shown = Witness(
        family=packet.family,
        protocol=packet.protocol,
        port=packet.port,
        peer=address_text(packet.family, packet.peer),
        policy_index=None,
    )
    return packet_words(shown, packet.direction)
