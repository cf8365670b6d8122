"""The loop, closed: a client's change, EventBridge, SCF and the project's functions with their roles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sgguard.errors import ConfigError, GuardError
from sglab.case import read_json
from sglab.deployment import deployed
from sglab.places import demo_state, service_file
from sglab.service import read_service
from sglab.stage import FunctionFailedError, Stage
from tcmock import Request
from tcmock.control import control
from tcmock.operation import Operation

GROUP = "sg-demonode"
WORLD = {"PolicyIndex": 0, "Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


@pytest.fixture
def state() -> Any:
    return read_json(demo_state(), dict)


def change(stage: Stage) -> Any:
    """Open the group as the account's own key may; the answer."""
    params = {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [WORLD]}}
    operation = Operation(
        service="vpc",
        version="2017-03-12",
        action="CreateSecurityGroupPolicies",
        region="ap-guangzhou",
        params=params,
    )
    cloud = stage.cloud
    return json.loads(cloud.handle(operation.signed(cloud.credentials, now=cloud.clock.now())).body)


def asked(stage: Stage, method: str, path: str, body: bytes = b"") -> Any:
    """An answer of the control API."""
    return json.loads(
        control(stage.cloud, Request(method, f"/_tcmock/{path}", "", {"Host": "localhost"}, body)).body
    )


def test_a_change_comes_round(state: Any) -> None:
    """Rule, function, role, revert; and the revert's own event, which changes nothing."""
    with Stage(mode="enforce", state=state, react=True) as stage:
        change(stage)
        assert asked(stage, "POST", "settle") == {"settled": True}
        runs = asked(stage, "GET", "runs")
        deliveries = asked(stage, "GET", "deliveries")
        records = stage.cloud.audit.records
        assert asked(stage, "GET", "dead-letters") == []
    assert [(run["function"], run["source"], run["status"]) for run in runs] == [
        ("sgguard-guard", "eb", 200),
        ("sgguard-guard", "eb", 200),
    ]
    assert [one["outcome"] for one in deliveries] == ["delivered", "delivered"]
    assert [record["eventName"] for record in records] == [
        "CreateSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
    ]
    assert "sgguard-guard" in json.dumps(records[1]["userIdentity"]), "with the keys of its role"
    assert sorted(json.loads(run["answer"])["runs"][0]["plan"]["decision"] for run in runs) == [
        "none",
        "revert",
    ]


def test_observe_holds_no_permission_to_write(state: Any) -> None:
    """The role itself: even a guard that were told to enforce could not."""
    environment = {"SGGUARD_MODE": "enforce"}
    with Stage(mode="observe", state=state, react=True, environment=environment) as stage:
        change(stage)
        (run,) = stage.runs()
        refused = [call for call in stage.cloud.calls if call.code == "UnauthorizedOperation"]
        assert [call.action for call in refused] == ["DeleteSecurityGroupPolicies"]
        assert json.loads(run.answer)["runs"][0]["outcome"]["result"] == "failed"
        assert len(stage.inbox.received) == 1


def test_without_rules_nobody_is_woken(state: Any) -> None:
    """Replays hand in their events themselves."""
    with Stage(mode="enforce", state=state) as stage:
        change(stage)
        assert stage.runs() == []
        (event,) = stage.events()
        assert stage.deliver(event).runs[0]["outcome"]["result"] == "reverted"  # type: ignore[index]


def test_a_function_that_cannot_be_invoked(state: Any) -> None:
    """The reason is told."""
    with (
        Stage(mode="observe", state=state) as stage,
        pytest.raises(FunctionFailedError, match="6291456 bytes"),
    ):
        stage.deliver({"padding": "x" * 7_000_000})


def test_a_state_that_is_wrong() -> None:
    with (
        pytest.raises(GuardError, match=r"accounts\.1\.colour"),
        Stage(mode="observe", state={"accounts": {"1": {"colour": "red"}}}),
    ):
        pass


def test_a_state_keeps_what_it_brings(state: Any) -> None:
    """Roles and functions of its own stay, in whatever region; the document given is not changed."""
    account = state["accounts"]["100000000001"]
    account["roles"] = [{"RoleName": "other"}]
    before = json.dumps(state)
    service = read_service(service_file())
    made = deployed(state, service, mode="observe", variables={"A": "1"}, react=True)
    assert json.dumps(state) == before
    roles = made["accounts"]["100000000001"]["roles"]  # type: ignore[index]
    assert [role["RoleName"] for role in roles] == ["other", *(f"sgguard-{key}" for key in service.functions)]
    assert [policy for policy in roles[1]["Policies"] if policy.endswith("-write")] == []


def test_the_service_is_that_of_the_file() -> None:
    """Variables at their defaults, the pattern from its own file."""
    service = read_service(service_file())
    guard = service.functions["guard"]
    assert (service.service, service.provider.runtime, guard.handler) == (
        "sgguard",
        "Python3.10",
        "index.main_handler",
    )
    (trigger,) = guard.events
    assert trigger.eventbridge
    assert "CreateSecurityGroupPolicies" in json.dumps(trigger.eventbridge.pattern)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("service: [", "is not what it should be"),
        ("service: x", "missing required field `provider`"),
        ("service: ${self:provider.nothing}", "self:provider.nothing leads nowhere"),
        ("service: ${ssm:x, 'y'}", "`ssm:x` is not known here"),
        (None, "cannot be read"),
    ],
)
def test_a_service_file_that_is_wrong(tmp_path: Path, text: str | None, message: str) -> None:
    file = tmp_path / "serverless.yml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_service(file)


def test_a_reset_keeps_the_functions(state: Any) -> None:
    """The cloud is as in the beginning, and the loop still closed."""
    with Stage(mode="enforce", state=state, react=True) as stage:
        before = stage.cloud.dump()
        change(stage)
        assert len(stage.runs()) == 2
        assert stage.cloud.dump() != before
        asked(stage, "POST", "reset")
        assert stage.cloud.dump()["accounts"].keys() == before["accounts"].keys()  # type: ignore[attr-defined]
        assert asked(stage, "GET", "runs") == []
        change(stage)
        assert len(stage.runs()) == 4
        assert [record["eventName"] for record in stage.cloud.audit.records][
            -1
        ] == "DeleteSecurityGroupPolicies"


def test_what_is_cut_short_is_not_tried_again(state: Any) -> None:
    """A function that is killed because the stage closes has failed; nothing may come of it later."""
    with Stage(mode="enforce", state=state, react=True) as stage:
        change(stage)
        agenda = stage.cloud._backstage.agenda
    stage.cloud.settle()
    assert agenda._entries == []


def test_a_sweep_is_asked_for_where_there_is_one(state: Any) -> None:
    """As the timer does; it looks at every covered group."""
    with Stage(mode="enforce", state=state) as stage:
        there = "sweep" in read_service(service_file()).functions
        assert stage.sweep() is there
        runs = stage.runs()
    assert [(run.function, run.status) for run in runs] == [("sgguard-sweep", 200)] * there


@pytest.mark.parametrize("timers", [False, True])
def test_timers_only_where_they_are_wanted(state: Any, timers: bool) -> None:  # noqa: FBT001
    """A test that runs across the half hour must not be joined by a sweep."""
    service = read_service(service_file())
    made = deployed(state, service, mode="observe", variables={}, react=True, timers=timers)
    regions = made["accounts"]["100000000001"]["regions"]  # type: ignore[index]
    scheduled = sum(len(function["Triggers"]) for function in regions["ap-guangzhou"]["functions"])
    wanted = sum(event.timer is not None for one in service.functions.values() for event in one.events)
    assert scheduled == wanted * timers
