"""Instances launched, renamed, and bound to security groups."""

from __future__ import annotations

from typing import Any

import pytest

from tcmock import Cloud

A, B, C = "sg-0000000a", "sg-0000000b", "sg-0000000c"
ONE, TWO = "ins-0000000a", "ins-0000000b"
LAUNCH = {
    "Placement": {"Zone": "ap-guangzhou-1", "ProjectId": 7},
    "VirtualPrivateCloud": {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a"},
    "SecurityGroupIds": [B, A],
}


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    region.add_vpc(VpcId="vpc-0000000b", CidrBlock="10.1.0.0/16")
    region.add_subnet(SubnetId="subnet-0000000a", VpcId="vpc-0000000a", CidrBlock="10.0.1.0/28")
    for group in (A, B, C):
        region.add_security_group(SecurityGroupId=group)
    region.add_instance(
        InstanceId=ONE,
        InstanceName="one",
        SubnetId="subnet-0000000a",
        SecurityGroupIds=[A],
        Tags=[{"Key": "city", "Value": "shanghai"}],
    )
    region.add_instance(InstanceId=TWO, SubnetId="subnet-0000000a", SecurityGroupIds=[B, A])


def groups(api: Any) -> dict[str, list[str]]:
    """The groups of every instance."""
    answer = api("cvm", "DescribeInstances", Limit=100)
    return {item["InstanceId"]: item["SecurityGroupIds"] for item in answer["InstanceSet"]}


def found(api: Any, name: str, *values: str) -> list[str]:
    """The ids that a filter leaves."""
    answer = api("cvm", "DescribeInstances", Filters=[{"Name": name, "Values": [*values]}])
    return [item["InstanceId"] for item in answer["InstanceSet"]]


def test_filters(api: Any) -> None:
    """Those that are documented for instances in a network."""
    assert found(api, "subnet-id", "subnet-0000000a") == [ONE, TWO]
    assert found(api, "zone", "ap-guangzhou-1") == [ONE, TWO]
    assert found(api, "project-id", "0") == [ONE, TWO]
    assert found(api, "instance-state", "RUNNING") == [ONE, TWO]
    assert found(api, "instance-charge-type", "PREPAID") == []
    assert found(api, "instance-name", "one") == [ONE]
    assert found(api, "private-ip-address", "10.0.1.3") == [TWO]
    assert found(api, "tag-key", "city") == found(api, "tag-value", "shanghai") == [ONE]
    assert found(api, "tag:city", "shanghai", "beijing") == [ONE]
    (uuid,) = (item["Uuid"] for item in api("cvm", "DescribeInstances", InstanceIds=[ONE])["InstanceSet"])
    assert found(api, "uuid", uuid) == [ONE]


def test_ten_filters_of_five_values(local: Any) -> None:
    """As documented; more is refused."""
    filters = [{"Name": "vpc-id", "Values": ["x"]}]
    values = [{"Name": "vpc-id", "Values": ["x"] * 6}]
    local("cvm", "DescribeInstances", Filters=filters * 10)
    for given in (filters * 11, values):
        assert local.error("cvm", "DescribeInstances", Filters=given) == "InvalidFilterValue.LimitExceeded"


def test_a_group_is_bound_and_taken(api: Any) -> None:
    """At the end, where it has the lowest priority; a second time changes nothing."""
    both = {"InstanceIds": [ONE, TWO]}
    api("cvm", "AssociateSecurityGroups", **both, SecurityGroupIds=[B])
    assert groups(api) == {ONE: [A, B], TWO: [B, A]}
    api("cvm", "DisassociateSecurityGroups", **both, SecurityGroupIds=[A])
    assert groups(api) == {ONE: [B], TWO: [B]}


def test_groups_are_replaced_in_order(api: Any) -> None:
    """All of them at once."""
    api("cvm", "ModifyInstancesAttribute", InstanceIds=[ONE, TWO], SecurityGroups=[C, A, B])
    assert groups(api) == {ONE: [C, A, B], TWO: [C, A, B]}


def test_instances_are_renamed(api: Any) -> None:
    """Their groups stay."""
    api("cvm", "ModifyInstancesAttribute", InstanceIds=[ONE, TWO], InstanceName="same")
    assert found(api, "instance-name", "same") == [ONE, TWO]
    assert groups(api) == {ONE: [A], TWO: [B, A]}


SIX = [f"sg-0000001{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("AssociateSecurityGroups", {"SecurityGroupIds": [B, C]}, "InvalidParameterValue.LimitExceeded"),
        ("AssociateSecurityGroups", {"SecurityGroupIds": ["web"]}, "InvalidSgId.Malformed"),
        ("AssociateSecurityGroups", {"SecurityGroupIds": ["sg-00000009"]}, "InvalidSecurityGroupId.NotFound"),
        ("AssociateSecurityGroups", {"InstanceIds": ["web"]}, "InvalidInstanceId.Malformed"),
        ("AssociateSecurityGroups", {"InstanceIds": [ONE, "ins-00000009"]}, "InvalidInstanceId.NotFound"),
        ("AssociateSecurityGroups", {"InstanceIds": [ONE] * 101}, "InvalidParameterValue.LimitExceeded"),
        (
            "DisassociateSecurityGroups",
            {"SecurityGroupIds": [C]},
            "FailedOperation.SecurityGroupActionFailed",
        ),
        (
            "DisassociateSecurityGroups",
            {"InstanceIds": [TWO, ONE], "SecurityGroupIds": [B]},
            "FailedOperation.SecurityGroupActionFailed",
        ),
        ("ModifyInstancesAttribute", {"SecurityGroups": SIX}, "LimitExceeded.AssociateUSGLimitExceeded"),
        ("ModifyInstancesAttribute", {"SecurityGroups": ["sg-00000009"]}, "InvalidSecurityGroupId.NotFound"),
        ("ModifyInstancesAttribute", {}, "InvalidParameterCombination"),
        (
            "ModifyInstancesAttribute",
            {"SecurityGroups": [A], "InstanceName": "x"},
            "InvalidParameterCombination",
        ),
        ("ModifyInstancesAttribute", {"InstanceName": "x" * 61}, "InvalidInstanceName.TooLong"),
        ("ModifyInstancesAttribute", {"HostName": "x"}, "UnsupportedOperation"),
    ],
)
def test_what_binding_refuses(
    local: Any, region: Any, action: str, params: dict[str, Any], code: str
) -> None:
    """And nothing has changed, for no instance of the request."""
    for group in SIX:
        region.add_security_group(SecurityGroupId=group)
    defaults = {} if action == "ModifyInstancesAttribute" else {"SecurityGroupIds": [A]}
    assert local.error("cvm", action, **{"InstanceIds": [ONE], **defaults, **params}) == code
    assert groups(local) == {ONE: [A], TWO: [B, A]}


def test_a_sixth_group(local: Any, region: Any) -> None:
    """Is one too many."""
    for _ in range(4):
        group = region.add_security_group()
        local("cvm", "AssociateSecurityGroups", InstanceIds=[ONE], SecurityGroupIds=[group])
    code = local.error("cvm", "AssociateSecurityGroups", InstanceIds=[ONE], SecurityGroupIds=[C])
    assert code == "LimitExceeded.AssociateUSGLimitExceeded"


def test_two_thousand_instances_a_group(local: Any, region: Any) -> None:
    """Interfaces count as well."""
    region.add_subnet(SubnetId="subnet-0000000c", VpcId="vpc-0000000a", CidrBlock="10.0.16.0/20")
    for _ in range(1999):
        region.add_instance(SubnetId="subnet-0000000c", SecurityGroupIds=[C])
    local("cvm", "AssociateSecurityGroups", InstanceIds=[ONE], SecurityGroupIds=[C])
    code = local.error("cvm", "AssociateSecurityGroups", InstanceIds=[TWO], SecurityGroupIds=[C])
    assert code == "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded"
    about = {"VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000c", "NetworkInterfaceName": "x"}
    assert local.error("vpc", "CreateNetworkInterface", **about, SecurityGroupIds=[C]) == "LimitExceeded"


def test_instances_are_launched(api: Any) -> None:
    """As many as are asked for, running, bound in order, each with an address of its own."""
    more = {"InstanceCount": 2, "InstanceName": "node", "InstanceType": "SA5.MEDIUM4", "ImageId": "img-1"}
    launched = api("cvm", "RunInstances", **LAUNCH, **more)["InstanceIdSet"]
    assert len(set(launched)) == 2
    answer = api("cvm", "DescribeInstances", InstanceIds=launched)
    for item, address in zip(answer["InstanceSet"], ("10.0.1.4", "10.0.1.5"), strict=True):
        assert item["SecurityGroupIds"] == [B, A]
        assert item["PrivateIpAddresses"] == [address]
        assert (item["InstanceName"], item["InstanceType"]) == ("node", "SA5.MEDIUM4")
        assert (item["InstanceState"], item["Placement"]["ProjectId"]) == ("RUNNING", 7)
    place = {**LAUNCH["VirtualPrivateCloud"], "PrivateIpAddresses": ["10.0.1.9"]}
    (named,) = api("cvm", "RunInstances", **{**LAUNCH, "VirtualPrivateCloud": place})["InstanceIdSet"]
    assert found(api, "private-ip-address", "10.0.1.9") == [named]


def place(**changes: Any) -> dict[str, Any]:
    """Another place to launch at."""
    return {"VirtualPrivateCloud": {**LAUNCH["VirtualPrivateCloud"], **changes}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (place(VpcId="vpc-00000009"), "InvalidParameterValue.VpcIdNotExist"),
        (place(SubnetId="subnet-00000009"), "InvalidParameterValue.SubnetNotExist"),
        (place(VpcId="vpc-0000000b"), "InvalidParameterValue.VpcIdSubnetIdNotMatch"),
        (place(PrivateIpAddresses=["10.0.9.9"]), "VpcAddrNotInSubNet"),
        (place(PrivateIpAddresses=["10.0.1.2"]), "VpcIpIsUsed"),
        (place(PrivateIpAddresses=["10.0.1.8", "10.0.1.9"]), "InvalidParameterCombination"),
        ({"Placement": {"Zone": "ap-guangzhou-9"}}, "InvalidParameterValue.SubnetIdZoneIdNotMatch"),
        ({"InstanceCount": 12}, "FailedOperation.NoAvailableIpAddressCountInSubnet"),
        ({"InstanceCount": 501}, "InvalidParameterValue.Range"),
        ({"InstanceCount": -1}, "InvalidParameterValue.Range"),
        ({"SecurityGroupIds": ["sg-00000009"]}, "InvalidSecurityGroupId.NotFound"),
        ({"SecurityGroupIds": None}, "UnsupportedOperation"),
        ({"DryRun": True}, "UnsupportedOperation"),
    ],
)
def test_what_launching_refuses(local: Any, changes: dict[str, Any], code: str) -> None:
    """And no instance is left behind."""
    params = {name: value for name, value in {**LAUNCH, **changes}.items() if value is not None}
    before = local.cloud.dump()
    assert local.error("cvm", "RunInstances", **params) == code
    assert local.cloud.dump() == before


def test_instances_survive_a_document(api: Any, cloud: Any) -> None:
    """With the groups that calls have given them."""
    api("cvm", "RunInstances", **LAUNCH)
    api("cvm", "AssociateSecurityGroups", InstanceIds=[ONE], SecurityGroupIds=[C])
    other = Cloud()
    other.load(cloud.dump())
    assert other.dump() == cloud.dump()
