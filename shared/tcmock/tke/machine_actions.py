"""Nodes and pools of every type (version 2022-05-01)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, flag, page
from tcmock.tke.cluster_actions import find
from tcmock.tke.errors import BAD_PARAMETER
from tcmock.tke.node_actions import node_counts
from tcmock.tke.node_document import described
from tcmock.tke.node_pools import NodePool
from tcmock.tke.nodes import NativeNode, Node
from tcmock.tke.state import ClusterState
from tcmock.vpc.binding import Binding
from tcmock.vpc.state import VpcState, overfull

_POOL_FILTERS: Mapping[str, Filter[NodePool]] = {
    "NodePoolsName": lambda pool, value: pool.name == value,
    "NodePoolsId": lambda pool, value: pool.node_pool_id == value,
}
_NOT_CHANGED = ("SystemDisk", "InstanceChargePrepaid", "InstanceChargeType", "ModifyPortableDataDisk")


def describe_pools(call: Invocation) -> Answer:
    """The node pools of a cluster, with the groups of native and super nodes."""
    cluster = find(call)
    found = filtered(
        cluster.node_pools.values(),
        call.params,
        _POOL_FILTERS,
        code=BAD_PARAMETER,
        tags=lambda pool: pool.tags,
    )
    shown = page(found, *_page(call), code=BAD_PARAMETER)
    return {"NodePools": [_pool(cluster, pool) for pool in shown], "TotalCount": len(found)}


def describe(call: Invocation) -> Answer:
    """The nodes of a cluster; native ones tell their groups."""
    for name in ("SortBy", "NeedTags"):
        if name in call.params:
            raise not_emulated(f"`{name}` of DescribeClusterInstances")
    cluster = find(call)
    found = filtered(cluster.nodes.values(), call.params, _node_filters(cluster), code=BAD_PARAMETER)
    shown = page(found, *_page(call), code=BAD_PARAMETER)
    return {
        "TotalCount": len(found),
        "InstanceSet": [_node(call, node) for node in shown],
        "Errors": [],
    }


def modify(call: Invocation) -> Answer:
    """Give native nodes another name to show, or these groups instead of their own."""
    for name in _NOT_CHANGED:
        if name in call.params:
            raise not_emulated(f"`{name}` of ModifyClusterMachine")
    cluster, vpc = find(call), call.region[VpcState]
    machines = [_machine(cluster, name) for name in call.params.texts("MachineNames")]
    groups = tuple(dict.fromkeys(call.params.texts("SecurityGroupIDs")))
    for group_id in groups:
        if group_id not in vpc.security_groups:
            raise APIError(BAD_PARAMETER, f"The security group `{group_id}` does not exist.")
    if groups:
        changes = {machine.owner: Binding(vpc.bindings[machine.owner].kind, groups) for machine in machines}
        if overfull(changes) or vpc.crowded(changes):
            raise APIError("LimitExceeded", "Too many security groups on a node, or nodes with a group.")
        vpc.bindings.update(changes)
    shown = call.params.text("DisplayName")
    for machine in machines if shown else ():
        named = msgspec.structs.replace(machine, display_name=shown)
        node = cluster.nodes[machine.machine_name]
        cluster.nodes[machine.machine_name] = msgspec.structs.replace(node, native=named)
    return {}


def _page(call: Invocation) -> tuple[int | None, int | None]:
    """Offset and limit; a published example asks for 0 items and gets some."""
    return call.params.number("Offset"), call.params.number("Limit") or None


def _machine(cluster: ClusterState, name: str) -> NativeNode:
    node = cluster.nodes.get(name)
    if node is None or node.native is None:
        raise APIError("ResourceNotFound", f"The cluster has no native node `{name}`.")
    return node.native


def _pool(cluster: ClusterState, pool: NodePool) -> dict[str, object]:
    members: dict[str, object] = msgspec.to_builtins(pool)
    if pool.tags:
        members["Tags"] = [{"ResourceType": "machine", "Tags": members["Tags"]}]
    if pool.regular:
        counts = node_counts(cluster, pool.node_pool_id)
        members["Regular"] = {**msgspec.to_builtins(pool.regular), "NodeCountSummary": counts}
    return members


def _node(call: Invocation, node: Node) -> dict[str, object]:
    regular = {
        "AutoscalingGroupId": node.autoscaling_group_id,
        "InstanceAdvancedSettings": {
            "DesiredPodNumber": 64,
            "ExtraArgs": {"Kubelet": None},
            "PreStartUserScript": None,
            "RuntimeConfig": None,
            "UserScript": "",
        },
    }
    return {
        "InstanceId": node.instance_id,
        "InstanceRole": node.instance_role,
        "FailedReason": node.failed_reason,
        "InstanceState": node.instance_state,
        "Unschedulable": False,
        "CreatedTime": node.created_time,
        "LanIP": node.lan_ip,
        "NodePoolId": node.node_pool_id,
        "NodeType": node.node_type,
        "Native": described(call.region, node.native) if node.native else None,
        "Regular": regular if node.node_type == "Regular" else None,
        "Super": msgspec.to_builtins(node.super_),
        "External": msgspec.to_builtins(node.external),
    }


def _node_filters(cluster: ClusterState) -> Mapping[str, Filter[Node]]:
    def pool_name(node: Node) -> str:
        pool = cluster.node_pools.get(node.node_pool_id)
        return pool.name if pool else ""

    return {
        "InstanceIds": lambda node, value: node.instance_id == value,
        "InstanceType": lambda node, value: node.node_type == value,
        "InstanceStates": lambda node, value: node.instance_state == value,
        "NodePoolIds": lambda node, value: node.node_pool_id == value,
        "NodePoolNames": lambda node, value: pool_name(node) == value,
        "VagueIpAddress": lambda node, value: value in node.lan_ip,
        "VagueInstanceName": lambda node, value: value in node.instance_id,
        "Unschedulable": lambda _, value: not flag(value),
    }
