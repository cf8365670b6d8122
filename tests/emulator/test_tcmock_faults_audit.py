"""Audit records that are lost, late, repeated or out of order on their way to subscribers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tcmock import Cloud
from tcmock.faults import AuditDuplicated, AuditLate

ACTION = "CreateSecurityGroup"
Make = Callable[..., None]


@pytest.fixture
def heard(cloud: Cloud) -> list[str]:
    """The names of new groups, as a subscriber hears of them."""
    names: list[str] = []
    cloud.subscribe(lambda record: names.append(json.loads(str(record["requestParameters"]))["GroupName"]))
    return names


@pytest.fixture
def make(cloud: Cloud, sign: Any) -> Make:
    """Makes groups of those names."""

    def call(*names: str) -> None:
        for name in names:
            cloud.handle(sign(ACTION, {"GroupName": name, "GroupDescription": ""}))

    return call


def test_a_lost_event(cloud: Cloud, heard: list[str], make: Make) -> None:
    """The trail has it all the same."""
    cloud.faults.add(ACTION, "audit-lost")
    make("a", "b")
    assert heard == ["b"]
    assert len(cloud.audit.records) == 2
    assert cloud.deliver_pending() == 0
    assert cloud.faults.fired == {"audit-lost": 1}


def test_late_events_come_when_the_clock_says(cloud: Cloud, heard: list[str], make: Make) -> None:
    """In the order of their times, not before, and once."""
    cloud.clock.freeze()
    cloud.faults.add("*", AuditLate(60.0))
    cloud.faults.add("*", AuditLate(30.0))
    make("a", "b", "c")
    assert heard == ["c"]
    cloud.clock.advance(29.9)
    assert heard == ["c"]
    cloud.clock.set(cloud.clock.now() + 100.0)
    assert heard == ["c", "b", "a"]
    assert cloud.deliver_pending() == 0


def test_late_events_come_with_the_next_call(sign: Any) -> None:
    """Where the clock is one that nobody has to tell of its time."""
    request = sign(ACTION, {"GroupName": "a", "GroupDescription": ""})
    times = [float(request.header("X-TC-Timestamp"))]
    cloud = Cloud(clock=lambda: times[0])
    told: list[object] = []
    cloud.subscribe(told.append)
    cloud.faults.add("*", AuditLate(30.0))
    cloud.clock.freeze()
    cloud.handle(request)
    cloud.clock.run()
    times[0] += 30.0
    assert told == []
    cloud.handle(sign("DescribeVpcs"))
    assert len(told) == 1


def test_late_events_come_by_themselves(cloud: Cloud, heard: list[str], make: Make) -> None:
    """On the real clock, without another call."""
    cloud.faults.add("*", AuditLate(0.05))
    make("a")
    assert heard == []
    give_up = time.monotonic() + 5
    while not heard and time.monotonic() < give_up:
        time.sleep(0.005)
    assert heard == ["a"]


def test_repeated_events(cloud: Cloud, heard: list[str], make: Make) -> None:
    """At once, or some of them later."""
    cloud.clock.freeze()
    cloud.faults.add(ACTION, AuditDuplicated(copies=3))
    cloud.faults.add(ACTION, AuditDuplicated(copies=2, seconds=5.0))
    make("a", "b")
    assert heard == ["a", "a", "a", "b"]
    cloud.clock.advance(5.0)
    assert heard == ["a", "a", "a", "b", "b"]


def test_events_out_of_order(cloud: Cloud, heard: list[str], make: Make) -> None:
    """Each right after the next one that arrives at once."""
    cloud.faults.add(ACTION, "audit-reordered", calls=2)
    cloud.faults.add(ACTION, "audit-lost")
    make("a", "b", "lost")
    assert heard == []
    make("c", "d")
    assert heard == ["c", "a", "b", "d"]


def test_what_waits_can_be_delivered(cloud: Cloud, heard: list[str], make: Make) -> None:
    """Late ones by their times, then those that wait for a successor; none twice."""
    cloud.clock.freeze()
    for effect in ("audit-reordered", AuditLate(60.0), AuditLate(30.0)):
        cloud.faults.add(ACTION, effect)
    make("a", "b", "c")
    assert cloud.deliver_pending() == 3
    assert heard == ["c", "b", "a"]
    cloud.clock.advance(3600.0)
    assert cloud.deliver_pending() == 0
    assert heard == ["c", "b", "a"]


def test_the_event_of_a_call_whose_answer_is_lost(local: Any, cloud: Cloud, heard: list[str]) -> None:
    """Faults of different sorts meet in one call."""
    cloud.faults.add(ACTION, "lost-answer")
    cloud.faults.add(ACTION, AuditDuplicated())
    assert local.silence("vpc", ACTION, GroupName="a", GroupDescription="") == "ClientNetworkError"
    assert heard == ["a", "a"]


def test_a_subscriber_that_raises_loses_nothing(cloud: Cloud, heard: list[str], make: Make) -> None:
    """What it kept from being delivered comes with the next occasion."""
    cloud.clock.freeze()
    cloud.faults.add(ACTION, AuditLate(1.0), calls=2)
    make("a", "b")
    trouble = [LookupError("broken subscriber")]

    def fail(_: object) -> None:
        if trouble:
            raise trouble.pop()

    cloud.subscribe(fail)
    with pytest.raises(LookupError, match="broken subscriber"):
        cloud.clock.advance(1.0)
    assert heard == ["a"]
    make("c")
    assert heard == ["a", "b", "c"]


def test_a_subscriber_may_move_the_clock(cloud: Cloud, heard: list[str], make: Make) -> None:
    """Late events then arrive in the middle of another's delivery, each once."""
    cloud.clock.freeze()
    cloud.faults.add(ACTION, AuditLate(1.0), calls=2)
    make("a", "b")
    cloud.subscribe(lambda _: cloud.clock.advance(1.0))
    make("c")
    assert heard == ["c", "a", "b"]


def test_reset_forgets_what_waits(cloud: Cloud, heard: list[str], make: Make) -> None:
    """Subscribers stay."""
    cloud.faults.add(ACTION, "audit-reordered")
    make("a")
    cloud.reset()
    make("b")
    assert heard == ["b"]
