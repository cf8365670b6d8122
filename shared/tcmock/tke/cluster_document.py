"""Clusters as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import msgspec

from tcmock.clock import utc_time
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_new_id, check_reference, converted, text, under
from tcmock.tke.models import Cluster, Endpoints, Ipamd
from tcmock.tke.node_document import add_node, dump_node
from tcmock.tke.node_pool_document import add_pool
from tcmock.tke.node_pools import NodePool
from tcmock.tke.state import ClusterState, TkeState
from tcmock.vpc.binding import Binding
from tcmock.vpc.state import VpcState

_NETWORK_SHORTCUTS = ("VpcId", "ClusterCIDR", "ServiceCIDR", "Subnets")
_APART = (*_NETWORK_SHORTCUTS, "NetworkType", "Instances", "NodePools", "Endpoints", "IPAMD")
"""Members of an entry that are no members of a cluster."""
_WITH_CNI = ("VPC-CNI", "GR+VPC-CNI")


def add(region: Region, fields: Fields) -> str:
    """A cluster. `VpcId`, alone or within `ClusterNetworkSettings`, must be given."""
    clusters = region[TkeState].clusters
    cluster_id = text({"ClusterId": region.ids.resource("cls"), **fields}, "ClusterId")
    check_new_id("ClusterId", "cls", cluster_id, clusters)
    network = _network(fields)
    check_reference("VpcId", text(network, "VpcId"), region[VpcState].vpcs, "vpcs")
    pools = _pools(region, cluster_id, _listed(fields, "NodePools"))
    about = _about(region, fields, cluster_id, network)
    with region[VpcState].all_or_nothing():
        endpoints = _endpoints(region, fields, cluster_id)
        state = ClusterState(about, endpoints, _ipamd(region, fields, about), pools)
        _add_nodes(region, state, _listed(fields, "Instances"))
        state.about = _counted(state, fields)
    clusters[cluster_id] = state
    for pool in pools.values():
        region[VpcState].named[f"{cluster_id}/{pool.node_pool_id}"] = pool.groups
    return cluster_id


def dump(region: Region) -> list[dict[str, object]]:
    """The entries that load as the clusters."""
    return [
        {
            **msgspec.to_builtins(cluster.about),
            "Endpoints": msgspec.to_builtins(cluster.endpoints),
            "IPAMD": msgspec.to_builtins(cluster.ipamd),
            "NodePools": msgspec.to_builtins(list(cluster.node_pools.values())),
            "Instances": [dump_node(region, node) for node in cluster.nodes.values()],
        }
        for cluster in region[TkeState].clusters.values()
    ]


def _pools(region: Region, cluster_id: str, entries: list[dict[str, object]]) -> dict[str, NodePool]:
    pools: dict[str, NodePool] = {}
    for index, entry in enumerate(entries):
        with under(f"NodePools[{index}]"):
            pool = add_pool(region, cluster_id, entry, pools)
        pools[pool.node_pool_id] = pool
    return pools


def _add_nodes(region: Region, cluster: ClusterState, entries: list[dict[str, object]]) -> None:
    for index, entry in enumerate(entries):
        with under(f"Instances[{index}]"):
            node = add_node(region, cluster, entry)
        cluster.nodes[node.instance_id] = node


def _about(region: Region, fields: Fields, cluster_id: str, network: Fields) -> Cluster:
    given = {
        "ClusterId": cluster_id,
        "ClusterName": cluster_id,
        "Property": _property(text({"NetworkType": "GR", **fields}, "NetworkType")),
        "CreatedTime": utc_time(region.clock()),
        **{name: value for name, value in fields.items() if name not in _APART},
        "ClusterNetworkSettings": network,
    }
    cluster = converted(given, Cluster)
    for index, subnet_id in enumerate(cluster.cluster_network_settings.subnets or []):
        check_reference(f"Subnets[{index}]", subnet_id, region[VpcState].subnets, "subnets")
    return cluster


def _counted(cluster: ClusterState, fields: Fields) -> Cluster:
    """With the numbers of nodes that it has, unless the document says otherwise."""
    roles = [node.instance_role for node in cluster.nodes.values()]
    counts = {
        "ClusterNodeNum": roles.count("WORKER"),
        "ClusterMaterNodeNum": roles.count("MASTER") + roles.count("MASTER_ETCD"),
        "ClusterEtcdNodeNum": roles.count("ETCD") + roles.count("MASTER_ETCD"),
    }
    missing = {name: count for name, count in counts.items() if name not in fields}
    return converted({**msgspec.to_builtins(cluster.about), **missing}, Cluster)


def _network(fields: Fields) -> dict[str, object]:
    inner = converted(fields.get("ClusterNetworkSettings", {}), dict[str, object])
    short = {name: fields[name] for name in _NETWORK_SHORTCUTS if name in fields}
    for name in short:
        if name in inner:
            raise StateError(name, "is given twice: keep it here or in ClusterNetworkSettings")
    return {**inner, **short}


def _property(network_type: str) -> str:
    """As documented; a cluster whose pods may have interfaces of their own names their kind too."""
    about = {"NodeNameType": "lan-ip", "NetworkType": network_type.removesuffix("+VPC-CNI")}
    if network_type in _WITH_CNI:
        about["VpcCniType"] = "tke-route-eni"
    return msgspec.json.encode(about).decode()


def _endpoints(region: Region, fields: Fields, cluster_id: str) -> Endpoints:
    given = converted(fields.get("Endpoints", {}), dict[str, object])
    domain = f"{cluster_id}.ccs.tencent-cloud.com"
    endpoints, vpc = converted({"ClusterDomain": domain, **given}, Endpoints), region[VpcState]
    for name, group_id in (
        ("SecurityGroup", endpoints.security_group),
        ("IntranetSecurityGroup", endpoints.intranet_security_group),
    ):
        if group_id:
            check_reference(f"Endpoints.{name}", group_id, vpc.security_groups, "security_groups")
            vpc.bindings[f"{cluster_id}/{name}"] = Binding("CLB", (group_id,))
    return endpoints


def _ipamd(region: Region, fields: Fields, cluster: Cluster) -> Ipamd:
    """Installed where pods have interfaces of their own, with the subnets of the cluster."""
    subnets = cluster.cluster_network_settings.subnets
    installed = {
        "EnableIPAMD": True,
        "Phase": "running",
        "ClaimExpiredDuration": "0s",
        "SubnetIds": subnets,
    }
    given = converted(fields.get("IPAMD", {}), dict[str, object])
    ipamd = converted({**(installed if subnets else {}), **given}, Ipamd)
    for index, subnet_id in enumerate(ipamd.subnet_ids or []):
        check_reference(f"IPAMD.SubnetIds[{index}]", subnet_id, region[VpcState].subnets, "subnets")
    return ipamd


def _listed(fields: Fields, name: str) -> list[dict[str, object]]:
    with under(name):
        return converted(fields.get(name, []), list[dict[str, object]])
