"""What is known about a group besides its rows."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.baseline import Waiver
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Stack


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """The group as it was before the change that is judged."""

    group: SecurityGroupPolicySet
    names: Names = {}
    """Members as they were; those that are not here are taken to be as they are."""
    stacks: tuple[Stack, ...] | None = None
    """The stacks as they were; None where they are taken to be as they are."""
    source: Literal["file", "memory", "event"] = "file"
    """Where this is known from."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """Everything optional about an evaluation; nothing of it is needed for a group that stands alone."""

    names: Names = {}
    """Members of the templates and groups that rows refer to."""
    waivers: tuple[Waiver, ...] = ()
    """Those that speak of the group, expired ones included."""
    now: float = 0.0
    """Epoch seconds; decides which waivers have expired."""
    earlier: Earlier | None = None
    """None where the list before the change is not known."""
    stacks: tuple[Stack, ...] = ()
    """The distinct stacks of the machines that the group is bound to; empty where they are not known."""


ALONE = Circumstances()
"""A group by itself, with nothing to look up."""
