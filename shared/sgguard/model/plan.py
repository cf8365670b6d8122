"""What the guard intends to do about an evaluation, and why."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import msgspec

from sgguard.model.reason import Reason
from sgguard.model.security_group import Direction, SecurityGroupPolicy, SecurityGroupPolicySet

Mode = Literal["observe", "enforce"]
"""`observe` never writes. There is no default: a site writes one down."""
MODES: tuple[Mode, Mode] = ("observe", "enforce")

Decision = Literal["none", "alert", "revert", "refuse"]
"""``none``: nothing is wrong. ``alert``: say so and write nothing. ``revert``: carry the plan out.
``refuse``: a write was wanted but cannot be proven safe; say so and write nothing."""

Operation = Literal["create", "delete", "replace"]


Remedy = Literal["delete", "narrow", "split", "move", "restore", "complete"]
"""What is done about a cause: the row goes, is cut down to one row or to several, goes behind others, or what
was there before comes back. ``complete``: rows that a requirement lacks are added, no more."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One write call. Indexes refer to the list as it is when the steps before have been carried out."""

    op: Operation
    direction: Direction
    index: int | None = None
    """``create``: where the rows are put, 0 is the top, None appends them. ``replace``: the row replaced."""
    indexes: tuple[int, ...] = ()
    """``delete``: the rows taken away."""
    policies: tuple[SecurityGroupPolicy, ...]
    """``create`` and ``replace``: the new rows. ``delete``: the rows that go, so that a reader sees them."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the planner has shown about the list that its steps lead to. A plan is sent only if it `holds`."""

    holds: bool
    requirements: int
    """How many requirements the group has, both directions together."""
    intact_before: int
    intact_after: int
    """How many of them are met for sure, before and after."""
    newly_permitted: bool
    """Whether anything beyond required traffic is accepted that was not accepted before."""
    remaining: int
    """Findings that enforce would have to act on and that are still there after the steps."""
    objections: tuple[Reason, ...] = ()
    """Why it does not hold."""


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """What would have been done next best in one direction."""

    direction: Direction
    remedies: tuple[Remedy, ...]
    steps: tuple[Step, ...]
    why: Reason
    """Why it was not chosen: the first thing in which it is worse, or what the proof holds against it."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A decision with all its reasons, and the steps that follow from it.

    In `observe`, and when refused, `steps` show what would have been done.
    """

    group_id: str
    decision: Decision
    reasons: tuple[Reason, ...]
    """Every reason for acting and for not acting, not only the first."""
    expected_version: str
    """The version that was evaluated; every write is compared with it."""
    steps: tuple[Step, ...]
    before: SecurityGroupPolicySet
    after: SecurityGroupPolicySet
    """The list as the steps leave it; its version is the one before, a write's version is the cloud's."""
    proof: Proof | None
    """None where no step was planned."""
    remedies: tuple[Remedy, ...] = ()
    """What the steps do about the causes, in no order."""
    runner_up: Alternative | None = None
    """None where there was but one way."""

    @property
    def id(self) -> str:
        """The same for the same steps on the same version of the same group; twelve hexadecimal digits."""
        content = (self.group_id, self.expected_version, self.steps)
        return sha256(msgspec.json.encode(content)).hexdigest()[:12]
