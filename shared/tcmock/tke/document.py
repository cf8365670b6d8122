"""Clusters as state documents write them, with what may be left out filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tcmock.clock import utc_time
from tcmock.errors import StateError
from tcmock.structure import Fields, check_new_id, check_reference, check_unique, converted, text, under
from tcmock.tke.models import Cluster, ClusterInstance, ClusterState

if TYPE_CHECKING:
    from tcmock.region import Region

_NETWORK_SHORTCUTS = ("VpcId", "ClusterCIDR", "ServiceCIDR", "Subnets")
_SHORTCUTS = (*_NETWORK_SHORTCUTS, "NetworkType", "Instances")
_MACHINE = "ins-"
"""Nodes of other kinds (``np-…``, ``eks-…``) are unknown to cvm."""
_ADVANCED_SETTINGS: dict[str, object] = {
    "MountTarget": "",
    "DockerGraphPath": "",
    "UserScript": "",
    "Unschedulable": 0,
    "Labels": [],
    "Taints": None,
    "DataDisks": None,
    "ExtraArgs": {"Kubelet": []},
    "DesiredPodNumber": 0,
    "GPUArgs": None,
    "PreStartUserScript": None,
}


def new_cluster(fields: Fields, region: Region) -> ClusterState:
    """A cluster. `VpcId`, alone or within `ClusterNetworkSettings`, must be given."""
    nodes = _instances(fields, region)
    roles = [node.instance_role for node in nodes.values()]
    shape = {name: value for name, value in fields.items() if name not in _SHORTCUTS}
    cluster_id = text({"ClusterId": region.ids.resource("cls"), **fields}, "ClusterId")
    given = {
        "ClusterId": cluster_id,
        "ClusterName": cluster_id,
        "ClusterNodeNum": roles.count("WORKER"),
        "ClusterMaterNodeNum": roles.count("MASTER") + roles.count("MASTER_ETCD"),
        "ClusterEtcdNodeNum": roles.count("ETCD") + roles.count("MASTER_ETCD"),
        "Property": _property(text({"NetworkType": "GR", **fields}, "NetworkType")),
        "CreatedTime": utc_time(region.clock()),
        **shape,
        "ClusterNetworkSettings": _network(fields),
    }
    cluster = converted(given, Cluster)
    check_new_id("ClusterId", "cls", cluster.cluster_id, region.clusters)
    network = cluster.cluster_network_settings
    check_reference("VpcId", network.vpc_id, region.vpcs, "vpcs")
    for index, subnet_id in enumerate(network.subnets or []):
        check_reference(f"Subnets[{index}]", subnet_id, region.subnets, "subnets")
    return ClusterState(cluster, nodes)


def cluster_document(cluster: ClusterState) -> dict[str, object]:
    """The document that loads as this very cluster."""
    return {
        **msgspec.to_builtins(cluster.about),
        "Instances": msgspec.to_builtins(list(cluster.instances.values())),
    }


def _network(fields: Fields) -> dict[str, object]:
    inner = converted(fields.get("ClusterNetworkSettings", {}), dict[str, object])
    short = {name: fields[name] for name in _NETWORK_SHORTCUTS if name in fields}
    for name in short:
        if name in inner:
            raise StateError(name, "is given twice: keep it here or in ClusterNetworkSettings")
    text({**inner, **short}, "VpcId")
    return {**inner, **short}


def _property(network_type: str) -> str:
    """As documented; VPC-CNI clusters name their kind of interface too."""
    about = {"NodeNameType": "lan-ip", "NetworkType": network_type}
    if network_type == "VPC-CNI":
        about["VpcCniType"] = "tke-route-eni"
    return msgspec.json.encode(about).decode()


def _instances(fields: Fields, region: Region) -> dict[str, ClusterInstance]:
    listed = converted(fields.get("Instances", []), list[dict[str, object]])
    nodes: dict[str, ClusterInstance] = {}
    for index, entry in enumerate(listed):
        with under(f"Instances[{index}]"):
            node = _instance(entry, region)
            check_unique("InstanceId", node.instance_id, nodes)
        nodes[node.instance_id] = node
    return nodes


def _instance(entry: Fields, region: Region) -> ClusterInstance:
    instance_id = text(entry, "InstanceId")
    address = ""
    if instance_id.startswith(_MACHINE):
        check_reference("InstanceId", instance_id, region.instances, "instances")
        address = next(iter(region.instances[instance_id].private_ip_addresses), "")
    given = {
        "CreatedTime": utc_time(region.clock()),
        "LanIP": address,
        "InstanceAdvancedSettings": _ADVANCED_SETTINGS,
        **entry,
    }
    return converted(given, ClusterInstance)
