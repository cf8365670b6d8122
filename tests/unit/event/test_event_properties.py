"""What holds for any event: a result or an EventError, no secret, no dependence on order."""

from __future__ import annotations

import json
import random
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sgguard.errors import EventError
from sgguard.event import parse, split
from sgguard.event.apis import EFFECTS
from sgguard.event.foreign import mapping
from sgguard.model.change import ChangeEvent, IgnoredEvent

RAW = Path(__file__).parents[3] / "events" / "raw"
EVENTS = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(RAW.glob("*/*.json"))]
ENVELOPES = [
    event for event in EVENTS if isinstance(event.get("data"), dict) and "eventName" in event["data"]
]
CANARY = "sg-canary01"
RECORDS = [event["data"] for event in ENVELOPES]
RECORD_FIELDS = sorted({key for record in RECORDS for key in record} | {"resources", "eventID"})
REQUEST_FIELDS = [
    "SecurityGroupId",
    "SecurityGroupIds.0",
    "sgId",
    "Region",
    "RemoteRegion",
    "SecurityGroupPolicySet",
]

texts = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["", "{}", "{", "[]", "null", "sg-node0001", "sg/sg-node0001", "0"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.just(10**400)
jsons = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(texts | st.sampled_from(RECORD_FIELDS + REQUEST_FIELDS), inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["data", "type", "source", "EventList", "eventName", "time"]), inner, max_size=5
        )
    ),
    max_leaves=10,
)


records = st.fixed_dictionaries(
    {
        "eventName": st.sampled_from(sorted(EFFECTS)) | texts,
        "resourceType": st.sampled_from(["vpc", "cvm", "tke", "cdb", ""]),
    },
    optional={
        field: jsons | jsons.map(json.dumps)
        for field in RECORD_FIELDS
        if field not in ("eventName", "resourceType")
    },
)


def outcome(element: dict[str, object]) -> ChangeEvent | IgnoredEvent | str:
    try:
        return parse(element)
    except EventError as error:
        return error.diagnostics()


def holds(event: object) -> None:
    """Nothing but elements or an EventError, nothing but a result or an EventError."""
    try:
        elements = split(event)
    except EventError:
        return
    for element in elements:
        try:
            parsed = parse(element)
        except EventError:
            continue
        for text in texts_of(parsed):
            assert text.isprintable()
            assert len(text) <= 256


def texts_of(parsed: ChangeEvent | IgnoredEvent) -> list[str]:
    if isinstance(parsed, IgnoredEvent):
        return [parsed.api, parsed.request_id]
    actor = parsed.actor
    return [
        *parsed.group_ids,
        *parsed.regions,
        *(parsed.api, parsed.product, parsed.request_id, parsed.source_address, parsed.user_agent),
        *(actor.account_id, actor.principal_id, actor.name, actor.session),
    ]


@given(jsons | jsons.map(json.dumps) | st.binary(max_size=50))
def test_anything(event: object) -> None:
    holds(event)


@given(records)
def test_anything_in_the_fields_of_a_record(record: dict[str, object]) -> None:
    holds(record)
    holds({"type": "vpc:CloudEvent:ApiCall", "data": record})


def mutated(event: object, replacement: object, choose: Callable[[int], int]) -> object:
    """A copy with one value, anywhere, also inside JSON text, replaced."""
    if isinstance(event, str) and event.startswith("{") and choose(3):
        try:
            return json.dumps(mutated(json.loads(event), replacement, choose))
        except ValueError:
            return replacement
    if isinstance(event, dict) and event and choose(8):
        key = sorted(event)[choose(len(event))]
        return {**event, key: mutated(event[key], replacement, choose)}
    if isinstance(event, list) and event and choose(8):
        index = choose(len(event))
        return [*event[:index], mutated(event[index], replacement, choose), *event[index + 1 :]]
    return replacement


@given(st.sampled_from(EVENTS), jsons, st.randoms(use_true_random=False))
def test_valid_events_with_a_value_replaced(event: object, replacement: object, rng: random.Random) -> None:
    holds(mutated(event, replacement, rng.randrange))


@given(st.sampled_from(EVENTS), st.data())
def test_valid_events_cut_off(event: object, data: st.DataObject) -> None:
    text = json.dumps(event)

    holds(text[: data.draw(st.integers(0, len(text)))])


def with_canaries(record: dict[str, Any]) -> dict[str, Any]:
    """The record with a canary wherever records were seen to carry a secret."""
    names = ("Token", "SecretId", "SecretKey", "Signature", "Password", "X-TC-Token", "Authorization")
    secrets = {
        **dict.fromkeys(names, CANARY),
        "LoginSettings": {"Password": CANARY},
        "Login.Password.0": CANARY,
    }
    extra = {"roleName": "r", "sessionToken": CANARY}
    context = {"token": CANARY, "secretKey": CANARY, "extraInfo": json.dumps(extra)}
    identity = {"secretId": CANARY, "token": CANARY, "sessionContext": json.dumps(context)}
    return {
        **record,
        "userIdentity": {**record["userIdentity"], **identity},
        "requestParameters": json.dumps({**secrets, **mapping(record["requestParameters"])}),
        "responseElements": json.dumps({"Credentials": secrets, **mapping(record["responseElements"])}),
        "signature": CANARY,
    }


@given(st.sampled_from(RECORDS), st.data())
def test_no_canary_survives(record: dict[str, Any], data: st.DataObject) -> None:
    planted = with_canaries(record)
    body = data.draw(st.sampled_from(["requestParameters", "responseElements"]))
    planted[body] = planted[body][: data.draw(st.integers(0, len(planted[body])))]
    planted.pop(data.draw(st.sampled_from(sorted(planted))))

    try:
        shown = repr(parse(planted))
    except EventError as error:
        shown = error.diagnostics() + "".join(traceback.format_exception(error))

    assert CANARY not in shown


def shuffled(value: object, rng: random.Random) -> object:
    """The same JSON with keys in another order, also inside JSON text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.dumps(shuffled(json.loads(value), rng))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: shuffled(value[key], rng) for key in rng.sample(list(value), len(value))}
    if isinstance(value, list):
        return [shuffled(item, rng) for item in value]
    return value


@given(st.sampled_from(ENVELOPES), st.randoms(use_true_random=False))
def test_key_order_never_matters(envelope: dict[str, object], rng: random.Random) -> None:
    other = shuffled(envelope, rng)
    assert isinstance(other, dict)

    assert outcome(other) == outcome(envelope)


@given(records, st.randoms(use_true_random=False))
def test_key_order_never_matters_for_invented_records(record: dict[str, object], rng: random.Random) -> None:
    assert outcome({key: record[key] for key in rng.sample(list(record), len(record))}) == outcome(record)


@given(st.sampled_from(ENVELOPES), st.none() | st.integers(1_700_000_000, 1_800_000_000))
def test_an_envelope_adds_nothing_that_the_record_says(
    envelope: dict[str, dict[str, object]], time: int | None
) -> None:
    """Group, place, product, way and time of the envelope come last or not at all."""
    said = {
        "eventType": "ApiCall",
        "eventTime": 1770112801,
        "eventRegion": "ap-guangzhou",
        "resourceName": "sg/sg-node0001",
    }
    record = {**envelope["data"], **said, "resourceType": "vpc", "eventSource": ""}
    around = {
        **envelope,
        "data": record,
        "time": time,
        "type": "cvm:CloudEvent:ConsoleCall",
        "source": "cvm.cloud.tencent",
    }

    silent = {"region": "", "subject": "", "subjuect": None, "resource": None}

    assert outcome({**around, **silent}) == outcome(record)


@given(st.sampled_from(REQUEST_FIELDS), jsons)
def test_a_row_never_names_the_changed_group(field: str, value: object) -> None:
    rows = {
        "SecurityGroupPolicySet": {"Ingress": [{"SecurityGroupId": CANARY, field: value}]},
        f"Egress.0.{field}": CANARY,
    }
    record = {"eventName": "ModifySecurityGroupPolicies", "resourceType": "vpc", "requestParameters": rows}

    assert CANARY not in str(outcome(record))
