"""DescribeClusters and DescribeClusterInstances."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, named, page
from tcmock.tke.models import Cluster, ClusterInstance

_BAD_PARAMETER = "InvalidParameter.Param"
_ROLES = ("WORKER", "MASTER", "ETCD", "MASTER_ETCD", "ALL")
_CLUSTER_FILTERS: dict[str, Callable[[Cluster], Iterable[str]]] = {
    "ClusterName": lambda cluster: [cluster.cluster_name],
    "ClusterStatus": lambda cluster: [cluster.cluster_status],
    "ClusterType": lambda cluster: [cluster.cluster_type],
    "vpc-id": lambda cluster: [cluster.cluster_network_settings.vpc_id],
}
_NODE_FILTERS: dict[str, Callable[[ClusterInstance], Iterable[str]]] = {
    "nodepool-id": lambda node: [node.node_pool_id],
}


def describe_clusters(call: Invocation) -> Answer:
    """Clusters by id, type or filter (https://cloud.tencent.com/document/api/457/31862)."""
    about = {cluster_id: cluster.about for cluster_id, cluster in call.region.clusters.items()}
    listed = named(about, call.params, "ClusterIds")
    found = filtered(listed, call.params, _CLUSTER_FILTERS.get, code=_BAD_PARAMETER)
    kind = call.params.text("ClusterType")
    if kind:
        found = [cluster for cluster in found if cluster.cluster_type == kind]
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    return {
        "TotalCount": len(found),
        "Clusters": msgspec.to_builtins(page(found, offset, limit, code=_BAD_PARAMETER)),
    }


def describe_instances(call: Invocation) -> Answer:
    """Nodes of a cluster, workers unless told otherwise (https://cloud.tencent.com/document/api/457/31863)."""
    cluster = call.region.clusters.get(call.params.text("ClusterId"))
    if cluster is None:
        raise APIError(
            "InvalidParameter.ClusterNotFound",
            f"The cluster `{call.params.text('ClusterId')}` does not exist.",
        )
    role = call.params.text("InstanceRole") or "WORKER"
    if role not in _ROLES:
        raise APIError(_BAD_PARAMETER, f"`InstanceRole` is `{role}`; it must be one of {', '.join(_ROLES)}.")
    wanted = call.params.texts("InstanceIds")
    found = [
        node
        for node in filtered(cluster.instances.values(), call.params, _NODE_FILTERS.get, code=_BAD_PARAMETER)
        if role in ("ALL", node.instance_role) and (not wanted or node.instance_id in wanted)
    ]
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    return {
        "TotalCount": len(found),
        "InstanceSet": msgspec.to_builtins(page(found, offset, limit, code=_BAD_PARAMETER)),
    }
