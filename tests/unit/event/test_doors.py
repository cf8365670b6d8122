"""Every way in ends in the same change; what cannot be read stays alone."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sgguard.errors import EventError
from sgguard.event import (
    SignatureError,
    StoredObject,
    arrival_of,
    errand,
    objects,
    parse,
    records_in,
    split,
    verified_body,
)
from sgguard.event.doors import records
from sgguard.model.change import ChangeEvent
from sgguard.model.secret import Secret

RAW = Path(__file__).parents[3] / "events" / "raw"
RECORD = json.loads((RAW / "eventbridge" / "create-policies.json").read_text())["data"]
OTHER = json.loads((RAW / "eventbridge" / "associate-groups.json").read_text())["data"]
NODE = ("sg-node0001",)
BOTH = ("sg-node0001", "sg-node0002")


def load(case: str) -> Any:
    return json.loads((RAW / f"{case}.json").read_text())


def outcome(element: Any) -> object:
    try:
        parsed = parse(element)
    except EventError:
        return "unreadable"
    return parsed.group_ids if isinstance(parsed, ChangeEvent) else "ignored"


@pytest.mark.parametrize("door", ["cos", "cls", "ckafka", "timer", "function-url", "eventbridge"])
def test_the_door_is_told_from_the_event(door: str) -> None:
    for file in (RAW / door).glob("*.json"):
        assert arrival_of(json.loads(file.read_text())) == door, file


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("cls/two-logs", [NODE, BOTH]),
        ("cls/not-zipped", [NODE]),
        ("cls/one-log-is-no-record", ["unreadable", NODE]),
        ("ckafka/two-messages", [NODE, BOTH]),
        ("ckafka/a-line-each", [NODE, BOTH]),
        ("ckafka/one-is-no-json", ["unreadable", NODE]),
    ],
)
def test_what_comes_packed(case: str, expected: list[object]) -> None:
    assert [outcome(element) for element in split(load(case))] == expected


def test_every_door_ends_in_the_same_change() -> None:
    (plain,) = split(RECORD)
    same = [
        split(load("cls/two-logs"))[0],
        split(load("ckafka/two-messages"))[0],
        records_in(json.dumps(RECORD))[0],
        records_in(gzip.compress(json.dumps([RECORD, OTHER]).encode()))[0],
    ]
    assert all(parse(element) == parse(plain) for element in same)


def test_logs_that_cannot_be_unpacked_are_an_error() -> None:
    with pytest.raises(EventError, match="no base64"):
        split(load("cls/no-base64"))


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("object-created", [("audit-1250000001", "ap-guangzhou", "audit/security/2026/2/3/one.ndjson")]),
        (
            "key-with-spaces-in-another-region",
            [("audit-1250000001", "ap-shanghai", "audit/日志 2026/2/3/a.gz")],
        ),
        (
            "two-objects-and-a-removal",
            [("audit-1250000001", "ap-guangzhou", f"audit/{name}") for name in "ab"],
        ),
    ],
)
def test_the_files_that_cos_tells_of(case: str, expected: list[tuple[str, str, str]]) -> None:
    found = objects(load(f"cos/{case}"))
    assert [(where.bucket, where.region, where.key) for where in found] == expected
    assert all(isinstance(where, StoredObject) for where in found)


def test_a_cos_event_without_a_key_is_an_error() -> None:
    with pytest.raises(EventError, match="does not say which object"):
        objects(load("cos/no-key"))


# Files of a tracking set

LINES = "\n".join(json.dumps(record) for record in (RECORD, OTHER))


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode(),
        (LINES + "\n\n").encode(),
        LINES.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + LINES.encode(),
        gzip.compress(LINES.encode()),
        gzip.compress(LINES.split("\n")[0].encode() + b"\n") + gzip.compress(LINES.split("\n")[1].encode()),
        json.dumps([RECORD, OTHER]).encode(),
        json.dumps({"EventList": [RECORD, OTHER]}).encode(),
    ],
    ids=["lines", "blank-lines", "crlf", "bom", "gzip", "gzip-members", "array", "event-list"],
)
def test_every_form_of_a_file(data: bytes) -> None:
    assert [outcome(element) for element in records_in(data)] == [NODE, BOTH]


def test_three_broken_lines_in_a_thousand() -> None:
    lines = [json.dumps(RECORD)] * 1000
    lines[10], lines[500], lines[999] = lines[10][:200], "\ufffd", lines[999] + "}"
    outcomes = [outcome(element) for element in records_in("\n".join(lines).encode())]
    assert [place for place, found in enumerate(outcomes) if found == "unreadable"] == [10, 500, 999]
    assert outcomes.count(NODE) == 997


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(LINES.encode())[:100], "cut off"),
        (b"\x1f\x8bnonsense", "no gzip"),
    ],
)
def test_a_file_that_cannot_be_unpacked(data: bytes, reason: str) -> None:
    with pytest.raises(EventError, match=reason):
        records_in(data)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MOST_BYTES", 1000)
    with pytest.raises(EventError, match="More than 1000 bytes"):
        records_in(gzip.compress(b" " * 100_000))


# Timer and function URL


def test_what_a_timer_asks_for() -> None:
    assert [errand(load(f"timer/{case}")) for case in ("sweep", "poll")] == ["sweep", "poll"]


KEY = b"0123456789abcdef"
SECRET = Secret("whsec_" + base64.b64encode(KEY).decode())
NOW = 1_770_112_801.0


def signed(body: str, *, key: bytes = KEY, at: str = "1770112801", **changes: Any) -> dict[str, Any]:
    signature = base64.b64encode(hmac.new(key, f"msg_1.{at}.{body}".encode(), sha256).digest()).decode()
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": at, "Webhook-Signature": f"v1,{signature}"}
    return {"body": body, "headers": headers, "httpMethod": "POST", "path": "/", "queryString": {}, **changes}


def test_a_signed_body_is_believed() -> None:
    assert verified_body(signed("{}"), [SECRET], now=NOW) == "{}"
    packed = signed("{}") | {"body": base64.b64encode(b"{}").decode(), "isBase64Encoded": True}
    assert verified_body(packed, [SECRET], now=NOW) == "{}"


def test_an_older_signature_may_stand_beside() -> None:
    request = signed("{}")
    request["headers"]["Webhook-Signature"] = "v1,AAAA v2,x " + request["headers"]["Webhook-Signature"]
    assert verified_body(request, [SECRET], now=NOW) == "{}"


@pytest.mark.parametrize(
    ("request_", "secret", "reason"),
    [
        (signed("{}", key=b"another"), SECRET, "does not match"),
        (signed("{}") | {"body": "{ }"}, SECRET, "does not match"),
        (signed("{}", at="1770112000"), SECRET, "five minutes"),
        (signed("{}", at="soon"), SECRET, "five minutes"),
        (signed("{}", at="٣"), SECRET, "five minutes"),
        (signed("{}") | {"headers": {}}, SECRET, "five minutes"),
        (signed("{}") | {"headers": None}, SECRET, "five minutes"),
        (signed("{}") | {"body": None}, SECRET, "no body"),
        (signed("{}") | {"body": "%", "isBase64Encoded": True}, SECRET, "neither"),
        (signed("{}"), None, "SGGUARD_DOOR_SECRET"),
        (signed("{}"), Secret("whsec_%"), "no whsec_"),
    ],
)
def test_everything_else_is_refused(request_: dict[str, Any], secret: Secret | None, reason: str) -> None:
    with pytest.raises(SignatureError, match=reason):
        verified_body(request_, [secret] if secret else [], now=NOW)


def test_while_a_secret_changes_both_hold() -> None:
    after = Secret("another")
    for secrets in ([SECRET, after], [after, SECRET], [Secret("whsec_%"), SECRET]):
        assert verified_body(signed("{}"), secrets, now=NOW) == "{}"
        assert verified_body(signed("{}", key=b"another"), [*secrets, after], now=NOW) == "{}"
    with pytest.raises(SignatureError, match="does not match"):
        verified_body(signed("{}"), [after, Secret("whsec_%")], now=NOW)
