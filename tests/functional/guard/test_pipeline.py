"""The whole line in one process: real client, real signatures, an emulated cloud that may misbehave."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import samples
from guarded import DEFAULT, EVENT, GROUP, WORLD, insert, rows, run_one, set_rows, writes
from structlog.testing import LogCapture

from sgguard import pipeline
from sgguard.baseline import read_site
from sgguard.facts import NOW
from sgguard.model.batch import Batch
from sgguard.model.reason import as_written
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.state import StoreError
from sgguard.wording import say
from sglab.inbox import Inbox
from tcmock import Cloud


def test_a_violation_is_reverted_and_told(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert run.outcome.evaluation is not None
    assert run.outcome.evaluation.verdict == "compliant"
    assert rows(cloud) == DEFAULT
    (message,) = inbox.received
    body: Any = message.document()
    assert body["action"] == "reverted"
    assert (body["version_before"], body["version_after"]) == ("8", "9")
    assert body["rows"] == [
        {
            "sign": "-",
            "direction": "ingress",
            "index": 0,
            "row": "ACCEPT ALL from 0.0.0.0/0",
            "description": "",
        }
    ]
    assert body["findings"][0]["witness"]["port"] == 2379


def test_a_snapshot_is_kept_before_the_write(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    kept: list[int] = []
    cloud.faults.add("DeleteSecurityGroupPolicies", lambda: kept.append(len(guard.store.entries("snapshot"))))
    run_one(guard)
    assert kept == [1]


def test_the_same_event_again_writes_nothing(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run_one(guard)
    second = run_one(guard)
    assert second.plan is not None
    assert second.plan.decision == "none"
    assert writes(cloud) == ["DeleteSecurityGroupPolicies"]
    assert len(inbox.received) == 1


def test_a_compliant_change_is_left_alone(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    run = run_one(guard)
    assert run.notifications == ()
    assert writes(cloud) == []
    assert inbox.received == []


def test_somebody_who_writes_between_read_and_write(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    cloud.faults.add("DeleteSecurityGroupPolicies", lambda: insert(("tcp", "80", "10.0.0.9")))
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert rows(cloud) == ["ACCEPT tcp 80 10.0.0.9", *DEFAULT]
    assert [call.code for call in cloud.calls if call.action == "DeleteSecurityGroupPolicies"] == [
        "UnsupportedOperation.VersionMismatch",
        "",
    ]


def test_somebody_who_never_stops_writing(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    ports = iter(range(80, 99))
    cloud.faults.add(
        "DeleteSecurityGroupPolicies", lambda: insert(("tcp", str(next(ports)), "10.0.0.9")), calls=99
    )
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "failed"
    assert writes(cloud).count("DeleteSecurityGroupPolicies") == pipeline.ATTEMPTS
    assert rows(cloud).count("ACCEPT ALL ALL 0.0.0.0/0") == 1
    body: Any = inbox.received[0].document()
    assert body["action"] == "failed"
    assert "kept changing" in body["reasons"][-1]


def test_a_lost_answer_is_not_a_second_write(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    cloud.faults.add("DeleteSecurityGroupPolicies", "lost-answer")
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert writes(cloud) == ["DeleteSecurityGroupPolicies"]
    assert len(inbox.received) == 1


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("UnauthorizedOperation", "Allow DeleteSecurityGroupPolicies"),
        ("InvalidParameterValue.MemberApprovalApplicationStarted", "asks for an approval"),
        ("UnsupportedOperation.LockedResources", "locked by another product"),
    ],
)
def test_a_refused_write_is_told_with_what_to_do(
    cloud: Cloud, guard: Guard, inbox: Inbox, code: str, advice: str
) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    cloud.faults.add("DeleteSecurityGroupPolicies", code, calls=9)
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "failed"
    body: Any = inbox.received[0].document()
    assert body["action"] == "failed"
    assert advice in body["reasons"][-1]
    assert rows(cloud)[0] == "ACCEPT ALL ALL 0.0.0.0/0"


@pytest.mark.parametrize(
    "action",
    [
        *("DescribeSecurityGroupPolicies", "DescribeInstances", "DescribeClusters"),
        *("DescribeClusterInstances", "DescribeVpcs", "DescribeSubnets"),
    ],
)
def test_a_read_that_is_not_allowed_is_kept_and_told(
    cloud: Cloud, guard: Guard, inbox: Inbox, action: str
) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    cloud.faults.add(action, "UnauthorizedOperation", calls=9)
    run = run_one(guard)
    assert writes(cloud) == []
    assert f"Allow {action}" in run.note
    (letter,) = guard.store.entries("dead-letter")
    assert msgspec.json.decode(letter.document)["event"] == EVENT
    body: Any = inbox.received[0].document()
    assert body["action"] == "could not decide"
    assert body["group_id"] == GROUP


def test_a_group_that_is_gone(cloud: Cloud, guard: Guard) -> None:
    event = {
        **EVENT,
        "requestParameters": json.dumps({"SecurityGroupId": "sg-gone0001", "Region": "ap-guangzhou"}),
    }
    run = run_one(guard, event)
    assert run.note == "not covered: no such group in ap-guangzhou"
    assert guard.store.entries("dead-letter") == ()
    assert writes(cloud) == []


def test_observe_never_writes(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    observing = msgspec.structs.replace(
        guard,
        guardrails=msgspec.structs.replace(guard.guardrails, mode="observe", notes=(as_written("why"),)),
    )
    run = run_one(observing)
    assert run.plan is not None
    assert run.plan.decision == "alert"
    assert writes(cloud) == []
    body: Any = inbox.received[0].document()
    assert body["action"] == "alert only"
    assert body["reasons"][-2:] == ["mode is observe: nothing is written", "why"]
    assert [row["row"] for row in body["rows"]] == ["ACCEPT ALL from 0.0.0.0/0"]


@pytest.mark.parametrize("event", [None, [], "text", 7, {}, {"EventList": 3}, {"data": {}}])
def test_what_is_no_event_is_kept_and_told(guard: Guard, inbox: Inbox, event: object) -> None:
    run = run_one(guard, event)
    assert run.change is None
    assert len(guard.store.entries("dead-letter")) == 1
    assert len(inbox.received) == 1


def test_one_broken_event_does_not_lose_the_others(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    broken = {**EVENT, "requestParameters": "{}"}
    envelopes = [
        {"specversion": "1.0", "type": "vpc:CloudEvent:ApiCall", "source": "vpc.cloud.tencent", "data": data}
        for data in (broken, EVENT)
    ]
    first, second = pipeline.run({"EventList": envelopes}, guard)
    assert first.change is None
    assert len(guard.store.entries("dead-letter")) == 1
    assert second.outcome is not None
    assert second.outcome.result == "reverted"


def test_a_store_that_fails_means_no_write(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    class Broken:
        def __getattr__(self, method: str) -> Callable[..., Any]:
            def fail(*_: object, **__: object) -> Any:
                raise StoreError(f"disk full at {method}")

            return fail

    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    guard = msgspec.structs.replace(guard, store=Broken(), told={})
    for _ in range(2):
        run = run_one(guard)
        assert run.plan is not None
        assert run.plan.decision == "alert"
        assert "the store cannot be used: disk full" in say(run.plan.reasons[-1])
    assert writes(cloud) == []
    bodies: list[Any] = [message.document() for message in inbox.received]
    assert [body["title"].endswith("nothing is written") for body in bodies] == [True, False, False]
    assert [body["group_id"] for body in bodies] == ["", GROUP, GROUP]


def test_what_a_change_opened_is_told_apart_from_what_was_open(
    cloud: Cloud, guard: Guard, inbox: Inbox
) -> None:
    watching = msgspec.structs.replace(
        guard, guardrails=msgspec.structs.replace(guard.guardrails, mode="observe")
    )
    old = ("tcp", "3389", "0.0.0.0/0")
    set_rows(cloud, [old, *samples.NODE_ROWS], version="8")
    first = run_one(watching)
    assert first.evaluation is not None
    assert first.evaluation.before is None
    insert(("tcp", "2379", "0.0.0.0/0"))
    second = run_one(watching)
    assert second.evaluation is not None
    assert second.evaluation.before is not None
    assert (second.evaluation.before.version, second.evaluation.before.source) == ("8", "memory")
    assert [(f.policy_indexes, f.debt) for f in second.evaluation.findings] == [((0,), "new"), ((1,), "old")]
    body: Any = inbox.received[-1].document()
    assert [f["debt"] for f in body["findings"]] == ["new", "old"]
    assert [block["ports"] for delta in body["delta"] for block in delta["opened"]] == ["2379"]
    assert body["before"] == {"version": "8", "source": "memory"}
    again = run_one(watching)
    assert again.evaluation == second.evaluation


def debts(run: Run) -> list[str | None]:
    assert run.evaluation is not None
    return [finding.debt for finding in run.evaluation.findings if finding.kind == "excess"]


def test_a_revert_is_what_the_next_change_is_measured_against(guard: Guard) -> None:
    run_one(guard)
    insert(WORLD)
    assert debts(run_one(guard)) == ["new"]
    insert(("tcp", "2379", "0.0.0.0/0"))
    third = run_one(guard)
    assert third.evaluation is not None
    assert third.evaluation.before is not None
    assert int(third.evaluation.before.version) == int(third.evaluation.version) - 1
    assert debts(third) == ["new"]


def test_what_the_caller_says_was_there_is_taken_where_it_fits(cloud: Cloud, guard: Guard) -> None:
    ssh = ("tcp", "22", "203.0.113.0/24")
    set_rows(cloud, [("tcp", "22-23", "0.0.0.0/0"), *samples.NODE_ROWS], version="8")
    request = {
        "SecurityGroupId": GROUP,
        "Region": "ap-guangzhou",
        "SecurityGroupPolicySet": {
            "Version": "7",
            "Ingress": [samples.wire_row(("tcp", "22-23", "0.0.0.0/0"), 0)],
        },
        "OriginalSecurityGroupPolicySet": {"Version": "7", "Ingress": [samples.wire_row(ssh, 0)]},
    }
    event = {
        **EVENT,
        "eventName": "ReplaceSecurityGroupPolicy",
        "requestParameters": json.dumps(request),
    }
    run = run_one(guard, event)
    assert run.evaluation is not None
    assert run.evaluation.before is not None
    assert (run.evaluation.before.version, run.evaluation.before.source) == ("7", "event")
    assert debts(run) == ["new"]


def test_throttled_reads_are_tried_again(cloud: Cloud, guard: Guard) -> None:
    cloud.faults.add("DescribeSecurityGroupPolicies", "RequestLimitExceeded", calls=2)
    run = run_one(guard)
    assert run.evaluation is not None
    assert run.evaluation.verdict == "compliant"


def test_logs_are_flat_and_say_what_was_decided(cloud: Cloud, guard: Guard, captured: LogCapture) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run_one(guard)
    judged = next(entry for entry in captured.entries if entry["event"] == "group judged")
    assert judged["group_id"] == GROUP
    assert judged["decision"] == "revert"
    assert judged["change_request_id"] == EVENT["requestID"]
    assert all(
        not isinstance(value, dict | list | tuple) for entry in captured.entries for value in entry.values()
    )


def test_a_cold_instance_reads_each_fact_once(cloud: Cloud, guard: Guard) -> None:
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run_one(guard)
    assert [call.action for call in cloud.calls] == [
        "DescribeSecurityGroupPolicies",
        "DescribeClusters",
        "DescribeVpcs",
        "DescribeIPAMD",
        "DescribeClusterInstances",
        "DescribeNodePools",
        "DescribeClusterEndpoints",
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeVpcs",
        "DescribeSubnets",
        "DeleteSecurityGroupPolicies",
        "DescribeSecurityGroupPolicies",
        "DescribeSecurityGroups",
    ]


def test_a_warm_instance_reads_once_and_reverts_with_two_reads_and_a_write(
    cloud: Cloud, guard: Guard
) -> None:
    run_one(guard)
    cold = len(cloud.calls)
    run_one(guard)
    assert [call.action for call in cloud.calls[cold:]] == ["DescribeSecurityGroupPolicies"]
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run_one(guard)
    assert [call.action for call in cloud.calls[cold + 1 :]] == [
        "DescribeSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
        "DescribeSecurityGroupPolicies",
    ]


def test_fleet_listings_are_read_to_the_last_page(cloud: Cloud, guard: Guard, state: Any) -> None:
    region = state["accounts"]["100000000001"]["regions"]["ap-guangzhou"]
    for number in range(150):
        instance = f"ins-many{number:04d}"
        address = f"10.0.2.{number + 50}"
        region["instances"].append(
            {
                "InstanceId": instance,
                "SubnetId": "subnet-demo0002",
                "PrivateIpAddresses": [address],
                "SecurityGroupIds": [GROUP],
            }
        )
        region["clusters"][0]["Instances"].append({"InstanceId": instance})
    cloud.load(state)
    set_rows(cloud, [WORLD, *samples.NODE_ROWS])
    run_one(guard)
    per_action: Callable[[str], int] = [call.action for call in cloud.calls].count
    assert per_action("DescribeInstances") == 2
    assert per_action("DescribeClusterInstances") == 2


def placed_elsewhere(cloud: Cloud, *, stranger: bool) -> None:
    """A CVM that is none of the cluster's, in its group or out of it."""
    document: Any = cloud.dump()
    region = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]
    mine = next(one for one in region["instances"] if one["InstanceId"] == "ins-demo0001")
    region["instances"] = [one for one in region["instances"] if one["InstanceId"] != "ins-strange1"]
    if stranger:
        region["instances"].append(
            {**mine, "InstanceId": "ins-strange1", "PrivateIpAddresses": ["10.0.1.99"]}
        )
    cloud.load(document)


def test_a_practice_that_is_not_followed_is_told_once_and_never_written_to(
    cloud: Cloud, guard: Guard, inbox: Inbox
) -> None:
    placed_elsewhere(cloud, stranger=True)
    run = run_one(guard)
    assert run.evaluation is not None
    assert run.evaluation.verdict == "compliant"
    assert [practice.id for practice in run.evaluation.practices] == ["foreign-binding", "broad-ssh"]
    (message,) = inbox.received
    body: Any = message.document()
    assert (body["action"], body["severity"], body["findings"]) == ("advice", "medium", [])
    assert "ins-strange1" in body["reasons"][0]
    assert writes(cloud) == []
    run_one(guard)
    assert len(inbox.received) == 1


def test_rows_that_could_go_are_in_the_verdict_and_told_nobody(guard: Guard, inbox: Inbox) -> None:
    insert(("tcp", "80", "10.0.0.9"))
    run = run_one(guard)
    assert run.evaluation is not None
    idle = [p for p in run.evaluation.practices if p.id == "redundant-policy"]
    assert [practice.policy_indexes for practice in idle] == [(0,)]
    assert inbox.received == []


def test_a_sweep_does_not_look_for_rows_that_could_go(guard: Guard) -> None:
    insert(("tcp", "80", "10.0.0.9"))
    batch = Batch(sweep="s1", region="ap-guangzhou", groups=(GROUP,))
    (run,) = pipeline.run(msgspec.to_builtins(batch), guard)
    assert run.evaluation is not None
    assert [practice.id for practice in run.evaluation.practices] == ["broad-ssh"]


def test_advice_waits_until_nothing_is_wrong(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    placed_elsewhere(cloud, stranger=True)
    insert(WORLD)
    run_one(guard)
    (message,) = inbox.received
    body: Any = message.document()
    assert body["action"] == "reverted"
    run_one(guard)  # the list is as the guard left it, so this is taken for its own change
    assert len(inbox.received) == 1
    insert(("tcp", "80", "10.0.0.9"))
    run_one(guard)
    assert len(inbox.received) == 2


def test_a_practice_is_told_again_after_it_was_followed(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    for stranger in (True, False, True):
        placed_elsewhere(cloud, stranger=stranger)
        run_one(msgspec.structs.replace(guard, freshness=NOW))
    assert len(inbox.received) == 2


def test_a_site_that_tightens_ssh_has_it_reverted(cloud: Cloud, guard: Guard) -> None:
    tightened = read_site(
        {
            "schema": "sgguard/config/v1",
            "baseline": {"node": {"restrict": {"ssh": ["203.0.113.0/24"]}}},
        },
        "site",
    )
    run = run_one(msgspec.structs.replace(guard, site=tightened))
    assert run.evaluation is not None
    assert [(f.kind, f.severity) for f in run.evaluation.findings] == [("excess", "high")]
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    assert [row for row in rows(cloud) if " 22 " in row] == ["ACCEPT tcp 22 203.0.113.0/24"]


def test_a_group_that_is_bound_opens_what_it_accepts(cloud: Cloud, guard: Guard, inbox: Inbox) -> None:
    document: Any = cloud.dump()
    region = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]
    (usual,) = region["security_groups"]
    etcd = {"Protocol": "TCP", "Port": "2379", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}
    region["security_groups"].append(
        {
            **usual,
            "SecurityGroupId": "sg-extra001",
            "SecurityGroupName": "extra",
            "SecurityGroupPolicySet": {"Version": "3", "Ingress": [etcd], "Egress": []},
        }
    )
    mine = next(one for one in region["instances"] if one["InstanceId"] == "ins-demo0001")
    mine["SecurityGroupIds"] = ["sg-demonode", "sg-extra001"]
    cloud.load(document)
    event = {
        **EVENT,
        "eventName": "AssociateSecurityGroups",
        "resourceType": "cvm",
        "requestParameters": json.dumps(
            {"SecurityGroupIds": ["sg-extra001"], "InstanceIds": ["ins-demo0001"], "Region": "ap-guangzhou"}
        ),
    }
    watching = msgspec.structs.replace(
        guard, guardrails=msgspec.structs.replace(guard.guardrails, mode="observe")
    )
    run = next(
        run for run in pipeline.run(event, watching) if run.evaluation and run.evaluation.id == "sg-extra001"
    )
    assert run.evaluation is not None
    assert run.evaluation.before is not None
    assert (run.evaluation.basis, run.evaluation.before.source) == ("stacks", "event")
    assert [(f.debt, f.stacks) for f in run.evaluation.findings if f.kind == "excess"] == [
        ("new", (("sg-demonode", "sg-extra001"),))
    ]
    bodies: list[Any] = [message.document() for message in inbox.received]
    body = next(body for body in bodies if body["group_id"] == "sg-extra001")
    (opened,) = [delta for delta in body["delta"] if delta["opened"]]
    assert [block["ports"] for block in opened["opened"]] == ["2379"]
    assert opened["stacks"] == [["sg-demonode", "sg-extra001"]]
