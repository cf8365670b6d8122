"""What holds the guard back: switches, limits, and the config. Each is tested against the emulated cloud."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import samples
from guarded import DEFAULT, EVENT, GROUP, WORLD, rows, run_one, set_rows, take_away, writes

from sgguard import wiring
from sgguard.config.revert import Budget, Modes, Revert
from sgguard.config.window import Window
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sgguard.state import Claim, Freeze, keep_claim, keep_covered_groups, keep_freeze, recent_claims
from sgguard.state.journal import all_entries
from sgguard.state.verification import verify
from sgguard.wording import say
from sglab.inbox import Inbox
from tcmock import Cloud

OPEN = [WORLD, *samples.NODE_ROWS]
NOW = 1_790_000_000.0


def at(guard: Guard, now: float = NOW, **revert: Any) -> Guard:
    """The guard at a moment, with a config."""
    site = msgspec.structs.replace(guard.site, revert=Revert(**revert))
    return msgspec.structs.replace(guard, clock=lambda: now, site=site, told={})


def reasons(run: Run) -> list[str]:
    assert run.plan is not None
    return [say(reason) for reason in run.plan.reasons]


def held(run: Run, words: str) -> bool:
    """Whether nothing was written and a reason says why."""
    assert run.plan is not None
    assert run.plan.steps, "what would be written is shown all the same"
    return run.plan.decision == "alert" and any(words in reason for reason in reasons(run))


def claimed(group_id: str, at: float, by: str = "other") -> Claim:
    return Claim(group_id=group_id, region="ap-guangzhou", at=at, by=by, change="")


def test_a_deed_is_on_record_with_everything_that_it_rests_on(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    run = run_one(at(guard))
    intention, end = (written.entry for written in all_entries(guard.store, GROUP))
    assert (intention.deed, intention.phase, intention.by) == ("revert", "intended", "sgguard")
    assert intention.change is not None
    assert intention.change.request_id == EVENT["requestID"]
    assert [say(reason) for reason in intention.reasons] == ["certain and severe enough to revert: 1"]
    assert intention.proof is not None
    assert intention.proof.holds
    assert (end.phase, end.result) == ("ended", "reverted")
    assert [(s.version_before, s.version_after) for s in end.applied] == [("8", "9")]
    assert end.applied[0].request_id
    assert end.after is not None
    assert (end.after.verdict, end.after.version) == ("compliant", "9")
    assert run.outcome is not None
    assert run.outcome.snapshot == intention.snapshot == run.notifications[0].notification.snapshot
    assert verify(guard.store) == (2, ())


def test_the_intention_is_there_before_the_write(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        entries = guard.store.entries("journal"), guard.store.entries("claim")
        seen.append((len(entries[0]), len(entries[1])))

    cloud.faults.add("DeleteSecurityGroupPolicies", look)
    run_one(guard)
    assert seen == [(1, 1)]


def test_a_freeze_of_the_group_or_of_all(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    keep_freeze(guard.store, Freeze(group_id=GROUP, by="ana", why="migration", at=1.0))
    keep_freeze(guard.store, Freeze(group_id="", by="ben", why="incident", at=1.0))
    run = run_one(at(guard))
    assert held(run, "ana froze this group: migration")
    assert held(run, "ben froze every group: incident")
    assert writes(cloud) == []


def test_the_switch_in_the_environment(cloud: Cloud, inbox: Inbox, guard: Guard, tmp_path: Any) -> None:
    set_rows(cloud, OPEN)
    environment = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_FREEZE": "1",
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
        "SGGUARD_WEBHOOK": inbox.url,
    }
    frozen = wiring.build_guard(read_settings(environment), None, guard.log)
    assert held(run_one(frozen), "SGGUARD_FREEZE is set")
    assert writes(cloud) == []


def test_a_role_that_may_not_write(
    cloud: Cloud, guard: Guard, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_rows(cloud, OPEN)
    statement = {"effect": "allow", "action": ["vpc:Describe*", "cvm:Describe*", "tke:Describe*"]}
    document = {"version": "2.0", "statement": [{**statement, "resource": "*"}]}
    account = cloud.account("100000000001")
    policy = account.add("policies", PolicyName="reading", PolicyDocument=document)
    account.add("roles", RoleName="guard", Policies=[policy])
    key = account.add_key(role_name="guard")
    for name, value in (
        ("SECRETID", key.secret_id),
        ("SECRETKEY", key.secret_key),
        ("SESSIONTOKEN", key.token),
    ):
        monkeypatch.setenv(f"TENCENTCLOUD_{name}", value)
    run = run_one(guard)
    assert run.outcome is not None
    assert (run.outcome.result, run.outcome.applied, run.outcome.doubtful) == ("failed", (), ())
    assert rows(cloud)[0] == "ACCEPT ALL ALL 0.0.0.0/0"
    body: Any = inbox.received[0].document()
    assert "Allow DeleteSecurityGroupPolicies in the CAM policy" in body["reasons"][-1]
    assert recent_claims(guard.store, since=0.0, now=NOW) == ()


def test_every_reason_is_recorded(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    window = Window(start=int(NOW) - 1, end=int(NOW) + 1, reason="move")
    modes = Modes(groups={GROUP: "observe"})
    run = run_one(at(guard, modes=modes, protected=(GROUP,), windows=(window,)))
    assert reasons(run) == [
        "certain and severe enough to revert: 1",
        "the config sets mode observe for this group",
        "the config protects this group: it is never written",
        "a maintenance window is open: move",
    ]
    assert held(run, "protects")
    assert writes(cloud) == []
    (entry,) = (written.entry for written in all_entries(guard.store, GROUP))
    assert (entry.deed, entry.decision, entry.expected_version) == ("hold", "alert", "8")
    assert [say(why) for why in entry.reasons] == reasons(run)
    assert entry.steps
    assert run.outcome is not None
    assert run.outcome.journal
    run_one(at(guard, modes=modes, protected=(GROUP,), windows=(window,)))
    assert len(all_entries(guard.store, GROUP)) == 1, "the same again is no news"


def test_a_fight_ends_in_alerts(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    for number in range(4):
        set_rows(cloud, OPEN, version=str(8 + 2 * number))
        run = run_one(at(guard, NOW + number))
    assert held(run, "reverted 3 times within 10 minutes")
    assert len(writes(cloud)) == 3
    assert len(inbox.received) == 4
    set_rows(cloud, OPEN, version="20")
    run = run_one(at(guard, NOW + 800))
    assert run.outcome is not None
    assert run.outcome.result == "reverted"


def test_the_budget_counts_the_writes_of_every_instance(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, OPEN)
    for number in range(5):
        keep_claim(guard.store, claimed(f"sg-other{number}", NOW - 60))
    for _ in range(2):
        run = run_one(at(guard))
        assert held(run, "the change budget of 5 groups within 10 minutes is used up by 5 others")
    assert writes(cloud) == []
    titles = [message.document()["title"] for message in inbox.received]  # type: ignore[index]
    assert [title.startswith("The change budget is used up") for title in titles] == [True, False]
    assert len(recent_claims(guard.store, since=0.0, now=NOW)) == 5
    run = run_one(at(guard, NOW + 700))
    assert run.outcome is not None
    assert run.outcome.result == "reverted"


def test_the_budget_is_a_share_of_the_fleet(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    keep_covered_groups(guard.store, 11, at=1.0)
    keep_claim(guard.store, claimed("sg-other", NOW))
    run = run_one(at(guard, budget=Budget(groups=5, percent=10)))
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    set_rows(cloud, OPEN, version="20")
    keep_claim(guard.store, claimed("sg-third", NOW))
    assert held(run_one(at(guard)), "budget of 2 groups")


def test_two_instances_cannot_both_take_the_last_place(cloud: Cloud, guard: Guard) -> None:
    """Whichever claims later sees the other's claim, however wrong its clock is."""
    set_rows(cloud, OPEN)
    for skew in (-30.0, 30.0):
        keep_claim(guard.store, claimed(f"sg-skew{skew}", NOW + skew))
        run = run_one(at(guard, budget=Budget(groups=1)))
        assert held(run, "used up")
    assert writes(cloud) == []


def test_what_is_open_to_the_public_does_not_wait(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [*samples.NODE_ROWS[:3], *samples.NODE_ROWS[4:], ("tcp", "1-65535", "203.0.113.0/24")])
    event = {**EVENT, "eventTime": int(NOW) - 3}
    run = run_one(at(guard), event)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert "ACCEPT tcp 1-65535 203.0.113.0/24" not in rows(cloud)
    assert reasons(run)[1:] == [
        (
            "the group changed 3 s ago and is judged when it has been quiet for 10 s: "
            "by a later event or the sweep"
        ),
        "only what is open to the public is closed at once",
    ]
    run_one(at(guard, NOW + 60), event)
    assert "ACCEPT tcp 30000-32767 0.0.0.0/0" in rows(cloud)


def test_what_is_merely_lacking_waits_until_the_group_is_quiet(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, samples.NODE_ROWS[1:])
    event = {**EVENT, "eventTime": int(NOW) - 3}
    assert held(run_one(at(guard), event), "changed 3 s ago")
    assert writes(cloud) == []
    run = run_one(at(guard, NOW + 7), event)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"


def test_an_approval_is_asked_for_with_the_command(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, OPEN)
    run = run_one(at(guard, approval="high"))
    assert run.plan is not None
    assert held(run, f"sgguard apply {run.plan.id} (as long as the group is at version 8)")
    assert [entry.key for entry in guard.store.entries("plan")] == [f"{GROUP}/{run.plan.id}"]
    body: Any = inbox.received[0].document()
    assert f"sgguard apply {run.plan.id}" in body["reasons"][-1]
    assert writes(cloud) == []


def test_an_approval_is_not_asked_for_below_its_severity(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [*samples.NODE_ROWS, ("tcp", "8080", "0.0.0.0/0")])
    run = run_one(at(guard, approval="critical"))
    assert run.outcome is not None
    assert run.outcome.result == "reverted"


def test_own_changes_are_labelled_and_judged_like_any_other(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    run = run_one(guard)
    assert run.own == ""
    assert run.outcome is not None
    own = {**EVENT, "requestID": run.outcome.applied[0].request_id}
    assert run_one(guard, own).own == "request"
    assert run_one(guard).own == "version"
    role = {"type": "CAMRole", "roleName": "guard-role", "accountId": "100000000001"}
    set_rows(cloud, OPEN, version="20")
    labelled = msgspec.structs.replace(guard, role="guard-role")
    event = {**EVENT, "userIdentity": {**role, "sessionContext": json.dumps({})}}
    run = run_one(labelled, event)
    assert run.own in {"session", ""}
    assert run.outcome is not None
    assert run.outcome.result == "reverted", "the principal is never a reason to look away"


def test_somebody_else_puts_it_right_first(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, OPEN)
    cloud.faults.add("DeleteSecurityGroupPolicies", lambda: take_away(0))
    run = run_one(guard)
    assert held(run, "somebody else put the group right")
    assert len(inbox.received) == 1
    assert recent_claims(guard.store, since=0.0, now=NOW * 2) == ()


@pytest.mark.parametrize("code", ["InternalError", "InternalError.ModuleError", "Brand.NewCode"])
def test_a_code_that_leaves_it_open_is_settled_by_the_list(cloud: Cloud, guard: Guard, code: str) -> None:
    """Nothing is known of such a write but what the list says; it is no success and no failure by itself."""
    set_rows(cloud, OPEN)
    cloud.faults.add("DeleteSecurityGroupPolicies", code)
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert rows(cloud) == DEFAULT
    assert writes(cloud).count("DeleteSecurityGroupPolicies") == 2


def test_throttled_writes_are_made_again_inside_the_time_that_is_left(
    cloud: Cloud, guard: Guard, inbox: Inbox, tmp_path: Any
) -> None:
    set_rows(cloud, OPEN)
    cloud.faults.add("DeleteSecurityGroupPolicies", "RequestLimitExceeded", calls=2)
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    set_rows(cloud, OPEN, version="30")
    cloud.faults.add("DeleteSecurityGroupPolicies", "RequestLimitExceeded", calls=999)
    environment = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
        "SGGUARD_WEBHOOK": inbox.url,
    }
    hurried = wiring.build_guard(read_settings(environment), 0.4, guard.log)
    run = run_one(hurried)
    assert run.outcome is not None
    assert run.outcome.result == "failed"
    assert [delivery.status for sent in run.notifications for delivery in sent.deliveries] == ["delivered"]


def test_an_unused_claim_is_withdrawn_and_a_doubtful_one_stays(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    cloud.faults.add("DeleteSecurityGroupPolicies", "UnsupportedOperation.LockedResources", calls=9)
    run_one(guard)
    assert recent_claims(guard.store, since=0.0, now=NOW) == ()


def test_an_instance_that_dies_after_its_write_is_told_of(
    cloud: Cloud, guard: Guard, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the write and the message there is a promise, and whoever looks next keeps it."""
    set_rows(cloud, OPEN)

    def die(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("sgguard.pipeline.dispatch", die)
        with pytest.raises(KeyboardInterrupt):
            run_one(at(guard))
    assert rows(cloud) == DEFAULT
    assert inbox.received == []
    run_one(at(guard, NOW + 60))
    assert inbox.received == [], "the instance may be at work still"
    run = run_one(at(guard, NOW + 1000))
    assert run.plan is not None
    assert run.plan.decision == "none"
    run_one(at(guard, NOW + 2000))
    bodies: list[Any] = [message.document() for message in inbox.received]
    (body,) = [body for body in bodies if body["action"] == "failed"]
    assert body["group_id"] == GROUP
    assert "did not come to an end" in body["reasons"][-1]


def test_nothing_is_owed_after_a_message(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, OPEN)
    run_one(guard)
    assert guard.store.entries("marker", "owed/") == ()
