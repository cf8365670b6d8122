"""What a function may be handed, and what it may not."""

from __future__ import annotations

import json

import pytest

from sgguard.errors import EventError
from sgguard.event import split

RECORD = {"eventName": "CreateSecurityGroupPolicies"}
ENVELOPE = {"specversion": "1.0", "type": "vpc:CloudEvent:ApiCall", "data": RECORD}


@pytest.mark.parametrize("event", [RECORD, ENVELOPE, {"source": "vpc.cloud.tencent", "data": None}])
def test_one_element_comes_out_untouched(event: dict[str, object]) -> None:
    assert split(event) == (event,)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ENVELOPE),
        json.dumps(ENVELOPE).encode(),
        f"\n {json.dumps(ENVELOPE)}",
        b"\xef\xbb\xbf" + json.dumps(ENVELOPE).encode(),
    ],
)
def test_json_text_will_do(text: str | bytes) -> None:
    assert split(text) == (ENVELOPE,)


def test_a_batch_keeps_its_order_and_its_broken_members() -> None:
    members = [ENVELOPE, json.dumps(RECORD), "{", 7, None, [RECORD], ENVELOPE]

    assert split({"EventList": members}) == (
        ENVELOPE,
        RECORD,
        {"data": "{"},
        {"data": 7},
        {"data": None},
        {"data": [RECORD]},
        ENVELOPE,
    )


def test_an_empty_batch_has_no_elements() -> None:
    assert split({"EventList": []}) == ()


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (None, "this is NoneType"),
        (7, "this is int"),
        (float("nan"), "this is float"),
        ([RECORD], "this is list"),
        ("", "this is str"),
        ("not JSON", "this is str"),
        (b"\xff\xfe", "this is str"),
        ("[" * 100_000, "this is str"),
        ('{"eventName": "Create', "this is str"),
        ({"EventList": None}, "EventList is a list, this is NoneType"),
        ({"EventList": RECORD}, "EventList is a list, this is dict"),
        ({}, "Neither"),
        ({"data": RECORD}, "Neither"),
        ({"Type": "Timer", "TriggerName": "sweep", "Time": "2026-02-03T10:00:00Z", "Message": ""}, "Neither"),
        ({"Records": [{"cos": {}, "event": {"eventName": "cos:ObjectCreated:Put"}}]}, "Neither"),
    ],
)
def test_anything_else_is_refused(event: object, why: str) -> None:
    with pytest.raises(EventError, match=why) as caught:
        split(event)

    assert "EventBridge" in caught.value.next_step
