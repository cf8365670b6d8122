"""Answers have the members and types of answers that were recorded from the real cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.shared_data

Recording = Callable[[str], Any]


def shape(value: Any) -> Any:
    """Names and types, all the way down; a list is the set of the shapes of its items."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def differences(recorded: Any, ours: Any, path: str = "") -> list[str]:
    """Where two shapes contradict each other. Null and an empty list contradict nothing."""
    if "NoneType" in (recorded, ours) or [] in (recorded, ours):
        return []
    if isinstance(recorded, dict) and isinstance(ours, dict):
        missing = [f"{path}.{name} only on one side" for name in sorted(recorded.keys() ^ ours.keys())]
        common = recorded.keys() & ours.keys()
        return missing + [
            text for name in common for text in differences(recorded[name], ours[name], f"{path}.{name}")
        ]
    if isinstance(recorded, list) and isinstance(ours, list):
        return differences(recorded[0], ours[0], f"{path}[]")
    return [] if recorded == ours else [f"{path}: recorded {recorded}, ours {ours}"]


def recorded_answer(recording: Recording, name: str) -> Any:
    """The inner answer of a recording."""
    return recording(f"recordings/{name}.json")["response"]["Response"]


def test_the_comparison_sees_a_difference() -> None:
    """A member more, a member less, another type."""
    assert differences(shape({"a": 1, "b": [{"c": ""}]}), shape({"a": 1, "b": [{"c": ""}]})) == []
    assert differences(shape({"a": 1}), shape({"a": "1"})) == [".a: recorded int, ours str"]
    assert differences(shape({"a": 1}), shape({})) == [".a only on one side"]
    assert differences(shape({"b": [{"c": 1}]}), shape({"b": [{"c": 1, "d": 1}]})) == [
        ".b[].d only on one side"
    ]


@pytest.mark.parametrize("name", ["00", "02"])
def test_policies(local: Any, region: Any, recording: Recording, name: str) -> None:
    """Loaded as they were recorded, they are answered the same, value by value."""
    recorded = recorded_answer(recording, f"vpc.DescribeSecurityGroupPolicies.{name}")
    group = region.add_security_group(SecurityGroupPolicySet=recorded["SecurityGroupPolicySet"])
    answer = local.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group)
    assert answer["SecurityGroupPolicySet"] == recorded["SecurityGroupPolicySet"]
    assert differences(shape(recorded), shape(answer)) == []


def test_policies_of_an_empty_group(local: Any, region: Any, recording: Recording) -> None:
    """The older recording has no statistics; what it has is the same."""
    recorded = recorded_answer(recording, "vpc.DescribeSecurityGroupPolicies.04")["SecurityGroupPolicySet"]
    group = region.add_security_group()
    answer = local.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group)[
        "SecurityGroupPolicySet"
    ]
    assert {name: answer[name] for name in recorded} == recorded


def test_groups(local: Any, region: Any, recording: Recording) -> None:
    """The recorded request gets the recorded shape."""
    whole = recording("recordings/vpc.DescribeSecurityGroups.00.json")
    region.add_security_group()
    answer = local.raw("vpc", "DescribeSecurityGroups", **whole["request"])
    assert differences(shape(whole["response"]["Response"]), shape(answer)) == []


def test_statistics(local: Any, region: Any, recording: Recording) -> None:
    """Two machines in the group: the recorded answer, value by value."""
    whole = recording("recordings/vpc.DescribeSecurityGroupAssociationStatistics.00.json")
    recorded = whole["response"]["Response"]
    (group,) = whole["request"]["SecurityGroupIds"]
    region.add_security_group(SecurityGroupId=group)
    vpc = region.add_vpc(CidrBlock="10.0.0.0/16")
    subnet = region.add_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24")
    for _ in range(2):
        region.add_instance(SubnetId=subnet, SecurityGroupIds=[group])
    answer = local.raw("vpc", whole["action"], **whole["request"])
    assert (
        answer["SecurityGroupAssociationStatisticsSet"] == recorded["SecurityGroupAssociationStatisticsSet"]
    )
    assert differences(shape(recorded), shape(answer)) == []


def test_networks(local: Any, region: Any, recording: Recording) -> None:
    """A recorded network can be loaded as it is."""
    recorded = recorded_answer(recording, "vpc.DescribeVpcs.00")
    region.add_vpc(**recorded["VpcSet"][0])
    answer = local.raw("vpc", "DescribeVpcs", Offset="0", Limit="20")
    assert answer["VpcSet"] == recorded["VpcSet"]
    assert differences(shape(recorded), shape(answer)) == []


def test_subnets(local: Any, region: Any, recording: Recording) -> None:
    """Made with two members, a subnet answers all that were recorded."""
    whole = recording("recordings/vpc.DescribeSubnets.00.json")
    vpc = region.add_vpc(CidrBlock="10.0.0.0/16")
    region.add_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24")
    answer = local.raw("vpc", "DescribeSubnets", **whole["request"])
    recorded = whole["response"]["Response"]
    assert differences(shape(recorded), shape(answer)) == []
    values = {name: recorded["SubnetSet"][0][name] for name in ("TotalIpAddressCount", "GatewaySet")}
    assert {name: answer["SubnetSet"][0][name] for name in values} == values


@pytest.mark.parametrize("name", ["00", "11"])
def test_instances(local: Any, region: Any, recording: Recording, name: str) -> None:
    """Made with one member, an instance answers all that were recorded."""
    recorded = recorded_answer(recording, f"cvm.DescribeInstances.{name}")
    vpc = region.add_vpc(CidrBlock="10.0.0.0/16")
    region.add_instance(SubnetId=region.add_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24"))
    answer = local.raw("cvm", "DescribeInstances", Offset=0, Limit=20)
    assert differences(shape(recorded), shape(answer)) == []


def test_the_error_of_a_wrong_type(local: Any, recording: Recording) -> None:
    """The one recorded error: a string where a list belongs. Its message is in Chinese, ours is not."""
    recorded = recorded_answer(recording, "cvm.StopInstances.00")
    code = local.error("cvm", "DescribeInstances", InstanceIds="hello")
    assert code == recorded["Error"]["Code"]


@pytest.mark.parametrize(
    ("action", "members"),
    [("DescribeClusters", "Clusters"), ("DescribeClusterInstances", "InstanceSet")],
)
def test_clusters_answer_every_documented_member(
    local: Any, region: Any, recording: Recording, action: str, members: str
) -> None:
    """There is no recording of tke: the documented examples are the floor."""
    documented = recording(f"api-examples/tke.v20180525.{action}.json")["examples"][0]["response"]["Response"]
    vpc = region.add_vpc(CidrBlock="10.0.0.0/16")
    machine = region.add_instance(SubnetId=region.add_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24"))
    cluster = region.add_cluster(VpcId=vpc, Instances=[{"InstanceId": machine}])
    params = {"ClusterId": cluster} if action == "DescribeClusterInstances" else {}
    answer = local.raw("tke", action, **params)
    found = differences(shape(documented[members][0]), shape(answer[members][0]))
    assert [text for text in found if "SubnetId" not in text and "DataPlaneV2" not in text] == []
