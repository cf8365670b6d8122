"""Every covered group through the same pipeline as a change; what cannot be done stops nothing else."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog
from fleets import EVERYTHING, Clock, populate
from structlog.testing import LogCapture

from scfshim import Retry
from sgguard import pipeline, wiring
from sgguard.adapters.tencent.pace import Pace
from sgguard.adapters.tencent.sessions import Sessions
from sgguard.baseline import read_site
from sgguard.config.fleet import Fleet, Member
from sgguard.facts import Freshness
from sgguard.model.batch import Batch
from sgguard.model.notification import Delivery, Letter, Notification, Status
from sgguard.model.reason import as_written
from sgguard.notify import compose_notice
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sgguard.state import DeadLetter, Pending, keep_dead_letter, keep_pending, pending_messages
from sgguard.sweep import (
    DAILY_QUOTA,
    EventLog,
    HandoverError,
    Limits,
    Place,
    PlaceReport,
    Progress,
    Round,
    Rounds,
    Sweep,
    kept_batches,
    places_of,
    sweep,
)
from sgguard.sweep.work import Worked
from sgguard.wording import say
from tcmock import Cloud
from tcmock.region import Region

REGION = "ap-guangzhou"


@pytest.fixture
def guard(cloud: Cloud, tmp_path: Path) -> Iterator[Guard]:
    assert cloud
    structlog.configure(processors=[LogCapture()], cache_logger_on_first_use=False)
    settings = read_settings({"SGGUARD_MODE": "enforce", "SGGUARD_STORE": str(tmp_path / "state")})
    guard = wiring.build_guard(settings, None, structlog.get_logger())
    yield msgspec.structs.replace(guard, freshness=Freshness(facts=3600.0))
    wiring.forget_instance()


class Recorder:
    """An invoker that keeps what it is handed."""

    def __init__(self, *, broken: bool = False) -> None:
        self.batches: list[Batch] = []
        self._broken = broken

    def hand_over(self, batch: Batch) -> None:
        if self._broken:
            raise HandoverError("no such function")
        self.batches.append(batch)


def rounds(guard: Guard, limits: Limits | None = None, **more: Any) -> Rounds:
    return Rounds(wiring.guards_of(guard, None), limits or Limits(parallel=4), **{"size": 3, **more})


def places(*regions: str) -> list[Place]:
    return [Place(region=region) for region in regions or (REGION,)]


def calls(cloud: Cloud) -> Counter[str]:
    return Counter(call.action for call in cloud.calls)


def test_every_covered_group_is_judged_and_put_right(cloud: Cloud, region: Region, guard: Guard) -> None:
    names = populate(region, 8, open_ones=(2,))
    found = rounds(guard).run(places(), "s1")
    assert found.verdicts == {"compliant": 7, "violating": 1}
    assert found.results == {"reverted": 1}
    (place,) = found.places
    assert (place.status, place.covered, place.clusters, found.left) == ("done", 8, 1, 0)
    assert place.not_covered == {"bound to nothing": 1}
    written = [call.params for call in cloud.calls if call.action.startswith("Delete")]
    assert [params["SecurityGroupId"] for params in written] == [names[2]]


def test_a_warm_sweep_costs_little_more_than_a_read_a_group(
    cloud: Cloud, region: Region, guard: Guard
) -> None:
    populate(region, 60)
    rounds(guard, size=100).run(places(), "s1")
    before = len(cloud.calls)
    found = rounds(guard, size=100).run(places(), "s2")
    assert found.verdicts == {"compliant": 60}
    assert (len(cloud.calls) - before) / 60 <= 1.1
    assert calls(cloud)["DescribeSecurityGroupPolicies"] == 120


def test_one_throttled_and_one_deleted_group_stop_nobody(cloud: Cloud, region: Region, guard: Guard) -> None:
    populate(region, 6)
    cloud.faults.add("DescribeSecurityGroupPolicies", "ResourceNotFound", at=2)
    cloud.faults.add("DescribeSecurityGroupPolicies", "UnauthorizedOperation", at=3)
    found = rounds(guard, Limits(parallel=1)).run(places(), "s1")
    assert found.verdicts == {"compliant": 4, "not covered": 1, "kept": 1}


def test_half_of_the_pages_throttled(
    cloud: Cloud, region: Region, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = Sessions(wiring.log_call, pace=Pace(sleep=lambda _: None), retry=Retry(8, sleep=lambda _: None))
    monkeypatch.setattr(wiring, "sessions", hasty)
    populate(region, 12)
    cloud.faults.seed(7)
    cloud.faults.add("*", "RequestLimitExceeded", calls=None, probability=0.5)
    found = rounds(guard).run(places(), "s1")
    assert found.verdicts["compliant"] + found.left + found.verdicts["kept"] == 12
    cloud.faults.clear()
    assert rounds(guard).run(places(), "s2").verdicts == {"compliant": 12}


def test_a_region_without_permission_stops_no_other(cloud: Cloud, guard: Guard) -> None:
    account = cloud.account("100000000001")
    populate(account.region("ap-guangzhou"), 2)
    populate(account.region("ap-shanghai"), 2, prefix="b")
    cloud.faults.add("DescribeSecurityGroups", "UnauthorizedOperation", calls=1)
    found = rounds(guard, Limits(parallel=1)).run(places("ap-guangzhou", "ap-shanghai", "mars-1"), "s1")
    assert [place.region for place in found.places] == ["ap-guangzhou", "ap-shanghai", "mars-1"]
    assert sorted(place.status for place in found.places) == ["done", "failed", "failed"]
    assert any("Allow DescribeSecurityGroups" in place.error for place in found.places)
    assert "UnsupportedRegion" in found.places[2].error
    assert found.verdicts == {"compliant": 2}


def test_two_regions_are_looked_at_while_the_next_is_listed(
    cloud: Cloud, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = ("ap-guangzhou", "ap-shanghai", "ap-beijing", "ap-tokyo")
    for number, name in enumerate(regions):
        populate(cloud.account("100000000001").region(name), 1, prefix="abcd"[number])
    listed, third = list[str](), threading.Event()
    at_once: set[str] = set()
    most: list[int] = []

    class Heard(Progress):
        def surveyed(self, report: PlaceReport) -> None:
            listed.append(report.region)
            if len(listed) == 3:
                third.set()

    def slow(batch: Batch, *_: object) -> Worked:
        at_once.add(batch.region)
        assert third.wait(30)  # neither of the first two ends before the third is listed
        most.append(len(at_once))
        at_once.discard(batch.region)
        return Worked(verdicts=Counter(compliant=1))

    monkeypatch.setattr("sgguard.sweep.round.work", slow)
    found = rounds(guard, progress=Heard()).run(places(*regions), "s1")
    assert (found.verdicts, max(most)) == ({"compliant": 4}, 2)


def test_batches_go_to_the_guard_function(region: Region, guard: Guard) -> None:
    names = populate(region, 8)
    recorder = Recorder()
    found = rounds(guard, invoker=recorder).run(places(), "s1")
    assert [len(batch.groups) for batch in recorder.batches] == [3, 3, 2]
    assert [group for batch in recorder.batches for group in batch.groups] == names
    assert (found.handed_over, found.verdicts) == (3, {})
    assert not list(kept_batches(guard.store))


def test_batches_that_cannot_be_handed_over_are_worked_off(region: Region, guard: Guard) -> None:
    populate(region, 4)
    found = rounds(guard, invoker=Recorder(broken=True)).run(places(), "s1")
    assert (found.handed_over, found.verdicts) == (0, {"compliant": 4})


def test_what_time_does_not_allow_is_handed_on(region: Region, guard: Guard) -> None:
    names = populate(region, 6)
    recorder = Recorder()
    batch = Batch(sweep="s1", region=REGION, groups=tuple(names))
    found = Round(sweep="s1")
    rounds(guard, Limits(parallel=1, remaining=Clock(3)), invoker=recorder).work_off(batch, found)
    (rest,) = recorder.batches
    assert found.verdicts == {"compliant": 3}
    assert (rest.groups, rest.hops, rest.sweep) == (tuple(names[3:]), 1, "s1")


def test_what_nobody_takes_is_kept_and_resumed(region: Region, guard: Guard) -> None:
    populate(region, 6)
    short = Limits(parallel=1, remaining=Clock(6))
    first = rounds(guard, short).run(places(), "s1")
    assert first.left > 0
    assert sum(len(batch.groups) for _, batch in kept_batches(guard.store)) == first.left
    second = rounds(guard).resume()
    assert sum((first.verdicts + second.verdicts).values()) == 6
    assert not list(kept_batches(guard.store))


def test_places_that_were_not_reached_are_kept_too(region: Region, guard: Guard) -> None:
    populate(region, 2)
    first = rounds(guard, Limits(remaining=Clock(0))).run(places(), "s1")
    assert [place.status for place in first.places] == ["left"]
    second = rounds(guard).resume()
    assert second.verdicts == {"compliant": 2}


def test_a_defect_that_one_group_meets_stops_nobody(
    region: Region, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = populate(region, 5)
    sound = pipeline.run

    def broken(event: Any, guard: Guard) -> Any:
        if event["groups"] == (names[1],) or event["groups"] == [names[1]]:
            raise ZeroDivisionError
        return sound(event, guard)

    monkeypatch.setattr(pipeline, "run", broken)
    found = rounds(guard, size=10).run(places(), "s1")
    assert (found.verdicts, found.left) == ({"compliant": 4}, 1)
    assert [batch.groups for _, batch in kept_batches(guard.store)] == [(names[1],)]


def test_another_account_is_reached_with_the_keys_of_its_role(cloud: Cloud, guard: Guard) -> None:
    other = cloud.account("100000000002")
    trust = {
        "version": "2.0",
        "statement": [
            {
                "action": "name/sts:AssumeRole",
                "effect": "allow",
                "principal": {"qcs": ["qcs::cam::uin/100000000001:root"]},
            }
        ],
    }
    other.add("policies", PolicyName="all", PolicyDocument=EVERYTHING)
    other.add("roles", RoleName="sgguard", PolicyDocument=json.dumps(trust), Policies=["all"])
    names = populate(other.region(REGION), 3, open_ones=(1,))
    fleet = Fleet(members=(Member(account="100000000002", role="sgguard"),))
    guard = msgspec.structs.replace(guard, site=msgspec.structs.replace(guard.site, fleet=fleet))
    found = rounds(guard).run(places_of(fleet, REGION), "s1")
    assert [(place.account, place.status, place.covered) for place in found.places] == [
        ("", "done", 0),
        ("100000000002", "done", 3),
    ]
    assert (found.verdicts, found.results) == ({"compliant": 2, "violating": 1}, {"reverted": 1})
    assert calls(cloud)["AssumeRole"] == 1
    assert "2379" not in str(other.region(REGION).dump()["security_groups"][1]), names


def test_an_account_that_is_not_written_down_is_refused(guard: Guard) -> None:
    found = rounds(guard).run([Place(account="100000000009", region=REGION)], "s1")
    assert found.places[0].status == "failed"
    assert "fleet.accounts" in found.places[0].error


# The timer's sweep


def timer(
    guard: Guard,
    fleet: Fleet | None = None,
    *,
    now: float | None = None,
    limits: Limits | None = None,
    **more: Any,
) -> Sweep:
    if now is not None:
        guard = msgspec.structs.replace(guard, clock=lambda: now)
    guards = wiring.guards_of(guard, None)
    limits = limits or Limits(parallel=2)
    made = Rounds(guards, limits, size=10, **more)
    return sweep(places(), made, guards, fleet or Fleet(), limits, name="s1")


def test_dead_letters_are_tried_once_more(region: Region, guard: Guard) -> None:
    names = populate(region, 1)
    good = {"schema": "sgguard/batch/v1", "sweep": "s0", "region": REGION, "groups": names}
    keep_dead_letter(guard.store, DeadLetter(reason="throttled", event=good), at=1.0)
    keep_dead_letter(guard.store, DeadLetter(reason="no event", event={"odd": 1}), at=2.0)
    first, second = timer(guard), timer(guard)
    assert (first.letters.settled, first.letters.failed) == (1, 1)
    assert second.letters.settled == 0
    assert second.letters.kept >= 1
    assert "throttled" not in str([entry.document for entry in guard.store.entries("dead-letter")])


def test_what_one_sweep_leaves_comes_first_in_the_next(region: Region, guard: Guard) -> None:
    names = populate(region, 6)
    seen: list[str] = []
    watch = {"watch": lambda _place: lambda group_id, _run: seen.append(group_id)}
    first = timer(guard, limits=Limits(parallel=1, remaining=Clock(6)), **watch)
    left = [group for _, batch in kept_batches(guard.store) for group in batch.groups]
    assert seen + left == names
    assert first.round.left == len(left) > 0
    del seen[:]
    timer(guard, limits=Limits(parallel=1), **watch)
    assert seen == left + names
    assert not list(kept_batches(guard.store))


def test_no_round_is_begun_before_the_last_one_is_done(region: Region, guard: Guard) -> None:
    """A fleet that is too large for one sweep would else be listed anew each time, and kept again."""
    names = populate(region, 6)
    timer(guard, now=1000.0, limits=Limits(parallel=1, remaining=Clock(5)))
    kept = len(list(kept_batches(guard.store)))
    second = timer(guard, now=2000.0, limits=Limits(parallel=1, remaining=Clock(2)))
    assert second.round.places == []
    assert not second.heartbeat
    assert len(list(kept_batches(guard.store))) == kept == 1
    assert timer(guard, now=3000.0).round.covered == len(names)


def test_the_outbox_is_sent_once_what_is_due_is_due(region: Region, guard: Guard) -> None:
    populate(region, 1)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    timer(guard, now=100_000.0)  # the heartbeat is out of the way
    for number, due in enumerate((0.0, 103_000.0)):
        kept = compose_notice("budget", as_written(f"message {number}"), at=100.0 + number)
        keep_pending(
            guard.store, Pending(notification=kept, channel="inbox", queued_at=100.0, not_before=due)
        )
    drained = [timer(guard, now=at).drained for at in (102_000.0, 103_500.0, 104_000.0)]
    assert drained == [1, 1, 0]
    assert inbox.said()[1:] == ["message 0", "message 1"]
    assert pending_messages(guard.store) == ()


def test_what_the_outbox_cannot_send_stays_and_stops_nothing(region: Region, guard: Guard) -> None:
    populate(region, 1)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    kept = compose_notice("budget", as_written("message"), at=100.0)
    keep_pending(guard.store, Pending(notification=kept, channel="inbox", queued_at=100.0))
    inbox.status = "retry"
    swept = timer(guard, now=100_000.0)
    assert (swept.drained, swept.round.verdicts) == (0, {"compliant": 1})
    assert kept.id in {message.notification.id for message in pending_messages(guard.store)}


@pytest.mark.parametrize(
    ("events", "told"), [(DAILY_QUOTA * 8 // 10 - 1, False), (DAILY_QUOTA * 8 // 10, True)]
)
def test_a_day_whose_deliveries_are_nearly_used_up_is_told(
    region: Region, guard: Guard, events: int, *, told: bool
) -> None:
    populate(region, 1)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    for instance in ("a", "b"):
        log = EventLog(instance)
        for _ in range(events // 2 if instance == "a" else events - events // 2):
            log.note(guard.store, [], at=100_000.0)
    swept = timer(guard, now=100_100.0)
    assert swept.events_today == events
    said = [text for text in inbox.said() if "events came today" in text]
    assert said == (
        [f"{events} events came today; EventBridge delivers 2000 a day to a target by default"] * told
    )
    tomorrow = timer(guard, now=190_000.0)
    assert tomorrow.events_today == 0
    assert len([text for text in inbox.said() if "events came today" in text]) == told


def test_a_version_that_moved_without_an_event_is_told(region: Region, guard: Guard) -> None:
    names = populate(region, 2)
    timer(guard, now=10_000.0)
    _write(names[0])
    moved = timer(guard, now=20_000.0)
    assert moved.silent == ()
    told = timer(guard, now=22_000.0)
    ((group_id, before, after),) = [(m.group_id, m.before, m.after) for m in told.silent]
    assert (group_id, before, after) == (names[0], "7", "8")
    assert timer(guard, now=23_000.0).silent == ()


def test_a_version_whose_event_came_is_not(region: Region, guard: Guard) -> None:
    from sgguard.model.change import ChangeEvent
    from sgguard.model.run import Run

    names = populate(region, 1)
    timer(guard, now=10_000.0)
    _write(names[0])
    timer(guard, now=20_000.0)
    late = Run(change=ChangeEvent(group_ids=(names[0],), regions=(REGION,), api="X"))
    EventLog("i").note(guard.store, [late], at=20_300.0)
    swept = timer(guard, now=22_000.0)
    assert (swept.silent, swept.events_today, swept.last_event_at) == ((), 1, 20_300.0)


def test_the_heartbeat_comes_once_a_day(region: Region, guard: Guard) -> None:
    populate(region, 1)
    beats = [timer(guard, now=at).heartbeat for at in (100_000.0, 103_600.0, 186_400.0)]
    assert beats == [True, False, True]


def test_the_budget_knows_how_many_groups_there_are(region: Region, guard: Guard) -> None:
    populate(region, 3)
    assert timer(guard).budget_limit == 1


def _write(group_id: str, cidr: str = "10.0.0.0/16", port: str = "443") -> None:
    """Somebody else's change, of which no event comes."""
    from scfshim import Session

    Session().client("vpc", region=REGION).create_security_group_policies(
        SecurityGroupId=group_id,
        SecurityGroupPolicySet={
            "Ingress": [{"Protocol": "TCP", "Port": port, "CidrBlock": cidr, "Action": "ACCEPT"}]
        },
    )


# What must be asked of a sweep besides


def with_site(guard: Guard, **changes: Any) -> Guard:
    return msgspec.structs.replace(guard, site=msgspec.structs.replace(guard.site, **changes))


def test_a_waiver_that_has_expired_is_raised_again(region: Region, guard: Guard) -> None:
    populate(region, 1, open_ones=(0,))
    waiver = read_site(
        {
            "schema": "sgguard/config/v1",
            "waivers": [
                {
                    "id": "etcd",
                    "direction": "ingress",
                    "protocols": ["tcp"],
                    "ports": "2379",
                    "peers": ["anywhere-ipv4"],
                    "reason": "migration",
                    "owner": "team-a",
                    "expires": "1970-01-02",
                }
            ],
        },
        "site",
    ).waivers
    guard = with_site(guard, waivers=waiver)
    assert timer(guard, now=100_000.0).round.verdicts == {"compliant": 1}
    late = timer(guard, now=200_000.0).round
    assert late.verdicts == {"violating": 1}
    assert late.results


def test_five_thousand_and_one_groups_are_all_listed(cloud: Cloud, region: Region, guard: Guard) -> None:
    populate(region, 1)
    for number in range(5000):
        region.add_security_group(SecurityGroupId=f"sg-many{number:04d}")
    found = rounds(guard).run(places(), "s1")
    (place,) = found.places
    assert (place.covered, place.not_covered.total()) == (1, 5001)
    assert calls(cloud)["DescribeSecurityGroups"] == 51


def test_nothing_is_written_on_facts_that_are_out_of_date(cloud: Cloud, region: Region, guard: Guard) -> None:
    """A second cluster comes to use the group; no event tells. Its pod network is let in, as it must be."""
    (name,) = populate(region, 1)
    severe = msgspec.structs.replace(guard.site.revert, min_severity="low", settle_seconds=0)
    guard = with_site(guard, revert=severe)
    rails = msgspec.structs.replace(guard.guardrails, min_severity="low")
    guard = msgspec.structs.replace(guard, guardrails=rails)
    element = {"schema": "sgguard/batch/v1", "sweep": "s", "region": REGION, "groups": [name]}
    pipeline.run(element, msgspec.structs.replace(guard, clock=lambda: 10_000.0))
    region.add_instance(InstanceId="ins-second01", SubnetId="subnet-00000000", SecurityGroupIds=[name])
    region.add_cluster(
        ClusterId="cls-second01",
        VpcId="vpc-00000000",
        ClusterCIDR="192.168.0.0/16",
        Instances=[{"InstanceId": "ins-second01"}],
    )
    _write(name, "192.168.0.0/16", "1-65535")
    (run,) = pipeline.run(element, msgspec.structs.replace(guard, clock=lambda: 10_600.0))
    assert run.plan is not None
    assert not [call for call in cloud.calls if call.action.startswith(("Delete", "Replace"))]
    assert {scope.cluster_id for sent in run.notifications for scope in sent.notification.clusters} in (
        set(),
        {"cls-00000000", "cls-second01"},
    )


def test_out_of_date_facts_are_what_would_have_been_wrong(
    cloud: Cloud, region: Region, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test before this one fails without the rule that it is about."""
    monkeypatch.setattr(pipeline, "_is_firm", lambda _facts: True)
    with pytest.raises(AssertionError):
        test_nothing_is_written_on_facts_that_are_out_of_date(cloud, region, guard)


class Inbox:
    """A channel that takes everything."""

    name = "inbox"
    paces = ()
    digest_size = 1

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.status: Status = "delivered"

    def deliver(self, letter: Letter) -> Delivery:
        self.letters.append(letter)
        return Delivery(channel=self.name, status=self.status, detail="as said")

    def said(self) -> list[str]:
        """The reasons of notices, in English."""
        return [
            say(reason)
            for letter in self.letters
            if isinstance(letter.content, Notification)
            for reason in letter.content.reasons
        ]


def test_what_the_heartbeat_says_and_that_each_one_arrives(region: Region, guard: Guard) -> None:
    populate(region, 3)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    for day in (1, 2):
        timer(guard, now=86_400.0 * day)
    first, second = [text for text in inbox.said() if "groups covered" in text]
    assert first == second
    assert first == (
        "3 groups covered in 1 places, 1 not covered (1 bound to nothing); the last event came before "
        "yesterday, or never; 0 of 2000 events today; change budget 0 of 1 used"
    )


def test_a_region_that_is_lost_is_told_at_once(cloud: Cloud, region: Region, guard: Guard) -> None:
    populate(region, 1)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    timer(guard, now=100_000.0)
    cloud.faults.add("DescribeSecurityGroups", "UnauthorizedOperation", calls=None)
    timer(guard, now=101_000.0)
    assert inbox.said()[1].startswith("1 places could not be read: ap-guangzhou.")


def test_every_silent_group_is_told(region: Region, guard: Guard) -> None:
    names = populate(region, 2)
    inbox = Inbox()
    guard = msgspec.structs.replace(guard, channels=(inbox,))
    timer(guard, now=10_000.0)
    for number, name in enumerate(names):
        _write(name)
        timer(guard, now=20_000.0 + 2000 * number)
    timer(guard, now=26_000.0)
    told = [said for said in inbox.said() if "although no event" in said]
    assert [name in said for name, said in zip(names, told, strict=True)] == [True, True]
