"""Traffic as a union of boxes: protocols x ports x peers of one family."""

from __future__ import annotations

import msgspec

from sgguard.model.finding import Family, Protocol
from sgguard.traffic.address import ANYWHERE
from sgguard.traffic.port import ALL_PORTS
from sgguard.traffic.span import Span

FAMILIES: tuple[Family, Family] = ("ipv4", "ipv6")

PROTOCOLS: dict[Family, tuple[Protocol, ...]] = {
    "ipv4": ("tcp", "udp", "icmp", "gre", "other"),
    "ipv6": ("tcp", "udp", "icmpv6", "gre", "other"),
}
"""Every packet of a family is in exactly one of these; ``ALL`` covers them all. ICMP exists in IPv4 only,
ICMPv6 in IPv6 only. https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicy"""

PORTED: frozenset[Protocol] = frozenset({"tcp", "udp"})
"""Protocols that have ports."""


class Box(msgspec.Struct, frozen=True, gc=False):
    """Some protocols of one family, to some ports, with some peers."""

    family: Family
    protocols: tuple[Protocol, ...]
    """Protocols of `family`; others are not in the box."""
    ports: tuple[Span, ...]
    """Merged spans. Of no account for protocols without ports."""
    peers: tuple[Span, ...]
    """Merged spans of addresses of `family`."""


Traffic = tuple[Box, ...]
"""A union of boxes. Empty is no traffic at all."""

EVERYTHING: Traffic = tuple(
    Box(family, PROTOCOLS[family], ALL_PORTS, ANYWHERE[family]) for family in FAMILIES
)
"""All packets there are."""
