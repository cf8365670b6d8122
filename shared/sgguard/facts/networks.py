"""The networks of a cluster: where its pods and its machines have their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sgguard.errors import GatherError
from sgguard.facts.ports import Subnet, Vpc
from sgguard.model.cluster import Cluster
from sgguard.model.finding import Family
from sgguard.traffic.address import parse_network
from sgguard.traffic.span import Span


class Networks(msgspec.Struct, frozen=True):
    """The networks of one cluster, as CIDRs."""

    pods: tuple[str, ...]
    nodes: tuple[str, ...]


def networks(cluster: Cluster, vpc: Vpc) -> Networks:
    """Where a cluster's pods and machines have their addresses. Raises GatherError where nothing tells."""
    return Networks(_pod_cidrs(cluster, vpc), _node_cidrs(cluster, vpc))


def _pod_cidrs(cluster: Cluster, vpc: Vpc) -> tuple[str, ...]:
    """Where pods have their addresses.

    GlobalRouter and Cilium: ``ClusterCIDR`` and assistant CIDRs. VPC-CNI: the container subnets. Both where a
    cluster has both. Pods of super nodes have addresses of their pool's subnets.
    https://cloud.tencent.com/document/api/457/31866#ClusterNetworkSettings
    """
    super_pools = (pool for pool in cluster.pools if pool.kind == "super")
    subnet_ids = {*cluster.pod_subnet_ids, *(subnet for pool in super_pools for subnet in pool.subnet_ids)}
    found = tuple(dict.fromkeys((*cluster.pod_cidrs, *_cidrs(vpc, subnet_ids))))
    if not found:
        raise GatherError(
            f"The pod network of {cluster.cluster_id} is not known: it has neither a ClusterCIDR nor "
            "container subnets that can be read.",
            next_step="Check the cluster's network settings and the guard's permission for DescribeSubnets.",
        )
    return found


def _node_cidrs(cluster: Cluster, vpc: Vpc) -> tuple[str, ...]:
    """The subnets that the cluster's machines sit in, or will: those of its pools while it has no machine."""
    found = dict.fromkeys(cidr for subnet in _homes(cluster, vpc) for cidr in subnet.cidrs)
    if not cluster.machines:
        found = dict.fromkeys(_cidrs(vpc, {subnet for pool in cluster.pools for subnet in pool.subnet_ids}))
    if not found and not any(machine.address for machine in cluster.machines):
        raise GatherError(
            f"No machine of {cluster.cluster_id} has an address yet, so its node network is not known.",
            next_step="The sweep looks again when they have.",
            retryable=True,
        )
    return tuple(found)


def _cidrs(vpc: Vpc, subnet_ids: Iterable[str]) -> Iterator[str]:
    wanted = frozenset(subnet_ids)
    return (cidr for subnet in vpc.subnets if subnet.subnet_id in wanted for cidr in subnet.cidrs)


def _homes(cluster: Cluster, vpc: Vpc) -> list[Subnet]:
    """The subnet of each machine that has an address."""
    spans = [(subnet, [parse_network(cidr) for cidr in subnet.cidrs]) for subnet in vpc.subnets]
    found: dict[str, Subnet] = {}
    for machine in cluster.machines:
        if machine.address:
            home = _home(machine.address, spans)
            if home is None:
                raise GatherError(
                    f"{machine.address} of {machine.instance_id} is in no subnet of {cluster.vpc_id}, "
                    f"so the node network of {cluster.cluster_id} is not known.",
                    next_step="Check the guard's permission for DescribeSubnets.",
                    retryable=True,
                )
            found.setdefault(home.subnet_id, home)
    return list(found.values())


def _home(address: str, spans: Sequence[tuple[Subnet, list[tuple[Family, Span]]]]) -> Subnet | None:
    family, (place, _) = parse_network(address)
    for subnet, networks in spans:
        if any(kind == family and start <= place < end for kind, (start, end) in networks):
            return subnet
    return None
