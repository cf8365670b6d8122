"""A second reading of the rules, for tests: packet by packet, row by row, straight from the wire JSON.

Shares no code with sgguard. A packet is (family, protocol, port, address); the port is None where the
protocol has none. Everything is decided by walking the rows until one matches.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Packet = tuple[str, str, int | None, int]
PROTOCOLS = {
    "ipv4": ["tcp", "udp", "icmp", "gre", "other"],
    "ipv6": ["tcp", "udp", "icmpv6", "gre", "other"],
}
Names = Mapping[str, Sequence[str]]


def networks(text: str) -> tuple[str, int, int]:
    """(family, first, last) of a CIDR, an address or a range."""
    if "-" in text:
        first, last = (ipaddress.ip_address(part) for part in text.split("-"))
        return f"ipv{first.version}", int(first), int(last)
    network = ipaddress.ip_network(text, strict=False)
    return f"ipv{network.version}", int(network[0]), int(network[-1])


def ports(text: str) -> list[tuple[int, int]]:
    """Inclusive ranges of a port text."""
    if text.upper() in {"ALL", ""}:
        return [(0, 65535)]
    ranges = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        ranges.append((int(first), int(last or first)))
    return ranges


def services(row: Mapping[str, Any], names: Names) -> list[tuple[str, list[tuple[int, int]]]]:
    """(protocol, port ranges) of a row, service templates followed."""
    template = row.get("ServiceTemplate") or {}
    name = template.get("ServiceId") or template.get("ServiceGroupId")
    if not name:
        return [(row["Protocol"].lower(), ports(row.get("Port") or ""))]
    found = []
    for member in flat(name, names):
        protocol, _, port = member.partition(":")
        found.append((protocol.lower(), ports(port)))
    return found


def flat(name: str, names: Names) -> Iterator[str]:
    """Members of a template; templates among them are followed."""
    for member in names[name]:
        if member[:4] in {"ipm-", "ppm-"}:
            yield from flat(member, names)
        else:
            yield member


def peers(row: Mapping[str, Any], names: Names) -> list[tuple[str, int, int]]:
    """Address ranges of a row."""
    template = row.get("AddressTemplate") or {}
    name = row.get("SecurityGroupId") or template.get("AddressId") or template.get("AddressGroupId")
    if name:
        return [networks(member) for member in flat(name, names)]
    cidr = row.get("CidrBlock") or ""
    if cidr.startswith("0.0.0.0/"):
        cidr = "0.0.0.0/0"
    return [networks(cidr or row["Ipv6CidrBlock"])]


class Rows:
    """One direction of a group, parsed once."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], names: Names | None = None) -> None:
        self.rows = [(r["Action"].upper(), services(r, names or {}), peers(r, names or {})) for r in rows]

    def decide(self, packet: Packet) -> tuple[bool, int | None]:
        """(accepted, index of the deciding row or None for the implicit DROP)."""
        family, protocol, port, address = packet
        for index, (action, offers, sources) in enumerate(self.rows):
            for name, ranges in offers:
                if name not in {"all", protocol}:
                    continue
                if port is not None and not any(low <= port <= high for low, high in ranges):
                    continue
                if any(kind == family and low <= address <= high for kind, low, high in sources):
                    return action == "ACCEPT", index
        return False, None

    def boundaries(self, into: Boundaries) -> None:
        """Add every end of every row."""
        for _, offers, sources in self.rows:
            for _, ranges in offers:
                into.add_ports(ranges)
            into.add_peers(sources)


class Boundaries:
    """Every place where some row or block may start or stop to match, so that all packet classes are met."""

    def __init__(self) -> None:
        self._ports = {0, 65535}
        self._addresses: dict[str, set[int]] = {"ipv4": {0, 2**32 - 1}, "ipv6": {0, 2**128 - 1}}

    def add_ports(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Both sides of both ends."""
        for low, high in ranges:
            self._ports.update((low - 1, low, high, high + 1))

    def add_peers(self, ranges: Iterable[tuple[str, int, int]]) -> None:
        """Both sides of both ends."""
        for family, low, high in ranges:
            self._addresses[family].update((low - 1, low, high, high + 1))

    def packets(self) -> Iterator[Packet]:
        """One packet of every class at least."""
        for family, top in (("ipv4", 2**32), ("ipv6", 2**128)):
            addresses = sorted(a for a in self._addresses[family] if 0 <= a < top)
            for protocol in PROTOCOLS[family]:
                has_ports = protocol in {"tcp", "udp"}
                numbers = sorted(p for p in self._ports if 0 <= p <= 65535) if has_ports else [None]
                for port in numbers:
                    for address in addresses:
                        yield family, protocol, port, address


class Expected:
    """The vendor's baseline for one cluster, written down a second time."""

    def __init__(self, cluster: Mapping[str, Any]) -> None:
        pods = [networks(c) for c in cluster["pod_cidrs"]]
        nodes = [networks(c) for c in cluster["node_cidrs"]]
        vpc = [networks(c) for c in cluster.get("vpc_cidrs", [])]
        world = [("ipv4", 0, 2**32 - 1)]
        api = ports("60001,60002,10250,2380,2379,53,17443")
        wide = [*api, *ports("50055,443,61678")]
        node_ports, to_32768 = [(30000, 32767)], [(30000, 32768)]
        if cluster["role"] == "node":
            required = [
                ("pod-network", "all", None, pods),
                ("node-network", "all", None, nodes),
                ("node-port-tcp", "tcp", node_ports, world),
                ("node-port-udp", "udp", node_ports, world),
            ]
            permitted = [
                ("all", None, vpc),
                ("tcp", [(22, 22)], world),
                ("icmp", None, world),
                ("tcp", to_32768, world),
                ("udp", to_32768, world),
            ]
        else:
            required = [
                ("node-port-tcp-node-network", "tcp", node_ports, nodes),
                ("node-port-udp-node-network", "udp", node_ports, nodes),
                ("api-server-node-network", "tcp", wide, nodes),
                ("api-server-pod-network", "tcp", api, pods),
                ("node-port-tcp-pod-network", "tcp", node_ports, pods),
                ("node-port-udp-pod-network", "udp", node_ports, pods),
                ("dns-pod-network", "udp", [(53, 53)], pods),
                ("dns-node-network", "udp", [(53, 53)], nodes),
            ]
            permitted = [
                ("icmp", None, world),
                ("tcp", to_32768, [*pods, *nodes, *vpc]),
                ("udp", to_32768, [*pods, *nodes, *vpc]),
                ("tcp", wide, vpc),
                ("udp", [(53, 53)], vpc),
            ]
        self.required = {
            "ingress": required,
            "egress": [
                ("egress-pod-network", "all", None, pods),
                ("egress-node-network", "all", None, nodes),
            ],
        }
        anywhere = [*world, ("ipv6", 0, 2**128 - 1)]
        self.permitted = {"ingress": permitted, "egress": [("all", None, anywhere)]}

    @staticmethod
    def _has(packet: Packet, protocol: str, ranges: Any, where: Any) -> bool:
        family, name, port, address = packet
        return (
            protocol in {"all", name}
            and (port is None or ranges is None or any(low <= port <= high for low, high in ranges))
            and any(kind == family and low <= address <= high for kind, low, high in where)
        )

    def requirements(self, direction: str, packet: Packet) -> set[str]:
        """Ids of the requirements that a packet is part of."""
        return {i for i, *traffic in self.required[direction] if self._has(packet, *traffic)}

    def allowed(self, direction: str, packet: Packet) -> bool:
        """Whether a packet is below the ceiling."""
        return bool(self.requirements(direction, packet)) or any(
            self._has(packet, *traffic) for traffic in self.permitted[direction]
        )

    def boundaries(self, direction: str, into: Boundaries) -> None:
        """Add every end of every requirement."""
        traffics = [t[1:] for t in self.required[direction]] + self.permitted[direction]
        for _, ranges, where in traffics:
            into.add_ports(ranges or ())
            into.add_peers(where)


class Blocks:
    """A finding's traffic, read from its JSON."""

    def __init__(self, blocks: Iterable[Mapping[str, Any]]) -> None:
        self.blocks = [
            (b["family"], b["protocol"], ports(b["ports"]), [networks(peer) for peer in b["peers"]])
            for b in blocks
        ]

    def __contains__(self, packet: Packet) -> bool:
        family, protocol, port, address = packet
        return any(
            kind == family
            and name in {"ALL", protocol}
            and (port is None or any(low <= port <= high for low, high in ranges))
            and any(low <= address <= high for _, low, high in where)
            for kind, name, ranges, where in self.blocks
        )
