"""An invocation by every door: one change, one action, whichever way it comes and however often."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from structlog.testing import LogCapture

from scfshim import Session
from sgguard import entrance, wiring
from sgguard.errors import GatherError
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sgguard.state import StoreError
from sgguard.sweep import EventLog, Limits, poll
from sglab.case import read_json
from sglab.places import demo_state
from tcmock import Cloud, mock_tencentcloud

GROUP, REGION = "sg-demonode", "ap-guangzhou"
SECRET, OLD_SECRET = "door-secret", "door-secret-before"
OPENED = {"Protocol": "TCP", "Port": "2379", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT", "PolicyIndex": 0}
CONTEXT = {
    "request_id": "r",
    "time_limit_in_ms": 60_000,
    "function_name": "sgguard-guard",
    "tencentcloud_region": REGION,
}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cloud]:
    settings = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_STORE": str(tmp_path / "state"),
        "SGGUARD_LOG_LEVEL": "error",
        "SGGUARD_DOOR_SECRET": "env:OLD_DOOR, env:NEW_DOOR",
        "OLD_DOOR": OLD_SECRET,
        "NEW_DOOR": SECRET,
        "TENCENTCLOUD_REGION": REGION,
    }
    with mock_tencentcloud() as cloud:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(wiring, "configure_logging", lambda _level: None)
        monkeypatch.setattr(entrance, "_events", EventLog("test"))
        structlog.configure(processors=[LogCapture()], cache_logger_on_first_use=False)
        cloud.load(read_json(demo_state(), dict))  # type: ignore[arg-type]
        yield cloud
        wiring.forget_instance()


def careless(cloud: Cloud) -> dict[str, Any]:
    """Somebody opens etcd; the record of it."""
    Session().client("vpc", region=REGION).create_security_group_policies(
        SecurityGroupId=GROUP, SecurityGroupPolicySet={"Ingress": [OPENED]}
    )
    return dict(cloud.audit.records[-1])


def signed(body: str, secret: str = SECRET) -> dict[str, Any]:
    import time

    at = str(int(time.time()))  # noqa: TID251 - the clock of the sender
    signature = base64.b64encode(hmac.new(secret.encode(), f"m.{at}.{body}".encode(), sha256).digest())
    headers = {"webhook-id": "m", "webhook-timestamp": at, "webhook-signature": f"v1,{signature.decode()}"}
    return {"body": body, "headers": headers, "httpMethod": "POST", "path": "/", "queryString": {}}


def doors(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    text = json.dumps(record)
    logs = {"records": [{"timestamp": "1", "content": text}]}
    cos = {
        "cosObject": {"key": "/1250000001/audit/a"},
        "cosBucket": {"region": "gz", "name": "audit", "appid": "1250000001"},
    }
    return {
        "eventbridge": {
            "specversion": "1.0",
            "type": "vpc:CloudEvent:ApiCall",
            "source": "vpc.cloud.tencent",
            "data": record,
        },
        "ckafka": {"Records": [{"Ckafka": {"topic": "t", "msgBody": text}}]},
        "cls": {"clslogs": {"data": base64.b64encode(gzip.compress(json.dumps(logs).encode())).decode()}},
        "cos": {"Records": [{"cos": cos, "event": {"eventName": "cos:ObjectCreated:Put"}}]},
        "function-url": signed(text),
    }


def writes(cloud: Cloud) -> int:
    return sum(call.action == "DeleteSecurityGroupPolicies" and not call.code for call in cloud.calls)


@pytest.mark.parametrize("door", ["eventbridge", "ckafka", "cls", "cos", "function-url"])
def test_every_door_puts_it_right(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    record = careless(cloud)
    monkeypatch.setattr(entrance, "read_object", lambda _where: json.dumps(record).encode())
    answer = entrance.handle_event(doors(record)[door], CONTEXT)
    assert writes(cloud) == 1
    assert "reverted" in json.dumps(answer)
    assert ("statusCode" in answer) is (door == "function-url")


def test_duplicates_across_doors_cause_one_action(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    record = careless(cloud)
    monkeypatch.setattr(entrance, "read_object", lambda _where: gzip.compress(json.dumps([record]).encode()))
    for event in (*doors(record).values(), *doors(record).values()):
        entrance.handle_event(event, CONTEXT)
    assert writes(cloud) == 1


def test_an_unsigned_request_is_neither_read_nor_kept(cloud: Cloud) -> None:
    request = doors(careless(cloud))["function-url"]
    request["headers"]["webhook-signature"] = "v1,AAAA"
    before = len(cloud.calls)
    answer = entrance.handle_event(request, CONTEXT)
    assert answer["statusCode"] == 401
    assert len(cloud.calls) == before


def test_both_secrets_hold_while_one_takes_the_place_of_the_other(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(careless(cloud))
    for secret in (SECRET, OLD_SECRET):
        assert entrance.handle_event(signed(text, secret), CONTEXT)["statusCode"] == 200
    monkeypatch.setenv("SGGUARD_DOOR_SECRET", "env:NEW_DOOR")
    assert entrance.handle_event(signed(text), CONTEXT)["statusCode"] == 200
    assert entrance.handle_event(signed(text, OLD_SECRET), CONTEXT)["statusCode"] == 401


@pytest.mark.parametrize(
    ("setting", "status"), [("env:GONE, env:NEW_DOOR", 200), ("env:GONE", 503), ("", 401)]
)
def test_a_secret_that_cannot_be_read(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, setting: str, status: int
) -> None:
    monkeypatch.setenv("SGGUARD_DOOR_SECRET", setting)
    answer = entrance.handle_event(doors(careless(cloud))["function-url"], CONTEXT)
    assert answer["statusCode"] == status
    assert writes(cloud) == (status == 200)
    assert "GONE" not in json.dumps(answer)


def test_a_door_whose_secret_is_written_down_is_closed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGGUARD_DOOR_SECRET", SECRET)
    answer = entrance.handle_event(doors(careless(cloud))["function-url"], CONTEXT)
    assert (answer["statusCode"], writes(cloud)) == (401, 0)


def test_the_secret_may_be_in_secrets_manager(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.account("100000000001").region(REGION).add(
        "secrets", SecretName="door", Versions={"SSM_Current": SECRET}
    )
    monkeypatch.setenv("SGGUARD_DOOR_SECRET", "ssm:door")
    entrance.handle_event(doors(careless(cloud))["function-url"], CONTEXT)
    assert writes(cloud) == 1


def test_a_file_that_cannot_be_read_is_kept(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_where: object) -> bytes:
        raise GatherError("AccessDenied", next_step="Allow cos:GetObject.")

    monkeypatch.setattr(entrance, "read_object", denied)
    (run,) = entrance.handle_event(doors(careless(cloud))["cos"], CONTEXT)["runs"]  # type: ignore[misc]
    assert "Allow cos:GetObject" in run["note"]


def test_a_batch_of_the_sweep(cloud: Cloud) -> None:
    careless(cloud)
    batch = {"schema": "sgguard/batch/v1", "sweep": "s", "region": REGION, "groups": [GROUP]}
    answer = entrance.handle_event(batch, CONTEXT)
    assert answer["round"]["results"] == {"reverted": 1}  # type: ignore[index]
    whole = entrance.handle_event({**batch, "groups": []}, CONTEXT)
    assert whole["round"]["verdicts"] == {"compliant": 1}  # type: ignore[index]


def test_the_timer(cloud: Cloud) -> None:
    careless(cloud)
    answer = entrance.handle_sweep({"Type": "Timer", "TriggerName": "t", "Message": ""}, CONTEXT)
    assert json.dumps(answer)
    assert answer["schema"] == "sgguard/sweep/v1"
    assert answer["round"]["results"] == {"reverted": 1}  # type: ignore[index]
    assert answer["events_quota"] == 2000


def test_events_are_counted(cloud: Cloud) -> None:
    record = careless(cloud)
    for _ in range(3):
        entrance.handle_event(doors(record)["eventbridge"], CONTEXT)
    answer = entrance.handle_sweep({"Type": "Timer"}, CONTEXT)
    assert answer["events_today"] == 3


def test_an_event_for_an_unknown_region_is_kept_and_the_rest_is_done(cloud: Cloud) -> None:
    good = careless(cloud)
    bad = json.loads(json.dumps(good).replace(REGION, "ap-atlantis"))
    entrance.handle_event({"EventList": [doors(r)["eventbridge"] for r in (bad, good)]}, CONTEXT)
    assert writes(cloud) == 1


# Polling


class FakeAudit:
    """CloudAudit with these records, whatever span is asked for."""

    def __init__(self, records: list[Mapping[str, Any]]) -> None:
        self.records = records
        self.asked: list[tuple[int, int]] = []

    def writes(self, since: int, until: int) -> Iterator[Mapping[str, object]]:
        self.asked.append((since, until))
        yield from self.records


@pytest.fixture
def guard(cloud: Cloud, tmp_path: Path) -> Guard:
    assert cloud
    settings = read_settings({"SGGUARD_MODE": "enforce", "SGGUARD_STORE": str(tmp_path / "state")})
    return wiring.build_guard(settings, None, structlog.get_logger())


def at(guard: Guard, now: float) -> Guard:
    return msgspec.structs.replace(guard, clock=lambda: now)


def test_polling_takes_each_record_once(cloud: Cloud, guard: Guard) -> None:
    audit = FakeAudit([careless(cloud)])
    first = poll(audit, at(guard, 10_000.0), Limits(), name="own")
    second = poll(audit, at(guard, 10_300.0), Limits(), name="own")
    assert (first.records, second.records) == (1, 0)
    assert audit.asked == [(10_000 - 3600 - 900, 10_000), (10_000 - 900, 10_300)]
    assert writes(cloud) == 1


def test_a_poll_that_runs_out_of_time_goes_on(cloud: Cloud, guard: Guard) -> None:
    record = careless(cloud)
    audit = FakeAudit([{**record, "requestID": str(number), "eventID": str(number)} for number in range(4)])
    looks = iter([100.0, 100.0, 0.0])
    first = poll(audit, at(guard, 10_000.0), Limits(remaining=lambda: next(looks)), name="own")
    second = poll(audit, at(guard, 10_300.0), Limits(), name="own")
    assert (first.records, first.finished, second.records, second.finished) == (2, False, 2, True)
    assert audit.asked[0][0] == audit.asked[1][0]


def test_a_cursor_that_cannot_be_kept_is_an_error(cloud: Cloud, guard: Guard) -> None:
    guard.store.close()  # type: ignore[attr-defined]
    with pytest.raises(StoreError):
        poll(FakeAudit([careless(cloud)]), guard, Limits(), name="own")


# The real readers


def test_a_file_in_cos_is_read_and_acted_on(cloud: Cloud) -> None:
    record = careless(cloud)
    lines = "\n".join([json.dumps(record), "{broken", json.dumps({**record, "eventName": "DescribeVpcs"})])
    region = cloud.account("100000000001").region(REGION)
    content = base64.b64encode(gzip.compress(lines.encode())).decode()
    region.add(
        "buckets", Bucket="audit-1250000001", Objects=[{"Key": "2026/2/3 a.gz", "BodyBase64": content}]
    )
    event = doors(record)["cos"]
    event["Records"][0]["cos"]["cosObject"]["key"] = "/1250000001/audit/2026/2/3+a.gz"
    answer = entrance.handle_event(event, CONTEXT)
    assert writes(cloud) == 1
    notes = [run["note"] for run in answer["runs"]]  # type: ignore[index, call-overload]
    assert len(notes) == 3
    assert "Not a CloudAudit record" in notes[1]


def test_a_file_that_is_gone_is_kept(cloud: Cloud) -> None:
    cloud.account("100000000001").region(REGION).add("buckets", Bucket="audit-1250000001")
    (run,) = entrance.handle_event(doors(careless(cloud))["cos"], CONTEXT)["runs"]  # type: ignore[misc]
    assert "NoSuchKey (404)" in run["note"]


def test_cloudaudit_is_polled(cloud: Cloud) -> None:
    careless(cloud)
    timer = {"Type": "Timer", "TriggerName": "t", "Message": "poll"}
    first = entrance.handle_event(timer, CONTEXT)
    second = entrance.handle_event(timer, CONTEXT)
    assert writes(cloud) == 1
    assert first["polled"] == [{"account": "", "records": 1, "finished": True}]
    # The guard's own write is the one record that is new.
    assert second["polled"] == [{"account": "", "records": 1, "finished": True}]
