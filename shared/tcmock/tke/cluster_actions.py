"""Clusters as they are listed, with their endpoints and the ranges of their pods (version 2018-05-25)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, named, page
from tcmock.tke.errors import BAD_PARAMETER, cluster_not_found
from tcmock.tke.models import Cluster
from tcmock.tke.state import ClusterState, TkeState

_FILTERS: Mapping[str, Filter[Cluster]] = {
    "ClusterName": lambda cluster, value: cluster.cluster_name == value,
    "ClusterStatus": lambda cluster, value: cluster.cluster_status == value,
    "ClusterType": lambda cluster, value: cluster.cluster_type == value,
    "vpc-id": lambda cluster, value: cluster.cluster_network_settings.vpc_id == value,
}
_BRIEF = (
    *("ClusterId", "ClusterName", "ClusterDescription", "ClusterVersion", "ClusterType", "ClusterStatus"),
    *("CreatedTime", "ClusterLevel"),
)


def find(call: Invocation) -> ClusterState:
    """The cluster that a request names. Raises APIError if it is not there."""
    clusters, cluster_id = call.region[TkeState].clusters, call.params.text("ClusterId")
    if cluster_id not in clusters:
        raise cluster_not_found(cluster_id)
    return clusters[cluster_id]


def describe(call: Invocation) -> Answer:
    """Clusters by id, type or filter (https://cloud.tencent.com/document/api/457/31862)."""
    clusters = call.region[TkeState].clusters
    about = {cluster_id: cluster.about for cluster_id, cluster in clusters.items()}
    found = filtered(named(about, call.params, "ClusterIds"), call.params, _FILTERS, code=BAD_PARAMETER)
    kind = call.params.text("ClusterType")
    if kind:
        found = [cluster for cluster in found if cluster.cluster_type == kind]
    offset, limit = call.params.number("Offset"), call.params.number("Limit")
    shown = page(found, offset, limit, code=BAD_PARAMETER)
    return {"TotalCount": len(found), "Clusters": msgspec.to_builtins(shown)}


def describe_briefly(call: Invocation) -> Answer:
    """The same clusters, with fewer members (version 2022-05-01)."""
    answer = describe(call)
    clusters = msgspec.convert(answer["Clusters"], list[dict[str, object]])
    return {
        "TotalCount": answer["TotalCount"],
        "Clusters": [
            {
                **{name: cluster[name] for name in _BRIEF},
                "TagSpecification": cluster["TagSpecification"] or [],
                "VpcId": msgspec.convert(cluster["ClusterNetworkSettings"], dict[str, object])["VpcId"],
            }
            for cluster in clusters
        ],
        "Errors": [],
    }


def describe_endpoints(call: Invocation) -> Answer:
    """How the API server is reached."""
    answer: Answer = msgspec.to_builtins(find(call).endpoints)
    return answer


def describe_ipamd(call: Invocation) -> Answer:
    """Whether pods have addresses of subnets, and of which."""
    answer: Answer = msgspec.to_builtins(find(call).ipamd)
    return answer
