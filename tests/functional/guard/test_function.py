"""The real function in a process of its own, as SCF runs it, over HTTP with real signatures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scfshim.runtime import FunctionRuntime
from sglab.demo import GROUP, OPENED
from sglab.places import function_folder
from sglab.stage import Stage


def open_to_the_world(stage: Stage) -> Any:
    """The event that the careless call leaves."""
    from scfshim import Session

    client = Session(credentials=stage.credentials, endpoint=stage.endpoint).client(
        "vpc", region="ap-guangzhou"
    )
    client.create_security_group_policies(SecurityGroupId=GROUP, SecurityGroupPolicySet={"Ingress": [OPENED]})
    (event,) = stage.events()
    return event


def writes(stage: Stage) -> list[str]:
    calls = [call for call in stage.cloud.calls[1:] if call.service != "scf"]  # the first is the careless one
    return [call.action for call in calls if not call.action.startswith("Describe")]


def test_the_same_event_twice_writes_once(stage: Stage) -> None:
    event = open_to_the_world(stage)
    first, second = stage.deliver(event), stage.deliver(event)
    assert first.runs[0]["outcome"]["result"] == "reverted"  # type: ignore[index]
    assert second.runs[0]["plan"]["decision"] == "none"  # type: ignore[index]
    assert writes(stage) == ["DeleteSecurityGroupPolicies"]
    assert len(stage.inbox.received) == 1


def test_the_revert_itself_leaves_an_event_that_causes_nothing(stage: Stage) -> None:
    stage.deliver(open_to_the_world(stage))
    (own,) = stage.events()
    assert own["data"]["eventName"] == "DeleteSecurityGroupPolicies"  # type: ignore[index]
    assert stage.deliver(own).runs[0]["plan"]["decision"] == "none"  # type: ignore[index]
    assert stage.events() == []


def test_every_line_of_the_log_is_flat_json_or_the_platforms(stage: Stage) -> None:
    delivered = stage.deliver(open_to_the_world(stage))
    platform = ("START ", "END ", "Report ", "Init Report ", "Response ")
    own = [json.loads(line) for line in delivered.log if not line.startswith(platform)]
    told = [line for line in own if line["level"] != "debug"]
    assert [line["event"] for line in told] == ["group judged", "revert ended", "notification delivered"]
    assert all(not isinstance(value, dict | list) for line in own for value in line.values())
    assert len({line["request_id"] for line in told}) == 1


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "SGGUARD_MODE is not set"),
        ({"SGGUARD_MODE": "on", "SGGUARD_STORE": "STORE"}, "SGGUARD_MODE is 'on'"),
        ({"SGGUARD_MODE": "enforce"}, "SGGUARD_STORE is not set"),
        (
            {"SGGUARD_MODE": "enforce", "SGGUARD_STORE": "/proc/nowhere/state.sqlite"},
            "SGGUARD_STORE The store",
        ),
        (
            {"SGGUARD_MODE": "enforce", "SGGUARD_STORE": "STORE", "SGGUARD_CONFIG": "nowhere.json"},
            "SGGUARD_CONFIG cannot be read",
        ),
        (
            {"SGGUARD_MODE": "enforce", "SGGUARD_STORE": "STORE", "SGGUARD_WEBHOOK": "http://example.com/x"},
            "SGGUARD_WEBHOOK is not https",
        ),
    ],
)
def test_settings_that_are_wrong_mean_observe(
    stage: Stage, tmp_path: Path, environment: dict[str, str], reason: str
) -> None:
    event = open_to_the_world(stage)
    variables = {
        name: str(tmp_path / "state.sqlite") if value == "STORE" else value
        for name, value in environment.items()
    }
    with FunctionRuntime(
        function_folder("guard"),
        name="sgguard-guard",
        timeout_ms=30_000,
        environment={**variables, "TENCENTCLOUD_ENDPOINT": stage.endpoint},
        credentials=stage.credentials,
    ) as runtime:
        invocation = runtime.invoke(event)
    result: Any = invocation.result
    plan = result["runs"][0]["plan"]
    assert plan["decision"] == "alert"
    assert any(reason in text for text in plan["reasons"])
    assert writes(stage) == []


def test_no_secret_is_in_the_log(state: Any) -> None:
    account = state["accounts"]["100000000001"]
    account["keys"] = [{"secret_id": "AKIDcanaryid", "secret_key": "canary-key", "token": "canary-token"}]
    with Stage(mode="enforce", state=state) as stage:
        delivered = stage.deliver(open_to_the_world(stage))
    text = "\n".join(delivered.log)
    assert "group judged" in text
    for secret in ("canary-key", "canary-token", stage.inbox.url):
        assert secret not in text


def test_the_handler_is_thin() -> None:
    source = (function_folder("guard") / "index.py").read_text()
    assert len(source.splitlines()) <= 25
