"""The sweep on the platform itself: asynchronous invocations, keys of roles, two accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fleets import WORLD, populate

from sgguard.deployment.policies import Reach, function_resources, permissions, read_policy, write_policy
from sglab.places import function_folder
from tcmock import Cloud
from tcmock.operation import Operation
from tcmock.scf.state import ScfState

OWN, MEMBER = "100000000001", "100000000002"
HOME, ELSEWHERE = "ap-guangzhou", "ap-shanghai"


def policy(**statement: Any) -> dict[str, Any]:
    return {"version": "2.0", "statement": [{"effect": "allow", **statement}]}


def trust(**principal: list[str]) -> dict[str, Any]:
    return policy(action="name/sts:AssumeRole", principal=principal)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Two accounts, both functions with a role, and no trigger."""
    site = {
        "schema": "sgguard/config/v1",
        "revert": {"settle_seconds": 0, "budget": {"groups": 100, "percent": 100}},
        "fleet": {
            "regions": [HOME, ELSEWHERE],
            "accounts": [{"account": MEMBER, "role": "sgguard", "regions": [HOME]}],
            "guard": "sgguard-guard",
            "batch": 2,
        },
    }
    (tmp_path / "site.json").write_text(json.dumps(site))
    environment = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_STORE": str(tmp_path / "state"),
        "SGGUARD_CONFIG": str(tmp_path / "site.json"),
        "SGGUARD_LOG_LEVEL": "error",
    }
    with Cloud(seed=1) as cloud:
        own, member = cloud.account(OWN), cloud.account(MEMBER)
        needed = permissions()["sweep"]
        reach = Reach(
            functions=function_resources(HOME, OWN, "default", "sgguard-guard"),
            roles=(f"qcs::cam::uin/{MEMBER}:roleName/sgguard",),
        )
        for account, within in ((own, reach), (member, Reach())):
            write = write_policy(needed, account.uin)
            account.add("policies", PolicyName="read", PolicyDocument=read_policy(needed, within))
            account.add("policies", PolicyName="write", PolicyDocument=write)
        own.add(
            "roles",
            RoleName="function",
            PolicyDocument=trust(service=["scf.qcloud.com"]),
            Policies=["read", "write"],
        )
        member.add(
            "roles",
            RoleName="sgguard",
            PolicyDocument=trust(qcs=[f"qcs::cam::uin/{OWN}:root"]),
            Policies=["read", "write"],
        )
        for name, timeout in (("guard", 60), ("sweep", 120)):
            own.region(HOME).add(
                "functions",
                FunctionName=f"sgguard-{name}",
                Code={"Folder": str(function_folder(name))},
                Role="function",
                Timeout=timeout,
                MemorySize=512,
                Environment=environment,
            )
        yield cloud


def call(cloud: Cloud, service: str, version: str, action: str, **params: Any) -> None:
    """A call of the account's own."""
    made = Operation(service=service, version=version, action=action, region=HOME, params=params)
    answer = cloud.handle(made.signed(cloud.credentials, now=cloud.clock.now()))
    assert b'"Error"' not in answer.body, answer.body


def runs(cloud: Cloud) -> dict[str, int]:
    """How often each function ran, once nothing runs any more."""
    assert cloud.settle(60)
    found: dict[str, int] = {}
    for run in cloud.account(OWN).region(HOME)[ScfState].runs:
        assert run.status == 200, run
        found[run.function] = found.get(run.function, 0) + 1
    return found


def open_groups(cloud: Cloud) -> list[str]:
    """Groups with a row too many, anywhere."""
    return [
        group["SecurityGroupId"]
        for account in (OWN, MEMBER)
        for region in (HOME, ELSEWHERE)
        for group in json.loads(json.dumps(cloud.account(account).region(region).dump()["security_groups"]))
        if any(row.get("Port") == WORLD["Port"] for row in group["SecurityGroupPolicySet"]["Ingress"])
    ]


def test_a_timer_puts_two_accounts_and_two_regions_right(cloud: Cloud) -> None:
    populate(cloud.account(OWN).region(HOME), 3, prefix="a", open_ones=(1,))
    populate(cloud.account(OWN).region(ELSEWHERE), 1, prefix="b", open_ones=(0,))
    populate(cloud.account(MEMBER).region(HOME), 1, prefix="c", open_ones=(0,))
    idle = {"sg-idlea000", "sg-idleb000", "sg-idlec000"}
    assert len(set(open_groups(cloud)) - idle) == 3
    timer = {"Type": "Timer", "TriggerName": "half-hourly", "Time": "2026-02-03T10:00:00Z", "Message": ""}
    asked = {"FunctionName": "sgguard-sweep", "InvocationType": "Event", "ClientContext": json.dumps(timer)}
    call(cloud, "scf", "2018-04-16", "Invoke", **asked)
    # Three groups in batches of two, and one in each of the other places.
    assert runs(cloud) == {"sgguard-sweep": 1, "sgguard-guard": 2 + 1 + 1}
    assert set(open_groups(cloud)) == idle
