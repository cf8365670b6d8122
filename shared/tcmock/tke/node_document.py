"""Nodes as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_time, utc_time
from tcmock.cvm.state import CvmState
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_reference, check_unique, converted, text, under
from tcmock.tke.node_pools import NativePool
from tcmock.tke.nodes import MACHINE, NativeNode, Node
from tcmock.tke.state import ClusterState
from tcmock.vpc.document import binding, check_free, free_address
from tcmock.vpc.state import VpcState

_NATIVE = "np-"
_GROUPS = "SecurityGroupIDs"
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


def add_node(region: Region, cluster: ClusterState, entry: Fields) -> Node:
    """A node; needs `InstanceId`. `Native` holds what only native ones have, `SecurityGroupIDs` included."""
    instance_id = text(entry, "InstanceId")
    check_unique("InstanceId", instance_id, cluster.nodes)
    given: dict[str, object] = {
        "CreatedTime": utc_time(region.clock()),
        "LanIP": "",
        "InstanceAdvancedSettings": _ADVANCED_SETTINGS,
        **entry,
    }
    if instance_id.startswith(_NATIVE) or entry.get("Native"):
        with under("Native"):
            native = _native(region, cluster, entry)
        given |= {"Native": msgspec.to_builtins(native), "LanIP": native.lan_ip}
    elif instance_id.startswith(MACHINE):
        address = _address(region, instance_id)
        given["LanIP"] = entry.get("LanIP", address)
    return converted(given, Node)


def dump_node(region: Region, node: Node) -> dict[str, object]:
    """The entry that loads as that node."""
    entry: dict[str, object] = msgspec.to_builtins(node)
    if node.native:
        entry["Native"] = described(region, node.native)
    return entry


def described(region: Region, native: NativeNode) -> dict[str, object]:
    """What only a native node has, with its groups."""
    groups = list(region[VpcState].bindings[native.owner].groups)
    return {**msgspec.to_builtins(native), "SecurityGroupIDs": groups}


def _native(region: Region, cluster: ClusterState, entry: Fields) -> NativeNode:
    """A native node, bound to its groups: those of its pool unless it has its own."""
    given = converted(entry.get("Native") or {}, dict[str, object])
    name, pool = text(entry, "InstanceId"), _pool(cluster, entry)
    vpc, subnet_id = region[VpcState], text({"SubnetId": _first(pool.subnet_ids), **given}, "SubnetId")
    if subnet_id:
        check_reference("SubnetId", subnet_id, vpc.subnets, "subnets")
    members = {
        "MachineName": name,
        "DisplayName": name,
        "CreatedAt": china_time(region.clock()),
        "Zone": vpc.subnets[subnet_id].zone if subnet_id else "",
        "VpcId": cluster.about.cluster_network_settings.vpc_id,
        "MachineType": pool.machine_type,
        "InstanceId": region.ids.resource("eks"),
        "LanIp": entry.get("LanIP", ""),
        **{member: value for member, value in given.items() if member != _GROUPS},
        "SubnetId": subnet_id,
    }
    native = converted(members, NativeNode)
    groups = converted(given.get(_GROUPS, pool.security_group_ids), list[str])
    if native.owner != name:
        return _machine(region, native, groups if _GROUPS in given else None)
    address = native.lan_ip or (free_address(vpc, vpc.subnets[subnet_id]) if subnet_id else "")
    check_free(vpc, native.vpc_id, [address], "LanIp")
    vpc.bindings[name] = binding(vpc, "EKS", groups, _GROUPS)
    vpc.addresses.setdefault(native.vpc_id, set()).update({address} - {""})
    return msgspec.structs.replace(native, lan_ip=address)


def _machine(region: Region, native: NativeNode, groups: list[str] | None) -> NativeNode:
    """A native node that is a machine of cvm, which has the groups."""
    address = _address(region, native.instance_id)
    bound = list(region[VpcState].bindings[native.instance_id].groups)
    if groups not in (None, bound):
        raise StateError(_GROUPS, f"contradicts `instances`: `{native.instance_id}` has {', '.join(bound)}")
    return msgspec.structs.replace(native, lan_ip=native.lan_ip or address)


def _pool(cluster: ClusterState, entry: Fields) -> NativePool:
    pool = cluster.node_pools.get(text({"NodePoolId": "", **entry}, "NodePoolId"))
    return pool.native if pool and pool.native else NativePool()


def _first(items: list[str]) -> str:
    return items[0] if items else ""


def _address(region: Region, instance_id: str) -> str:
    instances = region[CvmState].instances
    check_reference("InstanceId", instance_id, instances, "instances")
    return _first(instances[instance_id].private_ip_addresses)
