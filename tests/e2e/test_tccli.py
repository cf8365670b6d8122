"""The vendor's command-line client: `tccli --endpoint`."""

from __future__ import annotations

import json
from typing import Any

OPENED = {
    "PolicyIndex": 0,
    "Protocol": "ALL",
    "Port": "ALL",
    "CidrBlock": "0.0.0.0/0",
    "Action": "ACCEPT",
    "PolicyDescription": "debugging, will remove later",
}


def test_the_change_that_the_guard_reverts(lab: Any, client: Any) -> None:
    """Somebody opens every port of every node from a terminal; a moment later the group is as it was."""
    tccli = client("tccli")

    def vpc(action: str, *more: str) -> Any:
        given = ("vpc", action, "--endpoint", lab.endpoint, "--SecurityGroupId", "sg-shopnode", *more)
        return tccli.answer("tccli", *given, variables=lab.variables)

    before = vpc("DescribeSecurityGroupPolicies")["SecurityGroupPolicySet"]
    vpc("CreateSecurityGroupPolicies", "--SecurityGroupPolicySet", json.dumps({"Ingress": [OPENED]}))
    assert "CreateSecurityGroupPolicies by operator (user)" in lab.wait_for("change ")
    assert lab.wait_for("verdict ").split("sg-shopnode")[1].strip().startswith("violating at version 15")
    assert "reverted, now compliant at version 16" in lab.wait_for("revert ")
    assert "alert " in lab.wait_for("critical: sg-shopnode was reverted")
    after = vpc("DescribeSecurityGroupPolicies")["SecurityGroupPolicySet"]
    assert after["Version"] == "16"
    for policies in (before, after):
        for row in policies["Ingress"]:
            row.pop("ModifyTime")
    assert after["Ingress"] == before["Ingress"]


def test_an_error_is_one(lab: Any, client: Any) -> None:
    """It reaches the person as the real cloud's would."""
    given = (
        "vpc",
        "DescribeSecurityGroupPolicies",
        "--endpoint",
        lab.endpoint,
        "--SecurityGroupId",
        "sg-00000000",
    )
    code, out, errors = client("tccli").run("tccli", *given, variables=lab.variables)
    assert code == 255
    assert "ResourceNotFound" in out + errors
