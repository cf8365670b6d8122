"""A guarded cloud, seen and changed from outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import samples

from scfshim import Session
from sgguard import pipeline
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sglab.case import read_json
from sglab.places import demo_state
from tcmock import Cloud

GROUP = "sg-demonode"
EVENT = {
    "userIdentity": {"type": "CAMUser", "accountId": "100000000001", "principalId": "100000000101"},
    "eventName": "CreateSecurityGroupPolicies",
    "eventType": "ApiCall",
    "actionType": "Write",
    "resourceType": "vpc",
    "requestID": "00000000-0000-4000-8000-000000000001",
    "eventTime": 1780000000,
    "apiErrorCode": "0",
    "requestParameters": json.dumps({"SecurityGroupId": GROUP, "Region": "ap-guangzhou"}),
}
WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")
DEFAULT = [
    "ACCEPT ALL ALL 172.16.0.0/16",
    "ACCEPT ALL ALL 10.0.0.0/16",
    "ACCEPT tcp 22 0.0.0.0/0",
    "ACCEPT tcp 30000-32768 0.0.0.0/0",
    "ACCEPT udp 30000-32768 0.0.0.0/0",
    "ACCEPT icmp ALL 0.0.0.0/0",
]


def opened_state() -> Any:
    """The demo's account with the group open to the world."""
    state: Any = read_json(demo_state(), dict)
    (group,) = state["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"]
    protocol, port, peer = WORLD[:3]
    world = {"Protocol": protocol, "Port": port, "CidrBlock": peer, "Action": "ACCEPT"}
    group["SecurityGroupPolicySet"]["Ingress"].insert(0, world)
    return state


def set_rows(cloud: Cloud, ingress: Sequence[samples.Row], version: str = "8") -> None:
    """Replace the group's ingress rows, as anybody else would have."""
    document: Any = cloud.dump()
    (group,) = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"]
    rows = [
        {key: value for key, value in samples.wire_row(row).items() if key not in {"Diff", "ModifyTime"}}
        for row in ingress
    ]
    group["SecurityGroupPolicySet"].update(Version=version, Ingress=rows)
    cloud.load(document)


def insert(row: samples.Row) -> None:
    """Put a row on top, through the API, as another operator would."""
    protocol, port, peer = row
    policy = {"PolicyIndex": 0, "Protocol": protocol, "Port": port, "CidrBlock": peer, "Action": "ACCEPT"}
    Session().client("vpc", region="ap-guangzhou").create_security_group_policies(
        SecurityGroupId=GROUP, SecurityGroupPolicySet={"Ingress": [policy]}
    )


def take_away(index: int) -> None:
    """Delete a row through the API, as another operator would."""
    Session().client("vpc", region="ap-guangzhou").delete_security_group_policies(
        SecurityGroupId=GROUP, SecurityGroupPolicySet={"Ingress": [{"PolicyIndex": index}]}
    )


def rows(cloud: Cloud) -> list[str]:
    document: Any = cloud.dump()
    (group,) = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]["security_groups"]
    return [
        f"{row['Action']} {row['Protocol']} {row['Port']} {row['CidrBlock']}"
        for row in group["SecurityGroupPolicySet"]["Ingress"]
    ]


def writes(cloud: Cloud) -> list[str]:
    return [call.action for call in cloud.calls if not call.action.startswith("Describe")]


def run_one(guard: Guard, event: object = EVENT) -> Run:
    (run,) = pipeline.run(event, guard)
    return run
