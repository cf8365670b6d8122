"""Cloud Custodian, unmodified, through the proxy: it has no option for an endpoint."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

POLICIES = {
    "policies": [
        {
            "name": "ssh-from-anywhere",
            "resource": "tencentcloud.security-group",
            "filters": [
                {"type": "ingress", "Ports": [22], "Protocol": "TCP", "Cidr": {"value": "0.0.0.0/0"}}
            ],
        },
        {
            "name": "in-use",
            "resource": "tencentcloud.security-group",
            "filters": [{"type": "used", "key": "CVM", "op": "greater-than", "value": 0}],
        },
        {
            "name": "of-shop",
            "resource": "tencentcloud.security-group",
            "filters": [{"type": "value", "key": "SecurityGroupName", "op": "glob", "value": "*shop*"}],
        },
        {"name": "machines", "resource": "tencentcloud.cvm"},
        {"name": "networks", "resource": "tencentcloud.vpc"},
        {"name": "subnets", "resource": "tencentcloud.subnet"},
    ]
}


@pytest.fixture
def custodian(client: Any, emulator: Any) -> Iterator[Any]:
    """With the proxy's authority among those that it trusts, for the length of a test."""
    custodian = client("custodian")
    _, where, _ = custodian.run("python", "-c", "import certifi; print(certifi.where())", variables={})
    trusted = Path(where.strip())
    before = trusted.read_bytes()
    trusted.write_bytes(before + Path(emulator.about["ca_file"]).read_bytes())
    yield custodian
    trusted.write_bytes(before)


def test_it_reads_the_cloud(custodian: Any, emulator: Any, tmp_path: Path) -> None:
    """Each policy finds what is there; every call it made was answered well."""
    (tmp_path / "policies.json").write_text(json.dumps(POLICIES), encoding="utf-8")
    code, out, errors = custodian.run(
        *("custodian", "run", "--cache-period", "0", "-s", tmp_path / "out", tmp_path / "policies.json"),
        variables={**emulator.variables, "HTTPS_PROXY": emulator.about["proxy"]},
    )
    assert code == 0, out + errors
    found = {
        policy["name"]: json.loads((tmp_path / "out" / policy["name"] / "resources.json").read_text("utf-8"))
        for policy in POLICIES["policies"]
    }
    assert {name: len(resources) for name, resources in found.items()} == {
        "ssh-from-anywhere": 1,
        "in-use": 7,
        "of-shop": 3,
        "machines": 17,
        "networks": 2,
        "subnets": 7,
    }
    (open_to_all,) = found["ssh-from-anywhere"]
    assert open_to_all["SecurityGroupId"] == "sg-shopedge"
    assert [row["PolicyDescription"] for row in open_to_all["MatchedIpPermissions"]] == ["SSH"]
    assert {"Key": "team", "Value": "shop"} in open_to_all["Tags"]
    with urllib.request.urlopen(f"{emulator.endpoint}/_tcmock/calls", timeout=5) as answer:
        calls = json.load(answer)
    assert {call["code"] for call in calls} == {""}
    assert {f"{call['service']} {call['action']}" for call in calls} >= {
        "sts GetCallerIdentity",
        "tag GetResources",
        "vpc DescribeSecurityGroupPolicies",
        "vpc DescribeSecurityGroupAssociationStatistics",
        "cvm DescribeInstances",
    }
