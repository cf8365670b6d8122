"""What `gather` needs to be told by the cloud. A method that cannot answer in full raises GatherError."""

from __future__ import annotations

from typing import Protocol

import msgspec

from sgguard.errors import GatherError
from sgguard.model.cluster import Role
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding


class GroupNotFoundError(GatherError):
    """The region has no such group."""


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """A TKE cluster."""

    cluster_id: str
    vpc_id: str
    pod_cidr: str
    """``ClusterCIDR``; empty where pods take addresses of the VPC (VPC-CNI)."""
    pod_subnet_ids: tuple[str, ...] = ()
    """Subnets that VPC-CNI pods take addresses from."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine of a cluster."""

    instance_id: str
    role: Role
    address: str
    """Private IPv4 address; may be empty while the machine is being made."""


class Subnet(msgspec.Struct, frozen=True, kw_only=True):
    """A subnet of a VPC."""

    subnet_id: str
    cidrs: tuple[str, ...]
    """IPv4, and IPv6 where it has any."""


class Vpc(msgspec.Struct, frozen=True, kw_only=True):
    """A VPC with its subnets."""

    cidrs: tuple[str, ...]
    """Primary and assistant CIDRs, without those set aside for containers."""
    subnets: tuple[Subnet, ...]


class GroupReader(Protocol):
    """Reads security groups."""

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        """The rows of a group as they are now. Raises GroupNotFoundError where there is no such group."""
        ...


class ClusterReader(Protocol):
    """Reads what is bound to a group and the clusters it belongs to. Listings are complete."""

    def bindings(self, region: str, group_id: str) -> tuple[Binding, ...]:
        """The CVM instances that a group is bound to, with all their groups."""
        ...

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        """All clusters of a region."""
        ...

    def machines(self, region: str, cluster_id: str) -> tuple[Machine, ...]:
        """All machines of a cluster, in every role."""
        ...

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        """One VPC with all its subnets."""
        ...


class NameReader(Protocol):
    """Reads what rows refer to."""

    def members(self, region: str, names: frozenset[str]) -> Names:
        """Members of templates, template groups and security groups, by id; templates of groups included.

        An id that does not exist is left out.
        """
        ...


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """All readers together."""

    groups: GroupReader
    clusters: ClusterReader
    names: NameReader
