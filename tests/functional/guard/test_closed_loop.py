"""The whole line inside the emulated cloud: nothing here hands an event to the guard.

A client opens a group; CloudAudit records it, EventBridge matches the rule that is deployed, the guard's own
function runs under a role of its own in the emulated SCF, takes the row back and posts its alert.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vpc.v20170312 import models, vpc_client

from sglab.inbox import Inbox
from sglab.places import demo_state, function_folder
from tcmock import Cloud, ThreadedServer

ROOT = Path(__file__).parents[3]
REGION, GROUP = "ap-guangzhou", "sg-demonode"
ROLE = "sgguard-guard"
READS = ["cvm:Describe*", "vpc:Describe*", "tke:Describe*", "as:Describe*", "cloudaudit:DescribeEvents"]
WRITES = [
    "cvm:DeleteSecurityGroupPolicy",
    "vpc:CreateSecurityGroupPolicies",
    "cvm:ModifySingleSecurityGroupPolicy",
]


def allow(actions: list[str]) -> dict[str, Any]:
    """A policy document."""
    return {"version": "2.0", "statement": [{"effect": "allow", "action": actions, "resource": "*"}]}


class Loop:
    """The cloud with the guard in it, and a client that knows nothing of that."""

    def __init__(self, cloud: Cloud, endpoint: str, inbox: Inbox) -> None:
        self.cloud = cloud
        self.inbox = inbox
        key = cloud.credentials
        profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint))
        self.vpc = vpc_client.VpcClient(Credential(key.secret_id, key.secret_key), REGION, profile)

    def open(self) -> None:
        """The careless row."""
        request = models.CreateSecurityGroupPoliciesRequest()
        row = {
            "PolicyIndex": 0,
            "Protocol": "ALL",
            "Port": "ALL",
            "CidrBlock": "0.0.0.0/0",
            "Action": "ACCEPT",
        }
        given = {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [row]}}
        request.from_json_string(json.dumps(given))
        self.vpc.CreateSecurityGroupPolicies(request)

    def rows(self) -> list[str]:
        """Sources of the inbound rows."""
        answer = self.vpc.call_json("DescribeSecurityGroupPolicies", {"SecurityGroupId": GROUP})["Response"]
        return [f"{row['CidrBlock']} {row['Port']}" for row in answer["SecurityGroupPolicySet"]["Ingress"]]

    def writes(self) -> list[tuple[str, str]]:
        """What was written, and as whom."""
        return [
            (str(record["eventName"]), json.loads(json.dumps(record))["userIdentity"]["type"])
            for record in self.cloud.audit.records
        ]


@pytest.fixture
def loop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Loop]:
    """The demo's cluster; `request.param` are the actions that the guard's role may do."""
    state = json.loads(demo_state().read_text(encoding="utf-8"))
    ((uin, account),) = state["accounts"].items()
    account["policies"] = [{"PolicyName": "guard", "PolicyDocument": allow(request.param)}]
    trust = {"effect": "allow", "action": "name/sts:AssumeRole", "principal": {"service": ["scf.qcloud.com"]}}
    document = {"version": "2.0", "statement": [trust]}
    account["roles"] = [{"RoleName": ROLE, "PolicyDocument": document, "Policies": ["guard"]}]
    target = f"qcs::scf:{REGION}:uin/{uin}:namespace/default/function/sgguard-guard/$LATEST"
    pattern = json.loads((ROOT / "deploy" / "pattern.json").read_text(encoding="utf-8"))
    rule = {"RuleName": "changes", "EventPattern": pattern, "Targets": [{"ResourceDescription": target}]}
    with Inbox() as inbox:
        account["regions"][REGION]["event_buses"] = [{"Rules": [rule]}]
        account["regions"][REGION]["functions"] = [
            {
                "FunctionName": "sgguard-guard",
                "Code": {"Folder": str(function_folder("guard"))},
                "Role": ROLE,
                "Timeout": 30,
                "Environment": {
                    "SGGUARD_MODE": "enforce",
                    "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
                    "SGGUARD_WEBHOOK": inbox.url,
                },
            }
        ]
        with Cloud(state=state) as cloud, ThreadedServer(cloud) as server:
            yield Loop(cloud, server.endpoint, inbox)


@pytest.mark.parametrize("loop", [[*READS, *WRITES]], indirect=True, ids=["all-it-needs"])
def test_the_violation_is_gone_and_the_alert_is_there(loop: Loop) -> None:
    """And the guard's own write, which comes back as an event, causes none."""
    before = loop.rows()
    loop.open()
    assert loop.cloud.settle(60)
    assert loop.rows() == before
    assert loop.writes() == [
        ("CreateSecurityGroupPolicies", "Root"),
        ("DeleteSecurityGroupPolicies", "AssumedRole"),
    ]
    assert [run.status for run in loop.cloud.runs()] == [200, 200]
    (message,) = loop.inbox.received
    assert GROUP in message.body.decode()


@pytest.mark.parametrize("loop", [READS], indirect=True, ids=["reads-only"])
def test_a_role_that_may_not_write(loop: Loop) -> None:
    """Nothing is written, nothing is claimed, and the alert says that the group is still open."""
    loop.open()
    assert loop.cloud.settle(60)
    assert loop.rows()[0] == "0.0.0.0/0 ALL"
    assert loop.writes() == [("CreateSecurityGroupPolicies", "Root")]
    assert any(call.code == "UnauthorizedOperation" for call in loop.cloud.calls)
    (message,) = loop.inbox.received
    assert "reverted" not in json.loads(message.body).get("outcome", "")
