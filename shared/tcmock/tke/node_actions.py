"""Nodes and regular pools (version 2018-05-25)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, page
from tcmock.tke.cluster_actions import find
from tcmock.tke.errors import BAD_PARAMETER
from tcmock.tke.node_pools import NodePool, RegularPool
from tcmock.tke.nodes import Node
from tcmock.tke.state import ClusterState

_ROLES = ("WORKER", "MASTER", "ETCD", "MASTER_ETCD", "ALL")
_SHOWN = ("Regular", "Native")
"""This version knows no other nodes."""
_LATER = ("native", "super_", "external")
_ORIGINS: Mapping[str, Filter[Node]] = {
    "ALL": lambda node, _: bool(node.node_pool_id),
    "MANUALLY_ADDED": lambda node, _: bool(node.node_pool_id) and not node.autoscaling_group_id,
    "AUTOSCALING_ADDED": lambda node, _: bool(node.node_pool_id) and bool(node.autoscaling_group_id),
}
_NODE_FILTERS: Mapping[str, Filter[Node]] = {
    "nodepool-id": lambda node, value: node.node_pool_id == value,
    "nodepool-instance-type": lambda node, value: value in _ORIGINS and _ORIGINS[value](node, value),
}
_POOL_FILTERS: Mapping[str, Filter[NodePool]] = {
    "NodePoolsName": lambda pool, value: pool.name == value,
    "NodePoolsId": lambda pool, value: pool.node_pool_id == value,
}


def describe(call: Invocation) -> Answer:
    """Nodes of a cluster, workers unless told otherwise (https://cloud.tencent.com/document/api/457/31863)."""
    cluster, role = find(call), call.params.text("InstanceRole") or "WORKER"
    if role not in _ROLES:
        raise APIError(BAD_PARAMETER, f"`InstanceRole` is `{role}`; it must be one of {', '.join(_ROLES)}.")
    wanted = call.params.texts("InstanceIds")
    found = [
        node
        for node in filtered(cluster.nodes.values(), call.params, _NODE_FILTERS, code=BAD_PARAMETER)
        if role in ("ALL", node.instance_role)
        and node.node_type in _SHOWN
        and (not wanted or node.instance_id in wanted)
    ]
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    shown = page(found, offset, limit, code=BAD_PARAMETER)
    return {"TotalCount": len(found), "InstanceSet": [_described(node) for node in shown]}


def describe_pools(call: Invocation) -> Answer:
    """The pools with a scaling group; their security groups stand in its launch configuration."""
    cluster = find(call)
    regular = [pool for pool in cluster.node_pools.values() if pool.type == "Regular"]
    found = filtered(regular, call.params, _POOL_FILTERS, code=BAD_PARAMETER)
    return {
        "NodePoolSet": [_pool(cluster, pool, pool.regular or RegularPool()) for pool in found],
        "TotalCount": len(found),
    }


def node_counts(cluster: ClusterState, pool_id: str) -> dict[str, object]:
    """How many nodes of a pool somebody added, and how many the scaling group did."""
    nodes = [node for node in cluster.nodes.values() if node.node_pool_id == pool_id]
    by_group = sum(bool(node.autoscaling_group_id) for node in nodes)
    return {
        name: {"Joining": 0, "Initializing": 0, "Normal": count, "Total": count}
        for name, count in (("ManuallyAdded", len(nodes) - by_group), ("AutoscalingAdded", by_group))
    }


def _described(node: Node) -> dict[str, object]:
    members: dict[str, object] = msgspec.to_builtins(node)
    for name in ("Native", "Super", "External"):  # the newer version's
        del members[name]
    return members


def _pool(cluster: ClusterState, pool: NodePool, regular: RegularPool) -> dict[str, object]:
    empty = {"Name": "", "Version": ""}
    return {
        "NodePoolId": pool.node_pool_id,
        "Name": pool.name,
        "ClusterInstanceId": pool.cluster_id,
        "LifeState": pool.life_state,
        "LaunchConfigurationId": regular.launch_configuration_id,
        "AutoscalingGroupId": regular.autoscaling_group_id,
        "Labels": pool.labels,
        "Taints": pool.taints,
        "Annotations": pool.annotations,
        "NodeCountSummary": node_counts(cluster, pool.node_pool_id),
        "AutoscalingGroupStatus": regular.autoscaling_group_status,
        "MaxNodesNum": regular.max_nodes_num,
        "MinNodesNum": regular.min_nodes_num,
        "DesiredNodesNum": regular.desired_nodes_num,
        "RuntimeConfig": {"RuntimeType": "containerd", "RuntimeVersion": "1.6.9"},
        "NodePoolOs": regular.node_pool_os,
        "OsCustomizeType": "GENERAL",
        "ImageId": "",
        "DesiredPodNum": 0,
        "UserScript": "",
        "Tags": msgspec.to_builtins(pool.tags) or None,
        "DeletionProtection": pool.deletion_protection,
        "ExtraArgs": {"Kubelet": []},
        "GPUArgs": {
            "CUDA": empty,
            "CUDNN": {**empty, "DevName": "", "DocName": ""},
            "CustomDriver": {"Address": ""},
            "Driver": empty,
            "MIGEnable": False,
        },
        "DockerGraphPath": "",
        "DataDisks": None,
        "Unschedulable": int(pool.unschedulable),
        "PreStartUserScript": "",
    }
