"""What tke keeps of one region."""

from __future__ import annotations

import msgspec

from tcmock.tke.models import Cluster, Endpoints, Ipamd
from tcmock.tke.node_pools import NodePool
from tcmock.tke.nodes import Node


class ClusterState(msgspec.Struct):
    """A cluster and what belongs to it, by id."""

    about: Cluster
    endpoints: Endpoints
    ipamd: Ipamd
    node_pools: dict[str, NodePool] = {}
    nodes: dict[str, Node] = {}


class TkeState(msgspec.Struct):
    """Clusters by id, in the order they were made."""

    clusters: dict[str, ClusterState] = {}
