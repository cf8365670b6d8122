"""Packets that are followed through rows as they stand on the wire, one row after another.

An own reading of the vendor's rules: first match from the top, then DROP.
https://www.tencentcloud.com/document/product/215/38750
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

WireRow = Mapping[str, Any]
Members = Mapping[str, Sequence[str]]


class Packet(NamedTuple):
    """One packet; `peer` is the source of ingress and the destination of egress."""

    direction: str
    protocol: str
    port: int
    peer: str


REQUIRED = (
    Packet("Ingress", "tcp", 8443, "172.16.5.5"),
    Packet("Ingress", "udp", 53, "172.16.5.5"),
    Packet("Ingress", "icmp", 0, "172.16.255.254"),
    Packet("Ingress", "gre", 0, "172.16.0.1"),
    Packet("Ingress", "tcp", 10250, "10.0.1.11"),
    Packet("Ingress", "udp", 4789, "10.0.1.12"),
    Packet("Ingress", "icmp", 0, "10.0.1.200"),
    Packet("Ingress", "tcp", 30000, "198.51.100.1"),
    Packet("Ingress", "tcp", 32767, "203.0.113.9"),
    Packet("Ingress", "udp", 31000, "198.51.100.1"),
    Packet("Egress", "tcp", 443, "172.16.5.5"),
    Packet("Egress", "udp", 53, "10.0.1.12"),
    Packet("Egress", "icmp", 0, "10.0.1.11"),
)
"""What the nodes of the cluster need (https://www.tencentcloud.com/document/product/457/9084)."""
PUBLIC = (
    Packet("Ingress", "tcp", 2379, "198.51.100.1"),
    Packet("Ingress", "tcp", 3389, "203.0.113.9"),
    Packet("Ingress", "tcp", 80, "198.51.100.77"),
    Packet("Ingress", "tcp", 8080, "198.51.100.1"),
    Packet("Ingress", "udp", 53, "198.51.100.1"),
    Packet("Ingress", "gre", 0, "198.51.100.1"),
    Packet("Ingress", "tcp", 2379, "2400:3200::1"),
    Packet("Ingress", "tcp", 22, "2400:3200::1"),
)
"""What must never be: from the public, beyond the above. Enforce acts on it."""


def accepts(rows: Iterable[WireRow], members: Members, packet: Packet) -> bool:
    """Whether the rows of the packet's direction let it through."""
    for row in rows:
        if _matches(_key(row, members), packet):
            return bool(row["Action"].upper() == "ACCEPT")
    return False


def _key(row: WireRow, members: Members) -> tuple[str, str, tuple[str, ...]]:
    template = row["AddressTemplate"]["AddressId"]
    peers = tuple(members.get(template, ())) if template else (row["CidrBlock"] or row["Ipv6CidrBlock"],)
    return row["Protocol"].lower(), row["Port"].lower(), peers


@lru_cache(maxsize=20_000)
def _matches(row: tuple[str, str, tuple[str, ...]], packet: Packet) -> bool:
    protocol, ports, peers = row
    if protocol not in {"all", packet.protocol}:
        return False
    if packet.protocol in {"tcp", "udp"} and ports not in {"", "all"}:
        spans = [part.partition("-") for part in ports.split(",")]
        if not any(int(low) <= packet.port <= int(high or low) for low, _, high in spans):
            return False
    address = ip_address(packet.peer)
    return any(address in ip_network(peer, strict=False) for peer in peers)
