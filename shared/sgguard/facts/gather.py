"""Which clusters a group serves, and what their networks are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from sgguard.errors import GatherError
from sgguard.facts.ports import (
    Cluster,
    ClusterReader,
    GroupNotFoundError,
    GroupReader,
    Machine,
    Readers,
    Vpc,
)
from sgguard.model.cluster import ClusterScope, Role
from sgguard.model.facts import Facts, NotCovered
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.model.stack import Binding, Placement, companions, placed
from sgguard.traffic.address import parse_network

ROLES: tuple[Role, Role] = ("node", "master")


def gather(
    group_id: str, regions: Sequence[str], readers: Readers, *, observed_at: float
) -> Facts | NotCovered:
    """Read a group again, and the clusters whose machines are bound to it.

    `regions` are tried in turn until one has the group. Raises GatherError when anything that the verdict
    needs cannot be read.
    """
    region, group = _find(group_id, regions, readers)
    if group is None:
        return NotCovered(group_id=group_id, reason=f"no such group in {', '.join(regions)}")
    bindings = readers.clusters.bindings(region, group_id)
    if not bindings:
        return NotCovered(group_id=group_id, reason="no CVM instance is bound to it")
    served = list(_served(readers.clusters, region, {binding.instance_id for binding in bindings}))
    if not served:
        return NotCovered(
            group_id=group_id, reason=f"none of its {len(bindings)} instances is in a TKE cluster"
        )
    if doubtful := [binding.instance_id for binding in bindings if group_id not in binding.group_ids]:
        raise GatherError(
            f"{doubtful[0]} is listed as bound to {group_id}, but its own list of groups does not say so.",
            next_step="The sweep looks again; bindings take a moment to settle.",
            retryable=True,
        )
    placement = _placement(group_id, region, bindings, served, readers.groups)
    references = group.references().union(*(stack.references() for stack in placement.stacks))
    return Facts(
        group_id=group_id,
        region=region,
        group=group,
        scopes=tuple(scope for service in served for scope in service.scopes),
        machines=sum(service.bound for service in served),
        placement=placement,
        names=readers.names.members(region, references) if references else {},
        observed_at=observed_at,
    )


def _find(
    group_id: str, regions: Sequence[str], readers: Readers
) -> tuple[str, SecurityGroupPolicySet | None]:
    if not regions:
        raise GatherError(
            f"The event does not say in which region {group_id} is.",
            next_step="The sweep covers the group; nothing has to be done for this event.",
        )
    for region in regions:
        try:
            return region, readers.groups.policies(region, group_id)
        except GroupNotFoundError:
            continue
    return regions[0], None


class _Service(NamedTuple):
    """What a group has to do with one cluster."""

    scopes: tuple[ClusterScope, ...]
    machines: frozenset[str]
    """All of the cluster's machines in the roles that the group serves."""
    bound: int
    """How many of them are bound to the group."""


def _placement(
    group_id: str,
    region: str,
    bindings: Sequence[Binding],
    served: Sequence[_Service],
    reader: GroupReader,
) -> Placement:
    machines = frozenset().union(*(service.machines for service in served))
    others = companions(group_id, bindings, machines)
    return placed(group_id, bindings, machines, {key: reader.policies(region, key) for key in sorted(others)})


def _served(reader: ClusterReader, region: str, bound: AbstractSet[str]) -> Iterator[_Service]:
    for cluster in reader.clusters(region):
        machines = reader.machines(region, cluster.cluster_id)
        ours = [machine for machine in machines if machine.instance_id in bound]
        if ours:
            vpc = reader.vpc(region, cluster.vpc_id)
            pods, nodes = _pod_cidrs(cluster, vpc), _node_cidrs(cluster, machines, vpc)
            roles = [role for role in ROLES if any(machine.role == role for machine in ours)]
            yield _Service(
                scopes=tuple(
                    ClusterScope(
                        cluster_id=cluster.cluster_id,
                        role=role,
                        pod_cidrs=pods,
                        node_cidrs=nodes,
                        vpc_cidrs=vpc.cidrs,
                    )
                    for role in roles
                ),
                machines=frozenset(m.instance_id for m in machines if m.role in roles),
                bound=len(ours),
            )


def _pod_cidrs(cluster: Cluster, vpc: Vpc) -> tuple[str, ...]:
    """ClusterCIDR, and the container subnets of VPC-CNI.

    https://cloud.tencent.com/document/api/457/31866#ClusterNetworkSettings
    """
    found = [cluster.pod_cidr] if cluster.pod_cidr else []
    for subnet in vpc.subnets:
        if subnet.subnet_id in cluster.pod_subnet_ids:
            found.extend(subnet.cidrs)
    if not found:
        raise GatherError(
            f"The pod network of {cluster.cluster_id} is not known: it has neither a ClusterCIDR nor "
            "container subnets that can be read.",
            next_step="Check the cluster's network settings and the guard's permission for DescribeSubnets.",
        )
    return tuple(found)


def _node_cidrs(cluster: Cluster, machines: Sequence[Machine], vpc: Vpc) -> tuple[str, ...]:
    """The subnets that the cluster's machines sit in."""
    spans = [(subnet, [parse_network(cidr) for cidr in subnet.cidrs]) for subnet in vpc.subnets]
    found: list[str] = []
    for machine in machines:
        if not machine.address:
            continue
        family, (address, _) = parse_network(machine.address)
        homes = [
            subnet
            for subnet, networks in spans
            if any(kind == family and start <= address < end for kind, (start, end) in networks)
        ]
        if not homes:
            raise GatherError(
                f"{machine.address} of {machine.instance_id} is in no subnet of {cluster.vpc_id}, "
                f"so the node network of {cluster.cluster_id} is not known.",
                next_step="Check the guard's permission for DescribeSubnets.",
                retryable=True,
            )
        found.extend(cidr for cidr in homes[0].cidrs if cidr not in found)
    if not found:
        raise GatherError(
            f"No machine of {cluster.cluster_id} has an address yet, so its node network is not known.",
            next_step="The sweep looks again when they have.",
            retryable=True,
        )
    return tuple(found)
