"""Clusters of every network mode with endpoints, routes, pools and nodes, in both versions of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.tke.v20220501 import models, tke_client

from tcmock import Cloud, StateError
from tcmock.vpc.state import VpcState

A, B, C = "sg-0000000a", "sg-0000000b", "sg-0000000c"
ROUTED, CNI, BOTH, OVERLAY = (f"cls-0000000{letter}" for letter in "abcd")
MACHINE, OTHER = "ins-0000000a", "ins-0000000b"


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    region.add_vpc(VpcId="vpc-0000000a", CidrBlock="10.0.0.0/16")
    for letter in "abc":
        cidr = f"10.0.{ord(letter)}.0/24"
        region.add_subnet(SubnetId=f"subnet-0000000{letter}", VpcId="vpc-0000000a", CidrBlock=cidr)
    for group in (A, B, C):
        region.add_security_group(SecurityGroupId=group)
    region.add("launch_configurations", LaunchConfigurationId="asc-0000000a", SecurityGroupIds=[A])
    for machine in (MACHINE, OTHER):
        region.add_instance(InstanceId=machine, SubnetId="subnet-0000000a", SecurityGroupIds=[A])
    region.add_cluster(
        ClusterId=ROUTED,
        VpcId="vpc-0000000a",
        ClusterCIDR="172.16.0.0/16",
        Endpoints={"SecurityGroup": B, "IntranetSecurityGroup": C, "ClusterExternalEndpoint": "203.0.113.9"},
        NodePools=[
            {
                "NodePoolId": "np-regular1",
                "Name": "regular",
                "Type": "Regular",
                "LaunchConfigurationId": "asc-0000000a",
                "AutoscalingGroupId": "asg-0000000a",
            },
            {
                "NodePoolId": "np-native01",
                "Name": "native",
                "Type": "Native",
                "SecurityGroupIds": [B, A],
                "SubnetIds": ["subnet-0000000b"],
                "Tags": [{"Key": "city", "Value": "shanghai"}],
            },
            {"NodePoolId": "np-super001", "Type": "Super", "SecurityGroupIds": [C]},
            {"NodePoolId": "np-outside1", "Type": "External", "NodesNum": 1},
        ],
        Instances=[
            {"InstanceId": MACHINE, "NodePoolId": "np-regular1", "AutoscalingGroupId": "asg-0000000a"},
            {"InstanceId": OTHER, "NodePoolId": "np-regular1"},
            {"InstanceId": "np-native01-abcde", "NodePoolId": "np-native01"},
            {
                "InstanceId": "np-native01-fghij",
                "NodePoolId": "np-native01",
                "Native": {"SecurityGroupIDs": [C], "SubnetId": "subnet-0000000c"},
            },
            {"InstanceId": "eklet-subnet-abcde", "Super": {"SubnetId": "subnet-0000000c"}},
            {"InstanceId": "node-10.9.9.9", "LanIP": "10.9.9.9", "External": {"Name": "node-10.9.9.9"}},
        ],
    )
    subnets = ["subnet-0000000b", "subnet-0000000c"]
    region.add_cluster(ClusterId=CNI, VpcId="vpc-0000000a", NetworkType="VPC-CNI", Subnets=subnets)
    region.add_cluster(
        ClusterId=BOTH,
        VpcId="vpc-0000000a",
        NetworkType="GR+VPC-CNI",
        ClusterCIDR="172.17.0.0/16",
        Subnets=subnets[:1],
    )
    region.add_cluster(
        ClusterId=OVERLAY, VpcId="vpc-0000000a", NetworkType="CiliumOverlay", ClusterCIDR="172.18.0.0/16"
    )


class Newer:
    """The typed client of 2022-05-01."""

    def __init__(self, api: Any) -> None:
        key = api.cloud.credentials
        credential = Credential(key.secret_id, key.secret_key)
        self._client = tke_client.TkeClient(credential, "ap-guangzhou", ClientProfile(httpProfile=api.http))

    def __call__(self, action: str, /, **params: Any) -> dict[str, Any]:
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(params))
        return json.loads(getattr(self._client, action)(request).to_json_string())


@pytest.fixture
def newer(api: Any) -> Newer:
    """Calls of the newer version, through more than one way in."""
    return Newer(api)


def only(name: str, *values: str) -> list[dict[str, Any]]:
    """One filter."""
    return [{"Name": name, "Values": [*values]}]


@pytest.mark.parametrize(
    ("cluster", "network", "kind", "cidr", "subnets"),
    [
        (ROUTED, "GR", None, "172.16.0.0/16", None),
        (CNI, "VPC-CNI", "tke-route-eni", "", ["subnet-0000000b", "subnet-0000000c"]),
        (BOTH, "GR", "tke-route-eni", "172.17.0.0/16", ["subnet-0000000b"]),
        (OVERLAY, "CiliumOverlay", None, "172.18.0.0/16", None),
    ],
)
def test_network_modes(
    local: Any, cluster: str, network: str, kind: str | None, cidr: str, subnets: list[str] | None
) -> None:
    """Each tells where its pods are in its own way."""
    (about,) = local("tke", "DescribeClusters", ClusterIds=[cluster])["Clusters"]
    told = json.loads(about["Property"])
    assert (told["NetworkType"], told.get("VpcCniType")) == (network, kind)
    assert about["ClusterNetworkSettings"]["ClusterCIDR"] == cidr
    assert about["ClusterNetworkSettings"]["Subnets"] == subnets
    ipamd = local("tke", "DescribeIPAMD", ClusterId=cluster)
    assert (ipamd["EnableIPAMD"], ipamd["SubnetIds"]) == (subnets is not None, subnets)


def test_endpoints(api: Any) -> None:
    """With the groups of the load balancers in front of the API server."""
    endpoints = api.raw("tke", "DescribeClusterEndpoints", ClusterId=ROUTED)
    assert (endpoints["SecurityGroup"], endpoints["IntranetSecurityGroup"]) == (B, C)
    assert endpoints["ClusterExternalEndpoint"] == "203.0.113.9"
    assert endpoints["ClusterDomain"] == f"{ROUTED}.ccs.tencent-cloud.com"


def test_routes(api: Any) -> None:
    """A table for every cluster whose pods have a range of their own, and a slice of it for every node."""
    tables = api("tke", "DescribeClusterRouteTables")["RouteTableSet"]
    assert [(table["RouteTableName"], table["RouteTableCidrBlock"]) for table in tables] == [
        (ROUTED, "172.16.0.0/16"),
        (BOTH, "172.17.0.0/16"),
    ]
    routes = api("tke", "DescribeClusterRoutes", RouteTableName=ROUTED)["RouteSet"]
    assert [(route["DestinationCidrBlock"], route["GatewayIp"]) for route in routes[:3]] == [
        ("172.16.0.0/26", "10.0.97.2"),
        ("172.16.0.64/26", "10.0.97.3"),
        ("172.16.0.128/26", "10.0.98.2"),
    ]
    by_gateway = {"RouteTableName": ROUTED, "Filters": only("GatewayIP", "10.0.97.3")}
    assert api("tke", "DescribeClusterRoutes", **by_gateway)["RouteSet"] == [routes[1]]


def test_nodes_of_the_older_version(api: Any) -> None:
    """Machines and native nodes; how they came into a pool is a filter."""

    def found(**params: Any) -> list[str]:
        answer = api("tke", "DescribeClusterInstances", ClusterId=ROUTED, **params)
        return [node["InstanceId"] for node in answer["InstanceSet"]]

    natives = ["np-native01-abcde", "np-native01-fghij"]
    assert found() == [MACHINE, OTHER, *natives]
    assert found(Filters=only("nodepool-instance-type", "AUTOSCALING_ADDED")) == [MACHINE]
    assert found(Filters=only("nodepool-instance-type", "MANUALLY_ADDED")) == [OTHER, *natives]
    assert found(Filters=only("nodepool-instance-type", "ALL")) == [MACHINE, OTHER, *natives]
    assert found(Filters=only("nodepool-id", "np-native01")) == natives
    nodes = api.raw("tke", "DescribeClusterInstances", ClusterId=ROUTED)["InstanceSet"]
    assert all(node.keys().isdisjoint({"Native", "Super", "External"}) for node in nodes)


def test_regular_pools_of_the_older_version(api: Any) -> None:
    """Their groups stand in the launch configuration."""
    answer = api("tke", "DescribeClusterNodePools", ClusterId=ROUTED)
    (pool,) = answer["NodePoolSet"]
    assert (pool["NodePoolId"], pool["LaunchConfigurationId"]) == ("np-regular1", "asc-0000000a")
    assert pool["NodeCountSummary"]["AutoscalingAdded"]["Total"] == 1
    assert pool["NodeCountSummary"]["ManuallyAdded"]["Total"] == 1
    none = {"ClusterId": ROUTED, "Filters": only("NodePoolsName", "native")}
    assert api("tke", "DescribeClusterNodePools", **none)["NodePoolSet"] == []


def test_pools_of_every_type(newer: Newer) -> None:
    """Native and super pools tell their groups; a limit of 0 is none, as published."""
    answer = newer("DescribeNodePools", ClusterId=ROUTED, Limit=0)
    pools = {pool["NodePoolId"]: pool for pool in answer["NodePools"]}
    assert answer["TotalCount"] == 4
    assert [pool["Type"] for pool in answer["NodePools"]] == ["Regular", "Native", "Super", "External"]
    assert pools["np-native01"]["Native"]["SecurityGroupIds"] == [B, A]
    assert pools["np-native01"]["Native"]["SubnetIds"] == ["subnet-0000000b"]
    assert pools["np-native01"]["Tags"][0]["Tags"] == [{"Key": "city", "Value": "shanghai"}]
    assert pools["np-super001"]["Super"]["SecurityGroupIds"] == [C]
    assert pools["np-regular1"]["Regular"]["LaunchConfigurationId"] == "asc-0000000a"
    assert pools["np-regular1"]["Regular"]["NodeCountSummary"]["ManuallyAdded"]["Total"] == 1
    assert pools["np-regular1"]["Native"] is None

    def found(**params: Any) -> list[str]:
        answer = newer("DescribeNodePools", ClusterId=ROUTED, **params)
        return [pool["NodePoolId"] for pool in answer["NodePools"]]

    assert found(Filters=only("NodePoolsName", "native")) == ["np-native01"]
    assert found(Filters=only("NodePoolsId", "np-super001")) == ["np-super001"]
    assert found(Filters=only("tag:city", "shanghai")) == ["np-native01"]
    assert found(Offset=3, Limit=1) == ["np-outside1"]


def test_nodes_of_every_type(newer: Newer) -> None:
    """A native node has the groups of its pool or its own, and is no machine of cvm."""
    answer = newer("DescribeClusterInstances", ClusterId=ROUTED)
    nodes = {node["InstanceId"]: node for node in answer["InstanceSet"]}
    assert [node["NodeType"] for node in answer["InstanceSet"]] == [
        *("Regular", "Regular", "Native", "Native", "Super", "External")
    ]
    of_pool, own = nodes["np-native01-abcde"]["Native"], nodes["np-native01-fghij"]["Native"]
    assert (of_pool["SecurityGroupIDs"], own["SecurityGroupIDs"]) == ([B, A], [C])
    assert (of_pool["SubnetId"], own["SubnetId"]) == ("subnet-0000000b", "subnet-0000000c")
    assert (of_pool["LanIp"], of_pool["VpcId"]) == ("10.0.98.2", "vpc-0000000a")
    assert of_pool["InstanceId"].startswith("eks-")
    assert nodes["np-native01-abcde"]["LanIP"] == "10.0.98.2"
    assert nodes["eklet-subnet-abcde"]["Super"]["SubnetId"] == "subnet-0000000c"

    def found(name: str, *values: str) -> list[str]:
        answer = newer("DescribeClusterInstances", ClusterId=ROUTED, Filters=only(name, *values))
        return [node["InstanceId"] for node in answer["InstanceSet"]]

    assert found("InstanceType", "Native", "Super") == [*list(nodes)[2:4], "eklet-subnet-abcde"]
    assert found("InstanceIds", MACHINE) == [MACHINE]
    assert found("InstanceStates", "failed") == []
    assert found("NodePoolIds", "np-regular1") == found("NodePoolNames", "regular") == [MACHINE, OTHER]
    assert found("VagueIpAddress", "10.9.9.") == found("VagueInstanceName", "node-") == ["node-10.9.9.9"]
    assert found("Unschedulable", "true") == []


def test_native_nodes_are_no_machines(api: Any, newer: Newer) -> None:
    """Neither by their address nor by their groups."""
    answer = newer("DescribeClusterInstances", ClusterId=ROUTED, Filters=only("InstanceType", "Native"))
    native = answer["InstanceSet"][0]["Native"]
    machines = api("cvm", "DescribeInstances", Filters=only("private-ip-address", native["LanIp"]))
    assert machines["TotalCount"] == 0
    by_group = only("groups.security-group-id", B)
    assert api("vpc", "DescribeNetworkInterfaces", Filters=by_group)["TotalCount"] == 0


def test_native_nodes_get_other_groups(newer: Newer, cloud: Any) -> None:
    """In the order given; a name to show changes nothing else."""
    names = ["np-native01-abcde", "np-native01-fghij"]
    newer("ModifyClusterMachine", ClusterId=ROUTED, MachineNames=names, SecurityGroupIDs=[A, C])
    newer("ModifyClusterMachine", ClusterId=ROUTED, MachineNames=names[:1], DisplayName="shown")
    answer = newer("DescribeClusterInstances", ClusterId=ROUTED, Filters=only("InstanceType", "Native"))
    natives = [node["Native"] for node in answer["InstanceSet"]]
    assert [native["SecurityGroupIDs"] for native in natives] == [[A, C], [A, C]]
    assert [native["DisplayName"] for native in natives] == ["shown", names[1]]
    assert [record["resourceName"] for record in cloud.audit.records] == [f"cluster/{ROUTED}"] * 2


def test_a_native_node_may_be_a_machine(api: Any, newer: Newer, region: Any) -> None:
    """Then cvm knows it, and both change its groups."""
    native = {"MachineType": "NativeCVM", "InstanceId": OTHER}
    cluster = region.add_cluster(
        VpcId="vpc-0000000a", Instances=[{"InstanceId": "np-native02-abcde", "Native": native}]
    )

    def groups() -> list[str]:
        answer = newer("DescribeClusterInstances", ClusterId=cluster)
        return answer["InstanceSet"][0]["Native"]["SecurityGroupIDs"]

    assert groups() == [A]
    api("cvm", "AssociateSecurityGroups", InstanceIds=[OTHER], SecurityGroupIds=[B])
    assert groups() == [A, B]
    machine = {"ClusterId": cluster, "MachineNames": ["np-native02-abcde"]}
    newer("ModifyClusterMachine", **machine, SecurityGroupIDs=[C])
    (instance,) = api("cvm", "DescribeInstances", InstanceIds=[OTHER])["InstanceSet"]
    assert (groups(), instance["SecurityGroupIds"]) == ([C], [C])


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("DescribeNodePools", {"ClusterId": "cls-00000009"}, "InvalidParameter.ClusterNotFound"),
        ("DescribeNodePools", {"Filters": only("colour", "red")}, "InvalidParameter.Param"),
        ("DescribeNodePools", {"Limit": 101}, "InvalidParameter.Param"),
        ("DescribeClusterInstances", {"Filters": only("Labels", "x")}, "InvalidParameter.Param"),
        ("DescribeClusterInstances", {"SortBy": {"FieldName": "x"}}, "UnsupportedOperation"),
        ("ModifyClusterMachine", {"MachineNames": [MACHINE]}, "ResourceNotFound"),
        ("ModifyClusterMachine", {"SecurityGroupIDs": ["sg-00000009"]}, "InvalidParameter.Param"),
        ("ModifyClusterMachine", {"SecurityGroupIDs": [f"sg-0000001{n}" for n in range(6)]}, "LimitExceeded"),
        ("ModifyClusterMachine", {"InstanceChargeType": "PREPAID"}, "UnsupportedOperation"),
    ],
)
def test_what_the_newer_version_refuses(
    call: Any, region: Any, action: str, params: dict[str, Any], code: str
) -> None:
    """Nothing is quietly ignored."""
    for n in range(6):
        region.add_security_group(SecurityGroupId=f"sg-0000001{n}")
    machine = {"MachineNames": ["np-native01-abcde"]} if action == "ModifyClusterMachine" else {}
    assert call.error("tke", action, **{"ClusterId": ROUTED, **machine, **params}) == code


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("DescribeClusterEndpoints", {"ClusterId": "cls-00000009"}, "InvalidParameter.ClusterNotFound"),
        ("DescribeIPAMD", {"ClusterId": "cls-00000009"}, "InvalidParameter.ClusterNotFound"),
        ("DescribeClusterNodePools", {"ClusterId": "cls-00000009"}, "InvalidParameter.ClusterNotFound"),
        (
            "DescribeClusterNodePools",
            {"ClusterId": ROUTED, "Filters": only("Tags", "x")},
            "InvalidParameter.Param",
        ),
        ("DescribeClusterRoutes", {"RouteTableName": CNI}, "ResourceNotFound.RouteTableNotFound"),
        ("DescribeClusterRoutes", {"RouteTableName": OVERLAY}, "ResourceNotFound.RouteTableNotFound"),
        (
            "DescribeClusterRoutes",
            {"RouteTableName": ROUTED, "Filters": only("colour", "red")},
            "InvalidParameter.Param",
        ),
    ],
)
def test_what_the_older_version_refuses(local: Any, action: str, params: dict[str, Any], code: str) -> None:
    """Clusters that are not there, tables that no cluster has."""
    assert local.error("tke", action, **params) == code


def test_launch_configurations(call: Any, region: Any) -> None:
    """By id, filter and page; what is left out is filled in."""
    tags = [{"Key": "city", "Value": "shanghai"}]
    other = region.add("launch_configurations", LaunchConfigurationName="second", Tags=tags)

    def found(**params: Any) -> list[str]:
        answer = call("as", "DescribeLaunchConfigurations", **params)
        assert answer["TotalCount"] >= len(answer["LaunchConfigurationSet"])
        return [item["LaunchConfigurationId"] for item in answer["LaunchConfigurationSet"]]

    assert found() == ["asc-0000000a", other]
    assert found(LaunchConfigurationIds=["asc-0000000a"]) == ["asc-0000000a"]
    assert found(Filters=only("launch-configuration-id", "asc-0000000a")) == ["asc-0000000a"]
    assert found(Filters=only("launch-configuration-name", "second")) == [other]
    assert found(Filters=only("vague-launch-configuration-name", "eco")) == [other]
    assert (
        found(Filters=only("tag:city", "shanghai")) == found(Filters=only("tag-value", "shanghai")) == [other]
    )
    assert found(Offset=1, Limit=1) == [other]
    first = call("as", "DescribeLaunchConfigurations")["LaunchConfigurationSet"][0]
    assert (first["SecurityGroupIds"], first["LaunchConfigurationStatus"]) == ([A], "NORMAL")
    both = {"LaunchConfigurationIds": [other], "Filters": only("tag-key", "city")}
    assert call.error("as", "DescribeLaunchConfigurations", **both) == "InvalidParameterConflict"
    assert call.error("as", "DescribeLaunchConfigurations", Filters=only("x", "y")) == "InvalidFilter"
    assert call.error("as", "DescribeLaunchConfigurations", Limit=101) == "InvalidParameterValue.Range"


def test_clusters_survive_a_document(newer: Newer, cloud: Any) -> None:
    """With everything that belongs to them."""
    machine = {"ClusterId": ROUTED, "MachineNames": ["np-native01-abcde"]}
    newer("ModifyClusterMachine", **machine, SecurityGroupIDs=[A, C])
    other = Cloud()
    other.load(cloud.dump())
    assert other.dump() == cloud.dump()


POOL = {"Type": "Native", "NodePoolId": "np-native02"}
NATIVE = {"InstanceId": "np-native02-abcde"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"NodePools": [{}]}, r"NodePools\[0\].Type: is missing"),
        ({"NodePools": [{"Type": "Odd"}]}, r"NodePools\[0\].Type: Invalid enum value 'Odd'"),
        ({"NodePools": [POOL, POOL]}, r"NodePools\[1\].NodePoolId: `np-native02` is there already"),
        (
            {"NodePools": [{**POOL, "SecurityGroupIds": ["sg-00000009"]}]},
            r"NodePools\[0\].Native.SecurityGroupIds\[0\]: `sg-00000009` does not exist",
        ),
        (
            {"NodePools": [{**POOL, "SubnetIds": ["subnet-00000009"]}]},
            r"NodePools\[0\].Native.SubnetIds\[0\]: `subnet-00000009` does not exist",
        ),
        (
            {"NodePools": [{**POOL, "SubnetIds": [], "Native": {"SubnetIds": []}}]},
            r"NodePools\[0\].SubnetIds: is given twice",
        ),
        (
            {"NodePools": [{"Type": "Regular", "LaunchConfigurationId": "asc-00000009"}]},
            r"NodePools\[0\].Regular.LaunchConfigurationId: `asc-00000009` does not exist",
        ),
        (
            {"Instances": [{**NATIVE, "Native": {"SubnetId": "subnet-00000009"}}]},
            r"Instances\[0\].Native.SubnetId: `subnet-00000009` does not exist",
        ),
        (
            {"Instances": [{**NATIVE, "Native": {"SecurityGroupIDs": ["sg-00000009"]}}]},
            r"Instances\[0\].Native.SecurityGroupIDs\[0\]: `sg-00000009` does not exist",
        ),
        (
            {"Instances": [{**NATIVE, "LanIP": "10.0.97.2"}]},
            r"Instances\[0\].Native.LanIp: somebody in `vpc-0000000a` has `10.0.97.2` already",
        ),
        (
            {"Instances": [{**NATIVE, "Native": {"MachineType": "NativeCVM", "InstanceId": "ins-00000009"}}]},
            r"Instances\[0\].Native.InstanceId: `ins-00000009` does not exist",
        ),
        (
            {
                "Instances": [
                    {
                        **NATIVE,
                        "Native": {
                            "MachineType": "NativeCVM",
                            "InstanceId": MACHINE,
                            "SecurityGroupIDs": [B],
                        },
                    }
                ]
            },
            "SecurityGroupIDs: contradicts `instances`",
        ),
        (
            {"Endpoints": {"SecurityGroup": "sg-00000009"}},
            "Endpoints.SecurityGroup: `sg-00000009` does not exist",
        ),
        ({"IPAMD": {"SubnetIds": ["subnet-00000009"]}}, r"IPAMD.SubnetIds\[0\]: `subnet-00000009`"),
        ({"IPAMD": {"Colour": "red"}}, "unknown field `Colour`"),
    ],
)
def test_what_documents_are_refused_for(
    region: Any, cloud: Any, fields: dict[str, Any], message: str
) -> None:
    """By the place of the mistake, and nothing of the cluster is left behind."""
    before, bindings = cloud.dump(), dict(region[VpcState].bindings)
    bound = {"Endpoints": {"SecurityGroup": A}} if "Instances" in fields else {}
    with pytest.raises(StateError, match=message):
        region.add_cluster(VpcId="vpc-0000000a", **bound, **fields)
    assert cloud.dump() == before
    assert region[VpcState].bindings == bindings
