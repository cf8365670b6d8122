"""The vendor's published requests get the kind of answer that is published with them.

A few examples show every member at once and contradict the rules they illustrate; for those the error is
written here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.shared_data

Recording = Callable[[str], Any]

PLAIN = {"Protocol": "icmp", "CidrBlock": "1.1.1.1/32", "Action": "ACCEPT"}


@pytest.fixture(autouse=True)
def _groups(region: Any, tcp: Any) -> None:
    """The groups that the examples name, at the versions they expect."""
    rows = [tcp(str(port)) for port in range(5)]
    for group, version in [
        ("sg-xxxxxxxx", "39"),
        ("sg-12345678", "20"),
        ("sg-ohuuioma", "5"),
        ("sg-kxxx1gb1", "0"),
    ]:
        policies = {"Version": version, "Ingress": rows, "Egress": rows}
        region.add_security_group(SecurityGroupId=group, SecurityGroupPolicySet=policies)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("CreateSecurityGroup", [""]),
        ("CreateSecurityGroupPolicies", ["InvalidParameter.Coexist"]),
        ("DeleteSecurityGroup", [""]),
        ("DeleteSecurityGroupPolicies", ["", "", "", ""]),
        ("DescribeSecurityGroupPolicies", [""]),
        ("DescribeSecurityGroups", ["", ""]),
        ("ModifySecurityGroupPolicies", [""]),
        ("ReplaceSecurityGroupPolicies", [""]),
        ("ReplaceSecurityGroupPolicy", ["InvalidParameterValue.Malformed"]),
    ],
)
def test_published_requests(
    local: Any, region: Any, recording: Recording, action: str, expected: list[str]
) -> None:
    """Both the acceptance and the members of the answer."""
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    examples = recording(f"api-examples/vpc.v20170312.{action}.json")["examples"]
    outcomes = []
    for example in examples:
        _prepare(region, action, example["request"])
        try:
            answer = local.raw("vpc", action, **example["request"])
        except TencentCloudSDKException as error:
            outcomes.append(error.get_code())
        else:
            assert answer.keys() >= example["response"]["Response"].keys()
            outcomes.append("")
    assert outcomes == expected


def _prepare(region: Any, action: str, request: dict[str, Any]) -> None:
    """Give the group the version that the example expects, and the row that it deletes."""
    if action != "DeleteSecurityGroupPolicies":
        return
    version = request["SecurityGroupPolicySet"]["Version"]
    rows = [PLAIN, {**PLAIN, "CidrBlock": "2.2.2.2/32"}]
    del region.security_groups["sg-xxxxxxxx"]
    policies = {"Version": version, "Ingress": rows, "Egress": rows}
    region.add_security_group(SecurityGroupId="sg-xxxxxxxx", SecurityGroupPolicySet=policies)
