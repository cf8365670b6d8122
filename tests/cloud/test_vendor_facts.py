"""Facts that the deployment and the guard rest on, as they can be seen from outside."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sgguard.deployment import current
from sgguard.deployment.checkup.trigger import SAMPLE
from sgguard.deployment.management_api import CloudError, ManagementApi
from sgguard.deployment.policies import (
    Reach,
    function_resources,
    permissions,
    read_policy,
    trust_of_functions,
    write_policy,
)

PATIENCE = 90
"""Seconds."""
ROW = {"Protocol": "TCP", "CidrBlock": "192.0.2.0/24", "Action": "ACCEPT"}
CODE = """
import os, sys
def main_handler(event, context):
    return {
        "python": list(sys.version_info[:2]),
        "context": sorted(context),
        "credentials": sorted(name for name in os.environ if name.startswith("TENCENTCLOUD_S")),
        "event": event,
    }
"""


def group(api: ManagementApi, name: str, undo: ExitStack) -> str:
    answer = api.call("vpc", "CreateSecurityGroup", GroupName=name, GroupDescription="sgguard verify")
    made: Any = answer["SecurityGroup"]
    undo.callback(api.call, "vpc", "DeleteSecurityGroup", SecurityGroupId=made["SecurityGroupId"])
    number: str = made["SecurityGroupId"]
    return number


def rows(api: ManagementApi, group_id: str) -> tuple[str, list[str]]:
    """Version, and the ports of the ingress rows in order."""
    answer: Any = api.call("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group_id)
    policies = answer["SecurityGroupPolicySet"]
    return policies["Version"], [row["Port"] for row in policies["Ingress"] or []]


def write(api: ManagementApi, action: str, group_id: str, ports: list[str], **more: object) -> None:
    ingress = [{**ROW, "Port": port, "PolicyIndex": 0} for port in ports]
    api.call("vpc", action, SecurityGroupId=group_id, SecurityGroupPolicySet={"Ingress": ingress, **more})


def test_there_is_one_cloud_service_bus(api: ManagementApi) -> None:
    assert current.find_default_bus(api)


def test_check_rule_tells_a_match_from_a_mismatch(api: ManagementApi, pattern: Path) -> None:
    api.call("eb", "CheckRule", Event=json.dumps(SAMPLE), EventPattern=pattern.read_text())
    other = {**SAMPLE, "data": {"eventName": "DescribeInstances"}}
    with pytest.raises(CloudError):
        api.call("eb", "CheckRule", Event=json.dumps(other), EventPattern=pattern.read_text())


def test_cam_knows_every_action_that_is_granted(api: ManagementApi, name: str, undo: ExitStack) -> None:
    """One unknown name would make the whole policy invalid."""
    account = current.account(api)
    own = function_resources("ap-guangzhou", account, "default", name)
    reach = Reach(functions=own, roles=(f"qcs::cam::uin/{account}:roleName/{name}",))
    for key, needed in permissions().items():
        for kind, document in (
            ("read", read_policy(needed, reach)),
            ("write", write_policy(needed, account)),
        ):
            made = api.call(
                "cam", "CreatePolicy", PolicyName=f"{name}-{key}-{kind}", PolicyDocument=json.dumps(document)
            )
            undo.callback(api.call, "cam", "DeletePolicy", PolicyId=[made["PolicyId"]])


def test_a_role_may_trust_scf(api: ManagementApi, name: str, undo: ExitStack) -> None:
    api.call("cam", "CreateRole", RoleName=name, PolicyDocument=json.dumps(trust_of_functions()))
    undo.callback(api.call, "cam", "DeleteRole", RoleName=name)
    role = current.role(api, name)
    assert role
    assert role.trust == trust_of_functions()


def test_a_rule_and_its_target_read_as_they_were_written(
    api: ManagementApi, name: str, undo: ExitStack, pattern: Path
) -> None:
    """The plan compares what is read with what it would write."""
    bus = current.find_default_bus(api)
    function(api, name, undo)
    made = api.call(
        "eb", "CreateRule", EventBusId=bus, RuleName=name, EventPattern=pattern.read_text(), Enable=False
    )
    undo.callback(api.call, "eb", "DeleteRule", EventBusId=bus, RuleId=made["RuleId"])
    resource = f"qcs::scf:ap-guangzhou:uin/{current.account(api)}:namespace/default/function/{name}/$LATEST"
    target = api.call(
        "eb",
        "CreateTarget",
        EventBusId=bus,
        RuleId=made["RuleId"],
        Type="scf",
        TargetDescription={"ResourceDescription": resource},
    )
    undo.callback(
        api.call, "eb", "DeleteTarget", EventBusId=bus, RuleId=made["RuleId"], TargetId=target["TargetId"]
    )
    rule = current.rules(api, bus, name)[name]
    assert (rule.pattern, rule.enable) == (json.loads(pattern.read_text()), False)
    assert list(rule.targets) == [resource]


def function(api: ManagementApi, name: str, undo: ExitStack) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", CODE)
    api.call(
        "scf",
        "CreateFunction",
        FunctionName=name,
        Runtime="Python3.10",
        Handler="index.main_handler",
        Code={"ZipFile": base64.b64encode(content.getvalue()).decode()},
    )
    undo.callback(api.call, "scf", "DeleteFunction", FunctionName=name)
    end = time.monotonic() + PATIENCE
    while api.call("scf", "GetFunction", FunctionName=name)["Status"] != "Active":
        assert time.monotonic() < end
        time.sleep(0.2)


def test_what_a_function_finds_around_it(api: ManagementApi, name: str, undo: ExitStack) -> None:
    function(api, name, undo)
    answer: Any = api.call(
        "scf", "Invoke", FunctionName=name, ClientContext=json.dumps({"a": [1, None, True]})
    )
    seen = json.loads(answer["Result"]["RetMsg"])
    assert seen["event"] == {"a": [1, None, True]}
    assert {"request_id", "time_limit_in_ms", "memory_limit_in_mb"} <= set(seen["context"])
    assert seen["python"] == [3, 10]


def test_settings_of_asynchronous_invocations_read_as_written(
    api: ManagementApi, name: str, undo: ExitStack
) -> None:
    """MsgTTL is in seconds."""
    function(api, name, undo)
    settings = {"RetryConfig": [{"RetryNum": 1}], "MsgTTL": 3600}
    api.call("scf", "UpdateFunctionEventInvokeConfig", FunctionName=name, AsyncTriggerConfig=settings)
    assert current.invocation(api, name, "default") == {"RetryNum": 1, "MsgTTL": 3600}


def test_a_timer_reads_as_written(api: ManagementApi, name: str, undo: ExitStack) -> None:
    function(api, name, undo)
    api.call(
        "scf",
        "CreateTrigger",
        FunctionName=name,
        TriggerName="t",
        Type="timer",
        TriggerDesc="0 0 4 * * * *",
        Enable="CLOSE",
        Qualifier="$LATEST",
    )
    timer = current.timers(api, name, "default")["t"]
    assert current.cron_of(timer) == "0 0 4 * * * *"
    assert timer["Enable"] in (0, "CLOSE")


def test_a_new_row_at_the_top_is_read_at_once(api: ManagementApi, name: str, undo: ExitStack) -> None:
    group_id = group(api, name, undo)
    write(api, "CreateSecurityGroupPolicies", group_id, ["1"])
    write(api, "CreateSecurityGroupPolicies", group_id, ["2", "3"])
    assert rows(api, group_id)[1] == ["2", "3", "1"]


def test_an_old_version_is_refused(api: ManagementApi, name: str, undo: ExitStack) -> None:
    group_id = group(api, name, undo)
    write(api, "CreateSecurityGroupPolicies", group_id, ["1"])
    version, _ = rows(api, group_id)
    write(api, "CreateSecurityGroupPolicies", group_id, ["2"])
    with pytest.raises(CloudError) as refused:
        write(api, "CreateSecurityGroupPolicies", group_id, ["3"], Version=version)
    assert refused.value.code == "UnsupportedOperation.VersionMismatch"
    assert rows(api, group_id)[1] == ["2", "1"]


def test_several_indexes_are_positions_in_the_list_before(
    api: ManagementApi, name: str, undo: ExitStack
) -> None:
    group_id = group(api, name, undo)
    write(api, "CreateSecurityGroupPolicies", group_id, ["1", "2", "3", "4"])
    version, before = rows(api, group_id)
    api.call(
        "vpc",
        "DeleteSecurityGroupPolicies",
        SecurityGroupId=group_id,
        SecurityGroupPolicySet={"Version": version, "Ingress": [{"PolicyIndex": 0}, {"PolicyIndex": 2}]},
    )
    assert rows(api, group_id)[1] == [before[1], before[3]]
