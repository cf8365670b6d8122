"""Records, runs and messages in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sglab.lab.telling import told_end, told_message, told_record
from tcmock.scf.state import Run

HOSTILE = "\x1b[2Jsgguard says all is well\u202e"


def record(**changes: Any) -> dict[str, Any]:
    return {
        "eventName": "CreateSecurityGroupPolicies",
        "eventType": "ApiCall",
        "userIdentity": {"type": "CAMUser", "userName": "operator"},
        "sourceIPAddress": "192.0.2.1",
        "requestID": "r-1",
        "resourceName": "sg/sg-0000000a",
        **changes,
    }


def ended(**changes: Any) -> Run:
    given = {
        "namespace": "default",
        "function": "sgguard-guard",
        "version": "$LATEST",
        "request_id": "r-2",
        "started": 0.0,
        "status": 200,
        "answer": '{"runs":[]}',
        "error": "",
        "log": "",
        "duration_ms": 12.4,
        "memory_bytes": 0,
        "cold": False,
        "retry": 0,
        "source": "eb",
    }
    return Run(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "group_id", "headline"),
    [
        ({}, "sg-0000000a", "CreateSecurityGroupPolicies by operator (user) from 192.0.2.1"),
        (
            {"eventType": "ConsoleCall", "userIdentity": {"type": "Root", "accountId": "100000000001"}},
            "sg-0000000a",
            "CreateSecurityGroupPolicies by 100000000001 (root) in the console",
        ),
        (
            {"eventName": "AddTemplateMember", "resourceName": "address/ipm-00000001"},
            "",
            "AddTemplateMember of ipm-00000001 by operator (user) from 192.0.2.1",
        ),
        (
            {"resourceName": "sg/sg-0000000a|sg/sg-0000000b|instance/ins-0000000a"},
            "sg-0000000a, sg-0000000b",
            "CreateSecurityGroupPolicies of ins-0000000a by operator (user) from 192.0.2.1",
        ),
    ],
)
def test_a_record(changes: dict[str, Any], group_id: str, headline: str) -> None:
    entry = told_record(record(**changes), 5.0)
    assert (entry.at, entry.kind, entry.thread) == (5.0, "change", "r-1")
    assert (entry.group_id, entry.headline) == (group_id, headline)


def test_a_failed_invocation() -> None:
    """What went wrong and the end of the log; a thread of its own."""
    log = "\n".join(f"line {number}" for number in range(20))
    (entry,) = told_end(ended(status=433, error="TimeLimitReached", log=log, answer="{}"), 1.0)
    assert (entry.kind, entry.tone, entry.thread) == ("failed", "bad", "r-2")
    assert entry.headline == "sgguard-guard ended with status 433"
    assert [line.text for line in entry.lines] == ["TimeLimitReached", *(f"line {n}" for n in range(12, 20))]


def test_a_run_without_verdict() -> None:
    """Its note."""
    run = {"change": None, "note": "ignored: no change", "evaluation": None, "plan": None, "outcome": None}
    (entry,) = told_end(ended(answer=json.dumps({"runs": [run]})), 1.0)
    assert (entry.kind, entry.headline, entry.thread) == ("note", "ignored: no change", "r-2")


def test_a_message_that_is_none() -> None:
    """Whatever somebody posts to the inbox is shown as text."""
    entry = told_message(b"\xff not json", 1.0)
    assert (entry.kind, entry.thread, entry.lines[0].text) == ("alert", "", "\ufffd not json")


def test_nothing_that_others_wrote_reaches_a_terminal_as_it_is() -> None:
    """Names, actions, addresses, logs and messages."""
    names = ("eventName", "sourceIPAddress", "resourceName")
    hostile = record(**dict.fromkeys(names, HOSTILE), userIdentity={"type": "CAMUser", "userName": HOSTILE})
    entries = [
        told_record(hostile, 0.0),
        *told_end(ended(status=430, error=HOSTILE, log=HOSTILE), 0.0),
        *told_end(ended(answer=json.dumps({"runs": [{"note": HOSTILE}]})), 0.0),
        told_message(HOSTILE.encode(), 0.0),
    ]
    for entry in entries:
        for text in (entry.headline, entry.group_id, entry.remark, *(line.text for line in entry.lines)):
            assert "\x1b" not in text
            assert "\u202e" not in text
