"""What `execute` needs."""

from __future__ import annotations

from typing import Protocol

import msgspec

from sgguard.model.plan import Step
from sgguard.model.security_group import SecurityGroupPolicySet


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One write, with the list that it was decided on and the list that it must lead to."""

    region: str
    group_id: str
    step: Step
    before: SecurityGroupPolicySet
    """Its version is what the write is compared with."""
    after: SecurityGroupPolicySet


class GroupWriter(Protocol):
    """Writes security groups, one direction a call, never without a version."""

    def write(self, order: Order) -> str:
        """Send one write; returns the request id.

        Raises ConflictError if the group is not at the order's version any more, UnansweredError if it cannot
        be told whether the write was applied, and RemediationError if it was refused or failed.
        """
        ...


class PolicyReader(Protocol):
    """Reads a group's rows again."""

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        """The rows as they are now. Raises GatherError."""
        ...
