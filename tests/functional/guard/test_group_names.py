"""What a message calls a group and its account. A name costs a warm change nothing and loses no message."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import samples
from guarded import GROUP, WORLD, rows, run_one, set_rows

from sgguard import wiring
from sgguard.config.fleet import Fleet, Member
from sgguard.model.batch import Batch
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sgguard.sweep import Place, survey_of
from sglab.inbox import Inbox
from tcmock import Cloud

NAME = "tke-worker-security-for-cls-demo0001"
OPEN = [WORLD, *samples.NODE_ROWS]
BATCH = msgspec.to_builtins(Batch(sweep="s1", region="ap-guangzhou", groups=(GROUP,)))


def told(inbox: Inbox) -> Any:
    (message,) = inbox.received
    return message.document()


def named(cloud: Cloud, name: str) -> None:
    """What somebody calls the group."""
    document: Any = cloud.dump()
    (group,) = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"]
    group["SecurityGroupName"] = name
    cloud.load(document)


def test_the_name_is_asked_for_when_all_else_is_done(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, OPEN)
    run_one(guard)
    assert (told(inbox)["group_id"], told(inbox)["group_name"]) == (GROUP, NAME)
    assert [call.action for call in cloud.calls][-3:] == [
        "DeleteSecurityGroupPolicies",
        "DescribeSecurityGroupPolicies",
        "DescribeSecurityGroups",
    ]


def test_a_warm_revert_asks_for_no_name(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    run_one(guard)
    set_rows(cloud, OPEN)
    warm = len(cloud.calls)
    run_one(guard)
    assert told(inbox)["group_name"] == NAME
    assert [call.action for call in cloud.calls[warm:]] == [
        "DescribeSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
        "DescribeSecurityGroupPolicies",
    ]


@pytest.mark.parametrize("fault", ["UnauthorizedOperation", "InternalError"])
def test_without_the_name_the_id_has_to_do(cloud: Cloud, guard: Guard, inbox: Inbox, fault: str) -> None:
    set_rows(cloud, OPEN)
    cloud.faults.add("DescribeSecurityGroups", fault, calls=None)
    run_one(guard)
    assert [told(inbox)[key] for key in ("action", "group_id", "group_name")] == ["reverted", GROUP, ""]
    assert f"ACCEPT ALL ALL {WORLD[2]}" not in rows(cloud)


def test_the_listing_of_a_sweep_tells_the_names(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    survey_of(Place(region="ap-guangzhou"), guard)
    set_rows(cloud, OPEN)
    run_one(guard, BATCH)
    assert told(inbox)["group_name"] == NAME
    assert [call.action for call in cloud.calls].count("DescribeSecurityGroups") == 1


def test_a_name_is_used_for_a_day_or_until_the_next_listing(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    now = guard.clock()
    run_one(guard)
    named(cloud, "prod")
    set_rows(cloud, OPEN)
    run_one(msgspec.structs.replace(guard, clock=lambda: now + 80_000))
    set_rows(cloud, OPEN)
    run_one(msgspec.structs.replace(guard, clock=lambda: now + 90_000))
    survey_of(Place(region="ap-guangzhou"), guard)
    assert [message.document()["group_name"] for message in inbox.received] == [NAME, "prod"]  # type: ignore[index]


def test_a_group_that_cannot_be_read_is_told_by_the_name_that_is_known(
    cloud: Cloud, guard: Guard, inbox: Inbox
) -> None:
    run_one(guard)
    cloud.faults.add("DescribeSecurityGroupPolicies", "UnauthorizedOperation", calls=None)
    run_one(guard)
    assert (told(inbox)["action"], told(inbox)["group_name"]) == ("could not decide", NAME)


def test_a_name_is_one_line_of_bounded_length(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    named(cloud, "prod\u202e\n" + "x" * 1000)
    set_rows(cloud, OPEN)
    run_one(guard)
    assert told(inbox)["group_name"] == f"prod\ufffd\ufffd{'x' * 113}…"


def test_what_the_sweep_finds_is_told_with_the_functions_own_account(
    cloud: Cloud, guard: Guard, inbox: Inbox, tmp_path: Any
) -> None:
    set_rows(cloud, OPEN)
    environment = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
        "SGGUARD_WEBHOOK": inbox.url,
        "TENCENTCLOUD_UIN": "100000000001",
    }
    run_one(wiring.build_guard(read_settings(environment), None, guard.log), BATCH)
    assert (told(inbox)["account"], told(inbox)["mode"]) == ("100000000001", "enforce")


def test_a_group_of_another_account_is_told_with_that_account(guard: Guard) -> None:
    fleet = Fleet(members=(Member(account="100000000002", role="guard"),))
    base = msgspec.structs.replace(guard, account="100000000001")
    base = msgspec.structs.replace(base, site=msgspec.structs.replace(guard.site, fleet=fleet))
    guard_of = wiring.guards_of(base, None)
    assert [guard_of(account).account for account in ("", "100000000002")] == ["100000000001", "100000000002"]
