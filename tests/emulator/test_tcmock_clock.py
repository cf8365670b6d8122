"""The cloud's clock, and clients that live in another time."""

from __future__ import annotations

from typing import Any

import pytest

from tcmock import Clock, Cloud
from tcmock.faults import Latency

NEW_YEAR = 1_900_000_000.0
"""In 2030."""


class Source:
    """A time that a test turns."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


def test_it_runs_with_its_source() -> None:
    """Until somebody takes over, it is the source."""
    source = Source(100.0)
    clock = Clock(source)
    assert (clock.now(), clock(), clock.frozen, clock.virtual) == (100.0, 100.0, False, False)
    source.seconds = 107.0
    assert clock.now() == 107.0


def test_setting_and_advancing_keep_it_running() -> None:
    """From the new time on."""
    source = Source(100.0)
    clock = Clock(source)
    clock.set(500.0)
    clock.advance(20.0)
    source.seconds += 3.0
    assert clock.now() == 523.0
    assert clock.virtual
    clock.set(50.0)
    assert clock.now() == 50.0


def test_a_frozen_clock_moves_by_hand_only() -> None:
    """And runs on from where it stood."""
    source = Source(100.0)
    clock = Clock(source)
    clock.freeze()
    assert (clock.frozen, clock.virtual) == (True, True)
    source.seconds = 200.0
    assert clock.now() == 100.0
    clock.advance(5.0)
    clock.run()
    assert not clock.frozen
    source.seconds += 1.0
    assert clock.now() == 106.0
    clock.reset()
    assert (clock.now(), clock.virtual) == (201.0, False)


@pytest.mark.parametrize("seconds", [-1.0, 253_402_300_800.0, float("nan"), float("inf")])
def test_times_that_cannot_be_written_are_refused(seconds: float) -> None:
    """Answers have four digits for the year; the clock stays as it was."""
    clock = Clock(Source(100.0))
    with pytest.raises(ValueError, match="no time between 1970 and 9999"):
        clock.set(seconds)
    assert clock.now() == 100.0


def test_it_does_not_advance_backwards() -> None:
    """A sign that is wrong would otherwise pass for a jump."""
    with pytest.raises(ValueError, match="Set it to an earlier time instead"):
        Clock().advance(-0.5)


def test_watchers_hear_of_every_move() -> None:
    """Of setting, advancing and running on, with the new time to be seen."""
    clock = Clock(Source(100.0))
    heard: list[float] = []
    clock.watch(lambda: heard.append(clock.now()))
    clock.set(200.0)
    clock.advance(1.0)
    clock.freeze()
    clock.run()
    assert heard == [200.0, 201.0, 201.0]


def test_real_clients_live_with_a_virtual_clock(everywhere: Any, cloud: Cloud) -> None:
    """They sign with the real time; what the cloud writes down is its own."""
    cloud.clock.freeze()
    cloud.clock.set(NEW_YEAR)
    made = everywhere("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="y")["SecurityGroup"]
    assert made["CreatedTime"] == "2030-03-18 01:46:40"
    (record,) = cloud.audit.records
    assert record["eventTime"] == NEW_YEAR


def test_a_clock_may_be_given(sign: Any) -> None:
    """One that is there already, in whatever time it is; a reset takes it back to its source's."""
    clock = Clock()
    clock.freeze()
    clock.set(NEW_YEAR)
    cloud = Cloud(clock=clock)
    cloud.handle(sign("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"}))
    assert [record["eventTime"] for record in cloud.audit.records] == [NEW_YEAR]
    cloud.reset()
    assert not clock.virtual


def test_latency_passes_on_a_frozen_clock_without_waiting(local: Any, cloud: Cloud) -> None:
    """An hour goes by in no time."""
    cloud.clock.freeze()
    before = cloud.clock.now()
    cloud.faults.add("DescribeSecurityGroups", Latency(3600.0))
    local.http.reqTimeout = 7200
    local.raw("vpc", "DescribeSecurityGroups")
    assert cloud.clock.now() == before + 3600.0
