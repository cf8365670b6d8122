"""What was read from the cloud about one group."""

from __future__ import annotations

import msgspec

from sgguard.model.cluster import ClusterScope
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Placement


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A covered group as it was when it was read."""

    group_id: str
    region: str
    group: SecurityGroupPolicySet
    scopes: tuple[ClusterScope, ...]
    """The clusters that the group serves, by role; at least one."""
    machines: int
    """How many of the clusters' machines are bound to the group."""
    placement: Placement = Placement()
    """Where it stands on them."""
    names: Names = {}
    """Members of everything that its rows, and those of its stacks, refer to."""
    observed_at: float
    """When its rows were read, epoch seconds."""
    oldest_at: float = 0.0
    """When the oldest of the other facts was read, epoch seconds."""
    borrowed: bool = False
    """Whether rows of groups in the same stacks were read a moment before, for another judgement."""


class NotCovered(msgspec.Struct, frozen=True, kw_only=True):
    """A group that is none of the guard's business, and why. It is left alone."""

    group_id: str
    reason: str
    region: str = ""
    """Empty where no region has the group."""
    observed_at: float = 0.0
    """When the oldest fact that the reason rests on was read, epoch seconds."""
