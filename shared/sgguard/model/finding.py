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


class TrafficBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A readable product set of traffic; a list of blocks is their union."""

    family: Family
    protocol: Protocol | Literal["ALL"]
    """``ALL`` is every protocol of the family."""
    ports: str
    """Ports and ranges, ``22,30000-32767``; ``ALL`` where the protocol has none or all are meant."""
    peers: tuple[str, ...]
    """CIDRs and ``a-b`` ranges: sources for ingress, destinations for egress."""


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """One packet that shows a finding."""

    family: Family
    protocol: Protocol
    port: int | None
    """Destination port; None where the protocol has none."""
    peer: str
    policy_index: int | None
    """The policy that decides this packet; None when no row matches and the implicit DROP does."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, or that could not be decided."""

    kind: Kind
    severity: Severity
    certain: bool
    """False when it holds only if rows that could not be resolved match the worst."""
    direction: Direction
    requirement: str | None
    """The requirement that is not met (`missing`), else None."""
    policy_indexes: tuple[int, ...]
    """Policies that cause it, by ``PolicyIndex``. Empty when the implicit DROP does."""
    traffic: tuple[TrafficBlock, ...]
    """Exactly the traffic concerned."""
    witness: Witness | None
    reason: Reason
    """Why it is a finding; `sgguard.wording.say` puts it into words."""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """A group at one version, compared with what its clusters require and what the site permits.

    `undetermined` means that something could not be resolved; it is never to be read as compliant.
    """

    id: str
    version: str
    verdict: Verdict
    findings: tuple[Finding, ...]
