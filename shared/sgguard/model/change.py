"""What woke the guard: a change of a security group, or an event that is none."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.security_group import Direction, SecurityGroupPolicy

ActorKind = Literal["root", "user", "role", "service", "unknown"]
"""Who acted: the account itself, a sub-user, an assumed role, or a Tencent Cloud service."""

Via = Literal["api", "console", "mini-program", "sweep", "unknown"]
"""How the change was made. `sweep` marks a change that the guard's own timer made up."""


Part = Literal["clusters", "network", "bindings", "names"]
"""What is known of a region besides rows. ``clusters``: with machines and pools; ``network``: VPCs with their
subnets; ``bindings``: which groups an instance or interface has; ``names``: members of what rows refer to."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a change, as far as the record tells. Every text here is foreign: escape before display."""

    kind: ActorKind = "unknown"
    account_id: str = ""
    """Root account (owner uin), digits."""
    principal_id: str = ""
    """Sub-account or role id, digits."""
    name: str = ""
    """User name, or the role's name for a role or service."""
    session: str = ""
    """Role session name, empty for users."""


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """One row that a call says it put in the place of another."""

    direction: Direction
    index: int
    old: SecurityGroupPolicy
    new: SecurityGroupPolicy


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller says the rows were before: `OriginalSecurityGroupPolicySet`, which nobody checks.

    "The old set, optional, for the log":
    https://www.tencentcloud.com/document/api/215/15811
    """

    version: str
    """The version that it was compared with; empty if the call did not say."""
    replaced: tuple[Replacement, ...]
    """At least one."""


class ChangeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One successful write that may have changed what security groups let through.

    A hint, not the truth: it says which groups, where and who. The rows are always read again.
    """

    group_ids: tuple[str, ...] = ()
    """Security groups named by the call, in the order found, without repetition."""
    subjects: tuple[str, ...] = ()
    """Whatever else it is about and groups may depend on: templates, clusters, launch configurations,
    instances, interfaces, by id."""
    stale: tuple[Part, ...] = ()
    """What must not be remembered any longer."""
    regions: tuple[str, ...]
    """Regions the groups may live in, most trusted first; may be empty. CloudAudit's own eventRegion is not
    reliably the region of the resource, so it comes last."""
    api: str
    """The action, for example ``CreateSecurityGroupPolicies``."""
    product: str = ""
    """Product that served the call: ``vpc``, ``cvm``, …"""
    request_id: str = ""
    """Request id of the call. The same id means the same change, however often it is delivered."""
    occurred_at: int | None = None
    """Epoch seconds."""
    actor: Actor = Actor()
    source_address: str = ""
    """Address the call came from, as recorded; may be empty."""
    via: Via = "unknown"
    user_agent: str = ""
    binds: bool = False
    """Whether the call puts the groups on machines or takes them off, rather than editing their rows."""
    claim: Claim | None = None
    """What the caller says was there before, if anything."""


class IgnoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was understood and needs no action."""

    reason: str
    """One sentence for the log."""
    api: str = ""
    request_id: str = ""
