"""What `gather` and `survey` need to be told by the cloud.

A method that cannot answer in full raises GatherError: a failed read is never an empty answer.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from sgguard.errors import GatherError
from sgguard.model.cluster import Cluster
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding


class GroupNotFoundError(GatherError):
    """The region has no such group."""


class NamedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group as a listing shows it, without its rows."""

    group_id: str
    name: str = ""
    """Written by whoever made the group: escape before display."""


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

    def groups(self, region: str) -> tuple[NamedGroup, ...]:
        """All groups of a region."""
        ...

    def name(self, region: str, group_id: str) -> str:
        """What one group is called: escape before display."""
        ...


class ClusterReader(Protocol):
    """Reads clusters and what is bound to groups. Listings are complete."""

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        """All clusters of a region, with their machines, pools and endpoint groups.

        A cluster that is deleted while it is read is left out.
        """
        ...

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        """The CVM instances and auxiliary interfaces that a group is bound to, with all their groups.

        None asks for all instances and interfaces of the region.
        """
        ...

    def bindings_of(self, region: str, machines: tuple[str, ...]) -> tuple[Binding, ...]:
        """The groups of instances (``ins-…``) and interfaces (``eni-…``); what is gone is left out."""
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

    def holders(self, region: str, template_id: str) -> tuple[str, ...]:
        """The template groups that a template is a member of."""
        ...


class Readers(msgspec.Struct, frozen=True, kw_only=True):
    """All readers together."""

    groups: GroupReader
    clusters: ClusterReader
    names: NameReader
