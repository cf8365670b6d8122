"""Which groups belong to which cluster, in which role: every network mode, every sort of node, every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from readers import tencent_readers

from sgguard.errors import GatherError
from sgguard.facts import Readers, Standing, View, survey
from tcmock import Cloud, mock_tencentcloud
from tcmock.region import Region

REGION = "ap-guangzhou"
VPC, PODS = "vpc-0000000a", "172.16.0.0/16"
ROUTED, CNI, BOTH, CILIUM, MASTERS = (f"cls-0000000{letter}" for letter in "abcde")


def group_id(word: str) -> str:
    return f"sg-{word:0<8}"


GROUPS = (
    "worker",
    "master",
    "native",
    "super",
    "regular",
    "pod",
    "endpoint",
    "shared",
    "stranger",
    "idle",
    "cni",
    "both",
    "cilium",
)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with mock_tencentcloud() as cloud:
        build(cloud.account("100000000001").region(REGION))
        yield cloud


@pytest.fixture(autouse=True)
def _no_faults(cloud: Cloud) -> Iterator[None]:
    yield
    cloud.faults.clear()


@pytest.fixture(scope="module")
def discovered(cloud: Cloud) -> dict[str, Standing]:
    assert cloud
    return standings(tencent_readers())


def build(region: Region) -> None:
    region.add_vpc(
        VpcId=VPC,
        CidrBlock="10.0.0.0/16",
        Ipv6CidrBlock="2402:4e00:1::/56",
        AssistantCidrSet=[
            {"CidrBlock": "10.8.0.0/16", "AssistantType": 0},
            {"CidrBlock": "192.168.0.0/18", "AssistantType": 1},
        ],
    )
    for number in range(1, 7):
        cidr, six = f"10.0.{number}.0/24", f"2402:4e00:1:{number}::/64"
        region.add_subnet(
            SubnetId=f"subnet-0000000{number}",
            VpcId=VPC,
            CidrBlock=cidr,
            Ipv6CidrBlock=six if number == 5 else "",
        )
    for word in GROUPS:
        region.add_security_group(SecurityGroupId=group_id(word), SecurityGroupName=word)
    region.add_security_group(
        SecurityGroupId="sg-lookalik", SecurityGroupName=f"tke-worker-security-for-{ROUTED}"
    )
    region.add(
        "launch_configurations", LaunchConfigurationId="asc-0000000a", SecurityGroupIds=[group_id("regular")]
    )
    machines = {
        "ins-worker01": ("subnet-00000001", ["worker", "shared"]),
        "ins-cni00001": ("subnet-00000002", ["cni", "shared"]),
        "ins-both0001": ("subnet-00000001", ["both"]),
        "ins-cilium01": ("subnet-00000003", ["cilium"]),
        "ins-master01": ("subnet-00000003", ["master"]),
        "ins-worker02": ("subnet-00000003", ["shared"]),
        "ins-foreign1": ("subnet-00000004", ["stranger", "worker"]),
    }
    for name, (subnet, words) in machines.items():
        region.add_instance(InstanceId=name, SubnetId=subnet, SecurityGroupIds=[group_id(w) for w in words])
    region.add_cluster(
        ClusterId=ROUTED,
        VpcId=VPC,
        ClusterCIDR=PODS,
        ServiceCIDR="172.16.252.0/22",
        Endpoints={"SecurityGroup": group_id("endpoint"), "IntranetSecurityGroup": group_id("endpoint")},
        NodePools=[
            {
                "NodePoolId": "np-regular1",
                "Type": "Regular",
                "LaunchConfigurationId": "asc-0000000a",
                "AutoscalingGroupId": "asg-0000000a",
            },
            {
                "NodePoolId": "np-native01",
                "Type": "Native",
                "SecurityGroupIds": [group_id("native")],
                "SubnetIds": ["subnet-00000002"],
            },
            {
                "NodePoolId": "np-super001",
                "Type": "Super",
                "SecurityGroupIds": [group_id("super")],
                "SubnetIds": ["subnet-00000006"],
            },
        ],
        Instances=[
            {"InstanceId": "ins-worker01"},
            {"InstanceId": "np-native01-abcde", "NodePoolId": "np-native01"},
        ],
    )
    region.add_cluster(
        ClusterId=CNI,
        ClusterNetworkSettings={"VpcId": VPC, "Subnets": ["subnet-00000005"], "IsDualStack": True},
        NetworkType="VPC-CNI",
        Instances=[{"InstanceId": "ins-cni00001"}],
    )
    region.add_cluster(
        ClusterId=BOTH,
        VpcId=VPC,
        ClusterCIDR="172.20.0.0/16",
        NetworkType="GR+VPC-CNI",
        IPAMD={"EnableIPAMD": True, "SubnetIds": ["subnet-00000004"]},
        Instances=[{"InstanceId": "ins-both0001"}],
    )
    region.add_cluster(
        ClusterId=CILIUM,
        VpcId=VPC,
        ClusterCIDR="172.24.0.0/16",
        NetworkType="CiliumOverlay",
        Instances=[{"InstanceId": "ins-cilium01"}],
    )
    region.add_cluster(
        ClusterId=MASTERS,
        VpcId=VPC,
        ClusterCIDR="172.28.0.0/16",
        ClusterType="INDEPENDENT_CLUSTER",
        Instances=[
            {"InstanceId": "ins-master01", "InstanceRole": "MASTER_ETCD"},
            {"InstanceId": "ins-worker02"},
        ],
    )
    region.add(
        "network_interfaces",
        NetworkInterfaceId="eni-pods0001",
        SubnetId="subnet-00000005",
        InstanceId="ins-cni00001",
        GroupSet=[group_id("pod")],
    )


def standings(readers: Readers) -> dict[str, Standing]:
    found = survey(View(REGION, readers, now=7.0))
    assert found.observed_at == 7.0
    return {group.group_id: group for group in found.groups}


def roles(standing: Standing) -> set[tuple[str, str]]:
    return {(scope.cluster_id, scope.role) for scope in standing.scopes}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("worker", {(ROUTED, "node")}),
        ("native", {(ROUTED, "node")}),
        ("super", {(ROUTED, "node")}),
        ("regular", {(ROUTED, "node")}),
        ("pod", {(CNI, "node")}),
        ("master", {(MASTERS, "master")}),
        ("shared", {(ROUTED, "node"), (CNI, "node"), (MASTERS, "node")}),
    ],
)
def test_the_clusters_and_roles_of_a_group(
    discovered: dict[str, Standing], word: str, expected: set[object]
) -> None:
    standing = discovered[group_id(word)]
    assert (standing.status, roles(standing)) == ("covered", expected)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("endpoint", f"before the API server of {ROUTED}"),
        ("stranger", "none of its 1 instances is in a TKE cluster"),
        ("idle", "no CVM instance is bound to it"),
    ],
)
def test_groups_that_are_not_covered_and_why(discovered: dict[str, Standing], word: str, reason: str) -> None:
    standing = discovered[group_id(word)]
    assert standing.status == "not-covered"
    assert reason in standing.reasons[0]


def test_a_name_is_a_hint_only(discovered: dict[str, Standing]) -> None:
    standing = discovered["sg-lookalik"]
    assert standing.status == "not-covered"
    assert standing.reasons[1] == f"its name suggests {ROUTED}, which it does not serve"


@pytest.mark.parametrize(
    ("word", "pods", "nodes"),
    [
        ("worker", {PODS, "10.0.6.0/24"}, {"10.0.1.0/24", "10.0.2.0/24"}),
        ("cni", {"10.0.5.0/24", "2402:4e00:1:5::/64"}, {"10.0.2.0/24"}),
        ("both", {"172.20.0.0/16", "10.0.4.0/24"}, {"10.0.1.0/24"}),
        ("cilium", {"172.24.0.0/16"}, {"10.0.3.0/24"}),
    ],
)
def test_the_networks_of_every_mode(
    discovered: dict[str, Standing], word: str, pods: set[str], nodes: set[str]
) -> None:
    (scope,) = discovered[group_id(word)].scopes
    assert (set(scope.pod_cidrs), set(scope.node_cidrs)) == (pods, nodes)
    assert set(scope.vpc_cidrs) == {"10.0.0.0/16", "2402:4e00:1::/56", "10.8.0.0/16"}


def test_what_a_cluster_is(readers: Readers) -> None:
    clusters = {cluster.cluster_id: cluster for cluster in readers.clusters.clusters(REGION)}
    networks = {key: cluster.pod_networks for key, cluster in clusters.items()}
    assert networks == {
        ROUTED: ("GlobalRouter",),
        CNI: ("VPC-CNI",),
        BOTH: ("GlobalRouter", "VPC-CNI"),
        CILIUM: ("CiliumOverlay",),
        MASTERS: ("GlobalRouter",),
    }
    assert [key for key, cluster in clusters.items() if cluster.independent] == [MASTERS]
    assert [key for key, cluster in clusters.items() if cluster.dual_stack] == [CNI]
    assert clusters[ROUTED].service_cidrs == ("172.16.252.0/22",)


def test_a_cluster_that_is_deleted_while_it_is_read_stops_nobody(cloud: Cloud, readers: Readers) -> None:
    cloud.faults.add("DescribeClusterInstances", "InvalidParameter.ClusterNotFound")
    found = survey(View(REGION, readers, now=7.0))
    assert found.clusters == (CNI, BOTH, CILIUM, MASTERS)
    assert all(group.status == "covered" for group in found.groups if group.group_id == group_id("cni"))


@pytest.mark.parametrize(
    "action",
    [
        "DescribeClusters",
        "DescribeClusterInstances",
        "DescribeNodePools",
        "DescribeLaunchConfigurations",
        "DescribeClusterEndpoints",
        "DescribeIPAMD",
        "DescribeInstances",
        "DescribeNetworkInterfaces",
        "DescribeVpcs",
        "DescribeSecurityGroups",
    ],
)
def test_a_read_that_fails_is_an_error_and_never_empty(cloud: Cloud, readers: Readers, action: str) -> None:
    cloud.faults.add(action, "UnauthorizedOperation", calls=None)
    with pytest.raises(GatherError, match="UnauthorizedOperation") as caught:
        survey(View(REGION, readers, now=7.0))
    assert action in caught.value.next_step


def test_networks_that_cannot_be_read_leave_their_groups_undetermined(cloud: Cloud, readers: Readers) -> None:
    cloud.faults.add("DescribeSubnets", "UnauthorizedOperation", calls=None)
    found = standings(readers)
    assert found[group_id("worker")].status == "undetermined"
    assert found[group_id("endpoint")].status == "not-covered"


def test_every_page_is_read(region: Region, readers: Readers) -> None:
    for number in range(230):
        region.add_security_group(SecurityGroupId=f"sg-many{number:04d}")
    region.add_instance(
        InstanceId="ins-last0001", SubnetId="subnet-00000001", SecurityGroupIds=["sg-many0229"]
    )
    region.add_cluster(
        ClusterId="cls-0000000f",
        VpcId=VPC,
        ClusterCIDR="172.30.0.0/16",
        Instances=[{"InstanceId": "ins-last0001"}],
    )
    found = survey(View(REGION, readers, now=7.0))
    assert [group.group_id for group in found.groups if ("cls-0000000f", "node") in roles(group)] == [
        "sg-many0229"
    ]
