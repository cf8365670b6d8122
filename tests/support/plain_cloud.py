"""All readers, over plain values: one cluster with two machines, one group on the first of them."""

from __future__ import annotations

import msgspec
import samples

from sgguard.facts import GroupNotFoundError, NamedGroup, Readers, Subnet, Vpc
from sgguard.model.cluster import Cluster, Machine
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding


def bound(instance_id: str, *groups: str) -> Binding:
    return Binding(instance_id=instance_id, group_ids=groups or ("sg-1",))


class FakeCloud:
    """All readers, over plain values."""

    def __init__(self) -> None:
        self.group_rows = {("ap-guangzhou", "sg-1"): samples.group()}
        self.bound: tuple[Binding, ...] = (bound("ins-1"),)
        self.names_found: dict[str, tuple[str, ...]] = {}
        self.clusters_found: tuple[Cluster, ...] = (
            Cluster(cluster_id="cls-1", vpc_id="vpc-1", pod_cidrs=("172.16.0.0/16",)),
        )
        self.machines_found = {
            "cls-1": (
                Machine(instance_id="ins-1", role="node", address="10.0.1.11"),
                Machine(instance_id="ins-2", role="node", address="10.0.2.11"),
            )
        }
        self.vpc_found = Vpc(
            cidrs=("10.0.0.0/16",),
            subnets=(
                Subnet(subnet_id="subnet-1", cidrs=("10.0.1.0/24",)),
                Subnet(subnet_id="subnet-2", cidrs=("10.0.2.0/24", "fd00::/64")),
                Subnet(subnet_id="subnet-3", cidrs=("10.0.3.0/24",)),
            ),
        )

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        if (region, group_id) not in self.group_rows:
            raise GroupNotFoundError(f"no {group_id} in {region}")
        return self.group_rows[region, group_id]

    def holders(self, region: str, template_id: str) -> tuple[str, ...]:
        assert region == "ap-guangzhou"
        return tuple(name for name, members in self.names_found.items() if template_id in members)

    def groups(self, region: str) -> tuple[NamedGroup, ...]:
        return tuple(NamedGroup(group_id=key) for where, key in self.group_rows if where == region)

    def name(self, region: str, group_id: str) -> str:
        assert (region, group_id) in self.group_rows
        return f"name of {group_id}"

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        assert group_id is None or (region, group_id) in self.group_rows
        return self.bound

    def members(self, region: str, names: frozenset[str]) -> Names:
        assert region == "ap-guangzhou"
        return {name: self.names_found[name] for name in names if name in self.names_found}

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        assert region == "ap-guangzhou"
        return tuple(
            msgspec.structs.replace(cluster, machines=self.machines_found.get(cluster.cluster_id, ()))
            for cluster in self.clusters_found
        )

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        assert (region, vpc_id) == ("ap-guangzhou", "vpc-1")
        return self.vpc_found


def readers(cloud: FakeCloud) -> Readers:
    """The fake in every role."""
    return Readers(groups=cloud, clusters=cloud, names=cloud)
