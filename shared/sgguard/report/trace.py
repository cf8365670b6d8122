"""A trace as the JSON document that other tools read."""

from __future__ import annotations

from typing import cast

import msgspec

from sgguard.baseline import Expected
from sgguard.evaluate.trace import Trace
from sgguard.report.document import Document
from sgguard.report.story import story
from sgguard.traffic.address import address_text
from sgguard.wire.policy_set import encode_policy
from sgguard.wording import Language, say


def trace_document(trace: Trace, language: Language = "en") -> Document:
    """``sgguard/trace/v1``."""
    packet = trace.packet
    return {
        "schema": "sgguard/trace/v1",
        "packet": {
            **cast("Document", msgspec.to_builtins(packet)),
            "peer": address_text(packet.family, packet.peer),
        },
        "stack": list(trace.stack),
        "accepted": trace.accepted,
        "wrong": trace.wrong,
        "meetings": [
            {
                "group_id": meeting.group_id,
                "policy_index": meeting.policy.index,
                "outcome": meeting.outcome,
                "differs": meeting.differs,
                "policy": encode_policy(meeting.policy),
            }
            for meeting in trace.meetings
        ],
        "required_by": [_requirement(expected) for expected in trace.required_by],
        "permitted_by": [_requirement(expected) for expected in trace.permitted_by],
        "waived_by": [
            {"id": waiver.id, "covers": waiver.covers, "owner": waiver.owner, "reason": waiver.reason}
            for waiver in trace.waived_by
        ],
        "explanation": [say(sentence, language) for sentence in story(trace)],
    }


def _requirement(expected: Expected) -> Document:
    requirement = expected.requirement
    return {"id": expected.id, "row": requirement.row, "source": requirement.source}
