"""One event that affects more than time allows: the rest is handed on or kept, and nothing is lost."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from fleets import Clock, populate
from structlog.testing import LogCapture
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential

from sgguard import entrance, invocation, pipeline, wiring
from sgguard.settings import read_settings
from sgguard.state import StoreError
from sgguard.sweep import EventLog, HandoverError, Limits, TooLongError, kept_batches
from tcmock import Cloud
from tcmock.region import Region

REGION, TEMPLATE, MANY = "ap-guangzhou", "ipm-crowd000", 12
ROW = {"Protocol": "TCP", "Port": "443", "Action": "ACCEPT", "AddressTemplate": {"AddressId": TEMPLATE}}
CONTEXT = {"request_id": "r", "time_limit_in_ms": 60_000, "function_name": "sgguard-guard"}


@pytest.fixture(autouse=True)
def names(
    cloud: Cloud, region: Region, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[list[str]]:
    """Groups that all have a row with one template."""
    assert cloud
    settings = {
        "SGGUARD_MODE": "observe",
        "SGGUARD_STORE": str(tmp_path / "state"),
        "TENCENTCLOUD_REGION": REGION,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "configure_logging", lambda _level: None)
    monkeypatch.setattr(entrance, "_events", EventLog("test"))
    structlog.configure(processors=[LogCapture()], cache_logger_on_first_use=False)
    region.add("address_templates", AddressTemplateId=TEMPLATE, AddressSet=["10.0.0.0/24"])
    yield populate(region, MANY, more=(ROW,))
    wiring.forget_instance()


@pytest.fixture
def edit(cloud: Cloud) -> dict[str, Any]:
    """The record of a template that was opened to everybody."""
    credential = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
    CommonClient("vpc", "2017-03-12", credential, REGION).call_json(
        "ModifyAddressTemplateAttribute", {"AddressTemplateId": TEMPLATE, "Addresses": ["0.0.0.0/0"]}
    )
    return dict(cloud.audit.records[-1])


class Queue:
    """What functions were invoked with; or none can be."""

    def __init__(self) -> None:
        self.broken = False
        self.longest = 1000
        self.events: list[tuple[str, Any]] = []

    def opened(self, _session: object, function: str, **_: object) -> Queue:
        self._function = function
        return self

    def hand_over(self, event: object) -> None:
        if self.broken:
            raise HandoverError("no such function")
        if isinstance(event, dict) and len(event["EventList"]) > self.longest:
            raise TooLongError("too long")
        self.events.append((self._function, json.loads(json.dumps(msgspec.to_builtins(event)))))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(invocation, "TencentInvoker", queue.opened)
    return queue


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make time be up after so many looks at it."""

    def limited(looks: int) -> None:
        monkeypatch.setattr(
            invocation, "Limits", lambda **_: Limits(parallel=1, remaining=Clock(looks), reserve=1.0)
        )

    return limited


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every run of a group, as it ended."""
    found: list[Any] = []
    sound = pipeline._GroupRun.run

    def noted(run: Any) -> Any:
        ended = sound(run)
        found.append((run._group_id, ended))
        return ended

    monkeypatch.setattr(pipeline._GroupRun, "run", noted)
    return found


def stored() -> Any:
    return wiring.build_guard(read_settings(os.environ), None, structlog.get_logger()).store


def looked_at(told: list[Any]) -> Counter[str]:
    return Counter(name for name, _ in told)


def notes(answer: Mapping[str, Any]) -> list[str]:
    return [run["note"] for run in answer["runs"]]


def test_all_groups_of_a_template_are_judged_and_the_edit_is_named(
    names: list[str], edit: dict[str, Any], told: list[Any]
) -> None:
    answer = entrance.handle_event(edit, CONTEXT)
    assert notes(answer) == [f"{MANY} groups are affected: {MANY} violating"]
    assert looked_at(told) == Counter(names)
    for _, run in told:
        assert (run.change.api, run.change.request_id) == (
            "ModifyAddressTemplateAttribute",
            edit["requestID"],
        )
        assert run.notifications[0].notification.findings


def test_what_time_does_not_allow_is_handed_on_with_the_edit(
    names: list[str], edit: dict[str, Any], told: list[Any], queue: Queue, only: Callable[[int], None]
) -> None:
    only(5)
    answer = entrance.handle_event(edit, CONTEXT)
    assert notes(answer) == [f"{MANY} groups are affected: 5 violating, the rest handed on"]
    ((function, rest),) = queue.events
    assert (function, rest["groups"], rest["hops"]) == ("sgguard-guard", names[5:], 1)
    only(1000)
    entrance.handle_event(rest, CONTEXT)
    assert looked_at(told) == Counter(names)
    assert {run.change.api for _, run in told} == {"ModifyAddressTemplateAttribute"}
    assert len({run.change.actor for _, run in told}) == 1


def test_what_cannot_be_handed_on_is_kept_for_the_sweep(
    names: list[str], edit: dict[str, Any], told: list[Any], queue: Queue, only: Callable[[int], None]
) -> None:
    only(5)
    queue.broken = True
    answer = entrance.handle_event(edit, CONTEXT)
    assert notes(answer) == [f"{MANY} groups are affected: 5 violating, {MANY - 5} left to the sweep"]
    assert [batch.groups for _, batch in kept_batches(stored())] == [tuple(names[5:])]
    only(1000)
    del told[:]
    entrance.handle_sweep({"Type": "Timer"}, {**CONTEXT, "function_name": "sgguard-sweep"})
    assert [name for name, _ in told[: MANY - 5]] == names[5:]
    assert told[0][1].change.api == "ModifyAddressTemplateAttribute"
    assert not list(kept_batches(stored()))


def test_what_can_be_neither_handed_on_nor_kept_is_the_platforms(
    edit: dict[str, Any], queue: Queue, only: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise StoreError("disk full")

    only(5)
    queue.broken = True
    monkeypatch.setattr("sgguard.sweep.round.keep_batch", full)
    with pytest.raises(StoreError, match="disk full"):
        entrance.handle_event(edit, CONTEXT)


def test_few_groups_are_looked_at_one_after_the_other(
    names: list[str], edit: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FEW", MANY)
    answer = entrance.handle_event(edit, CONTEXT)
    assert [run["evaluation"]["id"] for run in answer["runs"]] == names  # type: ignore[attr-defined]


# Many events at once


def test_events_that_time_does_not_allow_are_handed_on(
    edit: dict[str, Any], queue: Queue, only: Callable[[int], None]
) -> None:
    reads = [{"eventName": "DescribeVpcs", "requestID": str(number)} for number in range(5)]
    only(2)
    first = entrance.handle_event({"EventList": [*reads, edit]}, CONTEXT)
    assert notes(first)[3:] == ["time was up: 3 events are handed on"]
    ((_, rest),) = queue.events
    assert rest == {"EventList": [*reads[3:], edit]}
    only(0)
    assert len(notes(entrance.handle_event(rest, CONTEXT))) == 2  # one is looked at however short time is
    assert queue.events[1][1] == {"EventList": [reads[4], edit]}


def test_events_that_are_too_long_together_are_handed_on_in_parts(
    queue: Queue, only: Callable[[int], None]
) -> None:
    reads = [{"eventName": "DescribeVpcs", "requestID": str(number)} for number in range(6)]
    only(0)
    queue.longest = 2
    entrance.handle_event({"EventList": reads}, CONTEXT)
    assert [event for _, part in queue.events for event in part["EventList"]] == reads[1:]
    assert not stored().entries("dead-letter")
    queue.longest = 0
    answer = entrance.handle_event({"EventList": reads[:2]}, CONTEXT)
    assert "too long" in notes(answer)[1]
    assert len(stored().entries("dead-letter")) == 1


def test_events_that_nobody_takes_are_kept_and_tried_by_the_sweep(
    edit: dict[str, Any], told: list[Any], queue: Queue, only: Callable[[int], None]
) -> None:
    only(0)
    queue.broken = True
    answer = entrance.handle_event({"EventList": [{"eventName": "DescribeVpcs"}, edit]}, CONTEXT)
    assert "Time was up before 1 events were looked at: no such function" in notes(answer)[1]
    assert not told
    only(1000)
    entrance.handle_sweep({"Type": "Timer"}, {**CONTEXT, "function_name": "sgguard-sweep"})
    assert "ModifyAddressTemplateAttribute" in {run.change.api for _, run in told}
    assert not stored().entries("dead-letter")
