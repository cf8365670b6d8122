"""What an evaluation says."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.reason import Reason
from sgguard.model.security_group import Direction

Family = Literal["ipv4", "ipv6"]
Protocol = Literal["tcp", "udp", "icmp", "icmpv6", "gre", "other"]
Kind = Literal["excess", "missing", "shadowed", "undetermined"]
Verdict = Literal["compliant", "violating", "undetermined"]
Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
"""Mildest first."""


class TrafficBlock(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A readable product set of traffic; a list of blocks is their union."""

    family: Family
    protocol: Protocol | Literal["ALL"]
    """``ALL`` is every protocol of the family."""
    ports: str
    """Ports and ranges, ``22,30000-32767``; ``ALL`` where the protocol has none or all are meant."""
    peers: tuple[str, ...]
    """CIDRs and ``a-b`` ranges: sources for ingress, destinations for egress."""


class Witness(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One packet that shows a finding."""

    family: Family
    protocol: Protocol
    port: int | None
    """Destination port; None where the protocol has none."""
    peer: str
    policy_index: int | None
    """The policy that decides this packet; None when no row matches and the implicit DROP does."""


Debt = Literal["new", "old", "mixed"]
"""Whether the change that is judged made a finding, or found it there, or made part of it."""


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One thing that is wrong, or that could not be decided."""

    kind: Kind
    severity: Severity
    certain: bool
    """False when it holds only if rows that could not be resolved match the worst."""
    direction: Direction
    requirement: str | None
    """The requirement that is not met (`missing`), else None."""
    policy_indexes: tuple[int, ...]
    """Policies that cause it, by ``PolicyIndex``. Empty when the implicit DROP, or another group, does."""
    traffic: tuple[TrafficBlock, ...]
    """Exactly the traffic concerned."""
    witness: Witness | None
    reason: Reason
    """Why it is a finding; `sgguard.wording.say` puts it into words."""
    debt: Debt | None = None
    """None where the list before the change is not known."""
    stacks: tuple[tuple[str, ...], ...] = ()
    """`missing`: the stacks that lack it. `excess`: the stacks it is open in; none if others close it.
    Group ids in their order. Empty too where the stacks are not known (`Evaluation.basis`)."""


class Delta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a change did to one direction, for sure, apart from what may be or must be."""

    direction: Direction
    opened: tuple[TrafficBlock, ...]
    """Accepted now and not before."""
    cut: tuple[TrafficBlock, ...]
    """Accepted before and not now."""
    stacks: tuple[tuple[str, ...], ...] = ()
    """The stacks that it did this to; empty where the group was judged alone."""


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """The list that the change is measured against."""

    version: str
    source: Literal["file", "memory", "event"]
    """``file``: given. ``memory``: what the guard saw last. ``event``: what the event says; it fits what is
    there now but is not proven."""


class WaiverUse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a waiver that speaks of the group."""

    id: str
    state: Literal["used", "unused", "expired"]
    """``unused``: it matches nothing that is wrong. ``expired``: it is ignored."""


class Practice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Advice of the vendor that is not followed. Never a reason to write."""

    id: Literal[
        "mixed-binding",
        "foreign-binding",
        "custom-egress",
        "broad-ssh",
        "shadowed-policy",
        "redundant-policy",
    ]
    severity: Severity
    direction: Direction | None = None
    policy_indexes: tuple[int, ...] = ()
    subjects: tuple[str, ...] = ()
    """Instances that it is about."""
    reason: Reason


class Evaluation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A group at one version, compared with what its clusters require and what the site permits.

    `undetermined` means that something could not be resolved; it is never to be read as compliant.
    """

    id: str
    version: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    basis: Literal["group", "stacks"] = "group"
    """Whether required traffic was judged on the group alone, or on every stack of groups it is part of."""
    before: Before | None = None
    """None where the list before the change is not known."""
    delta: tuple[Delta, ...] = ()
    """By direction, and by stack where these are known; empty where the list before is not."""
    waivers: tuple[WaiverUse, ...] = ()
    practices: tuple[Practice, ...] = ()
    """Advice, where it was asked for."""
