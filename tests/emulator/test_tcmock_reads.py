"""The Describe actions: ids, filters, pages, and loud refusals of what is not emulated."""

from __future__ import annotations

import json
from typing import Any

import pytest

A, B, C = "sg-0000000a", "sg-0000000b", "sg-0000000c"


@pytest.fixture(autouse=True)
def _world(region: Any, tcp: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    region.add_vpc(
        VpcId="vpc-0000000b",
        CidrBlock="10.1.0.0/16",
        AssistantCidrSet=[{"CidrBlock": "172.16.0.0/16", "AssistantType": 1}],
    )
    region.add_subnet(SubnetId="subnet-0000000a", VpcId="vpc-0000000a", CidrBlock="10.0.1.0/24")
    region.add_subnet(SubnetId="subnet-0000000b", VpcId="vpc-0000000b", CidrBlock="10.1.1.0/24")
    region.add_security_group(SecurityGroupId=A, SecurityGroupName="web", CreatedTime="2024-01-03 00:00:00")
    region.add_security_group(
        SecurityGroupId=B,
        SecurityGroupName="db",
        ProjectId="7",
        CreatedTime="2024-01-01 00:00:00",
        TagSet=[{"Key": "tier", "Value": "data"}],
    )
    region.add_security_group(
        SecurityGroupId=C,
        CreatedTime="2024-01-02 00:00:00",
        SecurityGroupPolicySet={
            "Ingress": [
                tcp("1"),
                tcp("2", action="DROP"),
                {"Protocol": "ICMP", "SecurityGroupId": A, "Action": "ACCEPT"},
            ],
            "Egress": [{"Protocol": "ALL", "Ipv6CidrBlock": "::/0", "Action": "ACCEPT"}],
        },
    )
    region.add_instance(InstanceId="ins-0000000a", SubnetId="subnet-0000000a", SecurityGroupIds=[B, A])
    region.add_instance(InstanceId="ins-0000000b", SubnetId="subnet-0000000b", SecurityGroupIds=[B])
    region.add_cluster(
        ClusterId="cls-0000000a",
        ClusterName="blue",
        VpcId="vpc-0000000a",
        ClusterCIDR="172.20.0.0/16",
        ServiceCIDR="172.20.252.0/22",
        Instances=[
            {"InstanceId": "ins-0000000a", "NodePoolId": "np-0000000a"},
            {"InstanceId": "np-0000000b-x1y2z", "LanIP": "10.0.1.99"},
        ],
    )
    region.add_cluster(
        ClusterId="cls-0000000b",
        ClusterType="INDEPENDENT_CLUSTER",
        VpcId="vpc-0000000b",
        NetworkType="VPC-CNI",
        Subnets=["subnet-0000000b"],
        Instances=[
            {"InstanceId": "ins-0000000b", "InstanceRole": "MASTER_ETCD"},
            {"InstanceId": "np-0000000c-x1y2z", "InstanceRole": "ETCD"},
        ],
    )


def only(name: str, *values: str) -> list[dict[str, Any]]:
    """One filter."""
    return [{"Name": name, "Values": [*values]}]


def ids(answer: dict[str, Any], members: str, name: str) -> list[str]:
    """The ids of the items of an answer."""
    return [item[name] for item in answer[members]]


def groups(api: Any, **params: Any) -> list[str]:
    """The ids that DescribeSecurityGroups answers."""
    return ids(api("vpc", "DescribeSecurityGroups", **params), "SecurityGroupSet", "SecurityGroupId")


def test_groups_by_id_filter_and_page(api: Any) -> None:
    """Offset and Limit are strings here."""
    assert groups(api) == [A, B, C]
    assert groups(api, SecurityGroupIds=[C, A]) == [A, C]
    assert groups(api, Filters=only("security-group-name", "web", "db")) == [A, B]
    assert groups(api, Filters=only("project-id", "7")) == [B]
    assert groups(api, Filters=only("tag-key", "tier")) == [B]
    assert groups(api, Filters=only("tag:tier", "data")) == [B]
    assert groups(api, Filters=only("tag:tier", "web")) == []
    assert groups(api, Filters=only("project-id", "7") + only("security-group-id", A)) == []
    assert groups(api, Offset="1", Limit="1") == [B]
    assert groups(api, OrderField="CreatedTime") == [B, C, A]
    assert groups(api, OrderField="CreatedTime", OrderDirection="DESC") == [A, C, B]


def test_groups_tell_their_region_as_recorded(local: Any) -> None:
    """Two members that the documentation does not know."""
    answer = local.raw("vpc", "DescribeSecurityGroups", Limit="1")
    assert answer["TotalCount"] == 3
    assert answer["RegionStatistics"] == [{"TotalCount": 3, "Region": "ap-guangzhou"}]
    assert answer["SecurityGroupSet"][0]["Region"] == "ap-guangzhou"


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        (
            "DescribeSecurityGroups",
            {"SecurityGroupIds": [A], "Filters": only("project-id", "0")},
            "InvalidParameter.Coexist",
        ),
        ("DescribeSecurityGroups", {"SecurityGroupIds": ["sg-00000009"]}, "ResourceNotFound"),
        ("DescribeSecurityGroups", {"SecurityGroupIds": ["web"]}, "InvalidParameterValue.Malformed"),
        ("DescribeSecurityGroups", {"SecurityGroupIds": [A] * 101}, "InvalidParameterValue.LimitExceeded"),
        ("DescribeSecurityGroups", {"Filters": only("colour", "red")}, "InvalidParameter.FilterInvalidKey"),
        ("DescribeSecurityGroups", {"Limit": "101"}, "InvalidParameterValue.Range"),
        ("DescribeSecurityGroups", {"Limit": "0"}, "InvalidParameterValue.Range"),
        ("DescribeSecurityGroups", {"Limit": "x"}, "InvalidParameterValue.Malformed"),
        ("DescribeSecurityGroups", {"Limit": 20}, "InvalidParameter"),
        ("DescribeSecurityGroups", {"OrderField": "Name"}, "InvalidParameterValue.Range"),
        (
            "DescribeSecurityGroups",
            {"OrderField": "CreatedTime", "OrderDirection": "UP"},
            "InvalidParameterValue.Range",
        ),
        ("DescribeSecurityGroupPolicies", {"SecurityGroupId": "sg-00000009"}, "ResourceNotFound"),
        ("DescribeSecurityGroupPolicies", {"SecurityGroupId": "web"}, "InvalidParameterValue.Malformed"),
        (
            "DescribeSecurityGroupPolicies",
            {"SecurityGroupId": A, "Filters": only("colour", "red")},
            "InvalidParameter.FilterInvalidKey",
        ),
        (
            "DescribeVpcs",
            {"VpcIds": ["vpc-0000000a"], "Filters": only("vpc-id", "x")},
            "InvalidParameter.Coexist",
        ),
        ("DescribeVpcs", {"VpcIds": ["vpc-00000009"]}, "ResourceNotFound"),
        ("DescribeVpcs", {"Filters": only("isp-type", "BGP")}, "InvalidParameter.FilterInvalidKey"),
        ("DescribeSubnets", {"Filters": only("cdc-id", "x")}, "InvalidParameter.FilterInvalidKey"),
        ("DescribeSubnets", {"SubnetIds": ["subnet-00000009"]}, "ResourceNotFound"),
        ("DescribeSubnets", {"NextToken": "x"}, "UnsupportedOperation"),
    ],
)
def test_what_vpc_refuses(local: Any, action: str, params: dict[str, Any], code: str) -> None:
    """Nothing is quietly ignored."""
    assert local.error("vpc", action, **params) == code


def test_policies_of_both_families_are_counted(api: Any) -> None:
    """And the version comes as a string."""
    found = api("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=C)["SecurityGroupPolicySet"]
    assert found["Version"] == "1"
    assert found["PolicyStatistics"] == {
        "IngressIPv4TotalCount": 3,
        "IngressIPv6TotalCount": 0,
        "EgressIPv4TotalCount": 0,
        "EgressIPv6TotalCount": 1,
    }


@pytest.mark.parametrize(
    ("name", "values", "ingress", "egress"),
    [
        ("direction", ["INBOUND"], [0, 1, 2], []),
        ("direction", ["OUTBOUND"], [], [0]),
        ("direction", ["ALL"], [0, 1, 2], [0]),
        ("poly", ["DROP"], [1], []),
        ("poly", ["ALL"], [0, 1, 2], [0]),
        ("protocol-type", ["ICMP"], [2], []),
        ("protocol-type", ["TCP", "ALL"], [0, 1], [0]),
        ("security-group-id", [A], [2], []),
    ],
)
def test_policies_by_filter(
    local: Any, name: str, values: list[str], ingress: list[int], egress: list[int]
) -> None:
    """Rows that pass keep their index."""
    found = local("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=C, Filters=only(name, *values))
    rows = found["SecurityGroupPolicySet"]
    assert [row["PolicyIndex"] for row in rows["Ingress"]] == ingress
    assert [row["PolicyIndex"] for row in rows["Egress"]] == egress


def test_an_empty_group_is_at_version_zero(api: Any) -> None:
    """As recorded."""
    found = api("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=A)["SecurityGroupPolicySet"]
    assert (found["Ingress"], found["Egress"], found["Version"]) == ([], [], "0")


def test_networks_and_subnets(api: Any) -> None:
    """With assistant ranges, where containers live."""
    found = api("vpc", "DescribeVpcs", Filters=only("vpc-id", "vpc-0000000b"), Offset="0", Limit="20")
    assert ids(found, "VpcSet", "VpcId") == ["vpc-0000000b"]
    assert found["VpcSet"][0]["AssistantCidrSet"][0]["AssistantType"] == 1
    assert ids(api("vpc", "DescribeVpcs", VpcIds=["vpc-0000000a"]), "VpcSet", "VpcId") == ["vpc-0000000a"]
    subnets = api("vpc", "DescribeSubnets", Filters=only("vpc-id", "vpc-0000000a"))
    assert ids(subnets, "SubnetSet", "SubnetId") == ["subnet-0000000a"]
    assert subnets["SubnetSet"][0]["AvailableIpAddressCount"] == 253
    assert ids(api("vpc", "DescribeSubnets", SubnetIds=["subnet-0000000b"]), "SubnetSet", "CidrBlock") == [
        "10.1.1.0/24"
    ]


def machines(api: Any, **params: Any) -> list[str]:
    """The ids that DescribeInstances answers."""
    return ids(api("cvm", "DescribeInstances", **params), "InstanceSet", "InstanceId")


def test_instances(api: Any) -> None:
    """The order of bound groups is kept, for it is their priority."""
    assert machines(api, InstanceIds=["ins-0000000b"]) == ["ins-0000000b"]
    assert machines(api, InstanceIds=["ins-00000009"]) == []
    assert machines(api, Filters=only("security-group-id", A)) == ["ins-0000000a"]
    assert machines(api, Filters=only("security-group-id", B)) == ["ins-0000000a", "ins-0000000b"]
    assert machines(api, Filters=only("vpc-id", "vpc-0000000b")) == ["ins-0000000b"]
    assert machines(api, Filters=only("instance-id", "ins-0000000a")) == ["ins-0000000a"]
    assert machines(api, Offset=1, Limit=100) == ["ins-0000000b"]
    first = api("cvm", "DescribeInstances")["InstanceSet"][0]
    assert first["SecurityGroupIds"] == [B, A]
    assert first["VirtualPrivateCloud"]["SubnetId"] == "subnet-0000000a"
    assert first["PrivateIpAddresses"] == ["10.0.1.2"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"InstanceIds": ["ins-0000000a"], "Filters": only("vpc-id", "x")}, "InvalidParameter"),
        ({"InstanceIds": ["web-1"]}, "InvalidInstanceId.Malformed"),
        ({"InstanceIds": "ins-0000000a"}, "InvalidParameter"),
        ({"Filters": only("host-id", "x")}, "InvalidFilter"),
        ({"Limit": 101}, "InvalidParameterValueLimit"),
        ({"Offset": -1}, "InvalidParameterValueLimit"),
    ],
)
def test_what_cvm_refuses(local: Any, params: dict[str, Any], code: str) -> None:
    """A string where a list belongs is what a recorded error is about."""
    assert local.error("cvm", "DescribeInstances", **params) == code


def test_clusters(api: Any) -> None:
    """By id, type and filter, which may be combined."""

    def found(**params: Any) -> list[str]:
        return ids(api("tke", "DescribeClusters", **params), "Clusters", "ClusterId")

    assert found() == ["cls-0000000a", "cls-0000000b"]
    assert found(ClusterIds=["cls-0000000b"]) == ["cls-0000000b"]
    assert found(ClusterType="MANAGED_CLUSTER") == ["cls-0000000a"]
    assert found(Filters=only("vpc-id", "vpc-0000000b")) == ["cls-0000000b"]
    assert found(Filters=only("ClusterName", "blue"), ClusterIds=["cls-0000000b"]) == []
    assert found(Filters=only("ClusterType", "INDEPENDENT_CLUSTER")) == ["cls-0000000b"]
    assert found(Filters=only("ClusterStatus", "Running"), Offset=1, Limit=1) == ["cls-0000000b"]


def test_a_cluster_tells_its_networks(api: Any) -> None:
    """Global route and VPC-CNI differ in `Property` and in who has the ranges."""
    blue, cni = api("tke", "DescribeClusters")["Clusters"]
    assert blue["ClusterNetworkSettings"]["ClusterCIDR"] == "172.20.0.0/16"
    assert blue["ClusterNetworkSettings"]["Subnets"] is None
    assert json.loads(blue["Property"])["NetworkType"] == "GR"
    assert cni["ClusterNetworkSettings"]["Subnets"] == ["subnet-0000000b"]
    assert json.loads(cni["Property"]) == {
        "NodeNameType": "lan-ip",
        "NetworkType": "VPC-CNI",
        "VpcCniType": "tke-route-eni",
    }
    assert [
        (c["ClusterNodeNum"], c["ClusterMaterNodeNum"], c["ClusterEtcdNodeNum"]) for c in (blue, cni)
    ] == [
        (2, 0, 0),
        (0, 1, 2),
    ]


def test_cluster_instances(api: Any) -> None:
    """Workers unless another role is asked for."""

    def found(cluster: str, **params: Any) -> list[str]:
        answer = api("tke", "DescribeClusterInstances", ClusterId=cluster, **params)
        return ids(answer, "InstanceSet", "InstanceId")

    assert found("cls-0000000a") == ["ins-0000000a", "np-0000000b-x1y2z"]
    assert found("cls-0000000a", Filters=only("nodepool-id", "np-0000000a")) == ["ins-0000000a"]
    assert found("cls-0000000a", InstanceIds=["np-0000000b-x1y2z"]) == ["np-0000000b-x1y2z"]
    assert found("cls-0000000a", Offset=1, Limit=1) == ["np-0000000b-x1y2z"]
    assert found("cls-0000000b") == []
    assert found("cls-0000000b", InstanceRole="MASTER_ETCD") == ["ins-0000000b"]
    assert found("cls-0000000b", InstanceRole="ETCD") == ["np-0000000c-x1y2z"]
    assert found("cls-0000000b", InstanceRole="ALL") == ["ins-0000000b", "np-0000000c-x1y2z"]
    first = api("tke", "DescribeClusterInstances", ClusterId="cls-0000000a")["InstanceSet"][0]
    assert first["LanIP"] == "10.0.1.2"


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("DescribeClusters", {"Filters": only("Tags", "a:b")}, "InvalidParameter.Param"),
        ("DescribeClusters", {"Limit": 101}, "InvalidParameter.Param"),
        ("DescribeClusterInstances", {"ClusterId": "cls-00000009"}, "InvalidParameter.ClusterNotFound"),
        (
            "DescribeClusterInstances",
            {"ClusterId": "cls-0000000a", "InstanceRole": "BOSS"},
            "InvalidParameter.Param",
        ),
        (
            "DescribeClusterInstances",
            {"ClusterId": "cls-0000000a", "Filters": only("nodepool-colour", "red")},
            "InvalidParameter.Param",
        ),
    ],
)
def test_what_tke_refuses(local: Any, action: str, params: dict[str, Any], code: str) -> None:
    """Nothing is quietly ignored."""
    assert local.error("tke", action, **params) == code


def test_regions_and_accounts_are_apart(local: Any, cloud: Any) -> None:
    """What one has, another has not."""
    stranger = cloud.account("100000000002").keys[0]
    assert (
        local.client("vpc", region="ap-shanghai").call_json("DescribeSecurityGroups", {})["Response"][
            "TotalCount"
        ]
        == 0
    )
    assert (
        local.client("vpc", key=stranger).call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"]
        == 0
    )
    assert local.client("vpc").call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"] == 3


def test_a_group_is_made_and_deleted(api: Any) -> None:
    """Empty, with an id of its own, in the project that was named."""
    made = api(
        "vpc",
        "CreateSecurityGroup",
        GroupName="fresh",
        GroupDescription="made here",
        ProjectId="7",
        Tags=[{"Key": "city", "Value": "shanghai"}],
    )["SecurityGroup"]
    assert made["SecurityGroupName"] == "fresh"
    assert made["ProjectId"] == "7"
    assert made["TagSet"] == [{"Key": "city", "Value": "shanghai"}]
    assert api.version(made["SecurityGroupId"]) == "0"
    assert groups(api, Filters=only("tag:city", "shanghai")) == [made["SecurityGroupId"]]
    api("vpc", "DeleteSecurityGroup", SecurityGroupId=made["SecurityGroupId"])
    assert groups(api) == [A, B, C]


def test_what_creation_and_deletion_refuse(local: Any, region: Any) -> None:
    """Names that are too long, and groups that are in use or the default."""
    default = region.add_security_group(IsDefault=True)
    for params in (
        {"GroupName": "x" * 61, "GroupDescription": ""},
        {"GroupName": "x", "GroupDescription": "y" * 101},
    ):
        assert local.error("vpc", "CreateSecurityGroup", **params) == "InvalidParameterValue.TooLong"
    for group, code in [
        (B, "ResourceInUse"),
        (A, "ResourceInUse"),
        (default, "UnsupportedOperation"),
        ("sg-00000009", "ResourceNotFound"),
        ("web", "InvalidParameterValue.Malformed"),
    ]:
        assert local.error("vpc", "DeleteSecurityGroup", SecurityGroupId=group) == code


def test_a_group_that_another_names_is_in_use(local: Any, region: Any) -> None:
    """But one that only names itself is not."""
    row = {"Protocol": "ALL", "Action": "ACCEPT"}
    named, selfish = region.add_security_group(), "sg-5e1f5e1f"
    region.add_security_group(
        SecurityGroupId=selfish,
        SecurityGroupPolicySet={
            "Ingress": [{**row, "SecurityGroupId": selfish}, {**row, "SecurityGroupId": named}]
        },
    )
    assert local.error("vpc", "DeleteSecurityGroup", SecurityGroupId=named) == "ResourceInUse"
    local("vpc", "DeleteSecurityGroup", SecurityGroupId=selfish)
    local("vpc", "DeleteSecurityGroup", SecurityGroupId=named)
