"""The cluster file: which networks a group's cluster has.

{"cluster_id": "cls-…", "role": "node", "pod_cidrs": […], "node_cidrs": […], "vpc_cidrs": […]}
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sgguard.config.reader import Reader, Source
from sgguard.model.cluster import ClusterScope, Role
from sgguard.traffic.address import parse_network

_ROLES: Mapping[str, Role] = {"node": "node", "master": "master"}


def read_cluster(document: object, where: str | Source) -> ClusterScope:
    """The cluster of a decoded cluster file. `where` names the file in errors.

    Raises ConfigError with everything that is wrong.
    """
    reader = Reader(document, where)
    reader.only(("cluster_id", "role", "pod_cidrs", "node_cidrs", "vpc_cidrs"))
    scope = ClusterScope(
        cluster_id=reader.text("cluster_id"),
        role=reader.choice("role", _ROLES, "node"),
        pod_cidrs=reader.texts("pod_cidrs", _network),
        node_cidrs=reader.texts("node_cidrs", _network),
        vpc_cidrs=reader.texts("vpc_cidrs", _network, required=False),
    )
    if reader.has("node_cidrs") and not scope.node_cidrs and not reader.problems:
        reader.problem(
            "node_cidrs",
            "is empty, so nothing could be required of the group",
            "Name the subnets of the nodes, or the CIDR of the VPC.",
        )
    reader.finish()
    return scope


@lru_cache(maxsize=4096)
def _network(text: str) -> None:
    if "-" in text:
        raise ValueError(f"{text!r} is a range, not a CIDR")
    parse_network(text)
