"""A second reading of the rules, for tests: packet by packet, row by row, straight from the wire JSON.

Shares no code with sgguard. A packet is (family, protocol, port, address); the port is None where the
protocol has none. Everything is decided by walking the rows until one matches. A row of which something is
not known may match or not; then every outcome that some truth has is followed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

Packet = tuple[str, str, "int | None", int]
Ports = list[tuple[int, int]]
Peer = tuple[str, int, int]
Peers = tuple[tuple[int, int], ...]
Column = tuple[Peers, ...]
Names = Mapping[str, Sequence[str]]
PROTOCOLS = {
    "ipv4": ["tcp", "udp", "icmp", "gre", "other"],
    "ipv6": ["tcp", "udp", "icmpv6", "gre", "other"],
}
TOP = {"ipv4": 2**32 - 1, "ipv6": 2**128 - 1}
ANYWHERE: list[Peer] = [(family, 0, top) for family, top in TOP.items()]
WORLD: list[Peer] = ANYWHERE[:1]


@cache
def networks(text: str) -> Peer:
    """(family, first, last) of a CIDR, an address or a range. Raises ValueError when it is none."""
    if "-" in text:
        first, last = (ipaddress.ip_address(part) for part in text.split("-"))
        return f"ipv{first.version}", int(first), int(last)
    network = ipaddress.ip_network(text, strict=False)
    return f"ipv{network.version}", int(network[0]), int(network[-1])


def ports(text: str) -> Ports:
    """Inclusive ranges of a port text. Raises ValueError when it is none."""
    if text.upper() in {"ALL", ""}:
        return [(0, 65535)]
    ranges = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        ranges.append((int(first), int(last or first)))
    return ranges


class Part(NamedTuple):
    """One protocol (``all`` is every one), some ports, some peers."""

    protocol: str
    ports: Ports
    peers: list[Peer]


class Zone:
    """Some traffic: a union of parts."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = list(parts)

    def __contains__(self, packet: Packet) -> bool:
        family, protocol, port, address = packet
        where = peers_at(self.parts_of(family, protocol), port)
        return any(low <= address <= high for low, high in where)

    def parts_of(self, family: str, protocol: str) -> Iterator[tuple[Ports, Peers]]:
        """Ports and addresses of one protocol of one family."""
        for name, ranges, where in self.parts:
            if name in {"all", protocol}:
                peers = tuple((low, high) for kind, low, high in where if kind == family)
                if peers:
                    yield ranges, peers


def peers_at(parts: Iterable[tuple[Ports, Peers]], port: int | None) -> Peers:
    """The addresses that some parts have at one port."""
    found: Peers = ()
    for ranges, peers in parts:
        if port is None or any(first <= port <= last for first, last in ranges):
            found += peers
    return found


NOTHING = Zone([])


class Match(NamedTuple):
    """What one row matches."""

    accepts: bool | None
    """None where the action is neither ACCEPT nor DROP."""
    surely: Zone
    maybe: Zone
    """What it may match besides, depending on what is not known."""
    gap: str = ""
    """``group`` if all that is not known is who is in a security group, ``other`` for anything else."""

    def reads(self, packet: Packet) -> str:
        """Whether it matches: yes, no, or maybe."""
        if packet in self.surely:
            return "yes"
        return "maybe" if packet in self.maybe else "no"


def matched(row: Mapping[str, Any], names: Names) -> Match:
    """One row; templates are followed as far as they are known."""
    accepts = {"ACCEPT": True, "DROP": False}.get(row["Action"].upper())
    offers, all_offers = services(row, names)
    sources, all_sources = peers(row, names)
    surely = Zone(Part(protocol, ranges, sources) for protocol, ranges in offers)
    if all_offers and all_sources and accepts is not None:
        return Match(accepts, surely, NOTHING)
    group = row.get("SecurityGroupId") or ""
    only_group = all_offers and accepts is not None and group and group not in names
    wide_offers = offers if all_offers else [("all", ports("ALL"))]
    wide_sources = sources if all_sources else ANYWHERE
    maybe = Zone(Part(protocol, ranges, wide_sources) for protocol, ranges in wide_offers)
    return Match(
        accepts, surely if accepts is not None else NOTHING, maybe, "group" if only_group else "other"
    )


def services(row: Mapping[str, Any], names: Names) -> tuple[list[tuple[str, Ports]], bool]:
    """(protocol, port ranges) of a row, and whether these are all."""
    template = row.get("ServiceTemplate") or {}
    name = template.get("ServiceId") or template.get("ServiceGroupId")
    if not name:
        protocol = row["Protocol"].lower()
        known = protocol in {"all", "tcp", "udp", "icmp", "icmpv6", "gre"}
        return [(protocol, ports(row.get("Port") or ""))] if known else [], known
    found = []
    members, whole = flat(name, names)
    for member in members:
        protocol, _, port = member.partition(":")
        try:
            found.append((protocol.lower(), ports(port)))
        except ValueError:
            whole = False
    return found, whole


def flat(name: str, names: Names, above: tuple[str, ...] = ()) -> tuple[list[str], bool]:
    """Members of a template, those of templates among them too, and whether these are all."""
    if name in above or name not in names:
        return [], False
    found: list[str] = []
    whole = True
    for member in names[name]:
        if member.startswith(("ipm-", "ipmg-", "ppm-", "ppmg-")):
            inner, known = flat(member, names, (*above, name))
            found += inner
            whole = whole and known
        else:
            found.append(member)
    return found, whole


def peers(row: Mapping[str, Any], names: Names) -> tuple[list[Peer], bool]:
    """Address ranges of a row, and whether these are all."""
    template = row.get("AddressTemplate") or {}
    name = row.get("SecurityGroupId") or template.get("AddressId") or template.get("AddressGroupId")
    cidr = row.get("CidrBlock") or ""
    if not name:
        if cidr.startswith("0.0.0.0/"):
            cidr = "0.0.0.0/0"
        return [networks(cidr or row["Ipv6CidrBlock"])], True
    found = []
    members, whole = flat(name, names)
    for member in members:
        try:
            found.append(networks(member))
        except ValueError:
            whole = False
    return found, whole


class Fate(NamedTuple):
    """What may become of a packet."""

    verdicts: frozenset[bool]
    """Whether it is accepted, in every truth."""
    strict: int | None
    """Position of the row that decides where as little as possible is accepted; None: the implicit DROP."""
    lenient: int | None
    """The same where as much as possible is."""

    @property
    def accepted(self) -> bool:
        """Accepted in every truth."""
        return self.verdicts == {True}

    @property
    def acceptable(self) -> bool:
        """Accepted in some truth."""
        return True in self.verdicts


class Rows:
    """One direction of a list of rows, parsed once."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], names: Names | None = None) -> None:
        self.matches = [matched(row, names or {}) for row in rows]

    @classmethod
    def joined(cls, lists: Iterable[Rows]) -> Rows:
        """Lists read as one."""
        whole = cls([])
        whole.matches = [match for one in lists for match in one.matches]
        return whole

    def fate(self, packet: Packet) -> Fate:
        """Walk the rows from the top."""
        return walk(
            (position, match.accepts, match.reads(packet)) for position, match in enumerate(self.matches)
        )

    def decide(self, packet: Packet) -> tuple[bool, int | None]:
        """(accepted, position of the deciding row or None for the implicit DROP); all rows are known."""
        fate = self.fate(packet)
        (accepted,) = fate.verdicts
        return accepted, fate.strict

    def zones(self) -> Iterator[Zone]:
        """Everything that the rows speak of."""
        for match in self.matches:
            yield from (match.surely, match.maybe)


def walk(steps: Iterable[tuple[int, bool | None, str]]) -> Fate:
    """From (position, accepts, reads) of each row in turn to what may become of the packet."""
    verdicts: set[bool] = set()
    strict: int | None = None
    lenient: int | None = None
    for position, accepts, reads in steps:
        if reads == "no":
            continue
        if strict is None and (reads == "yes" or accepts is not True):
            strict = position
        if lenient is None and (reads == "yes" or accepts is not False):
            lenient = position
        verdicts |= {True, False} if accepts is None else {accepts}
        if reads == "yes":
            return Fate(frozenset(verdicts), strict, lenient)
    return Fate(frozenset({*verdicts, False}), strict, lenient)


class Expected:
    """The vendor's baseline for one cluster, written down a second time."""

    def __init__(self, cluster: Mapping[str, Any]) -> None:
        pods = [networks(c) for c in cluster["pod_cidrs"]]
        nodes = [networks(c) for c in cluster["node_cidrs"]]
        vpc = [networks(c) for c in cluster.get("vpc_cidrs", [])]
        every = ports("ALL")
        api = ports("60001,60002,10250,2380,2379,53,17443")
        wide = [*api, *ports("50055,443,61678")]
        node_ports, to_32768 = [(30000, 32767)], [(30000, 32768)]
        if cluster["role"] == "node":
            required = {
                "pod-network": Part("all", every, pods),
                "node-network": Part("all", every, nodes),
                "node-port-tcp": Part("tcp", node_ports, WORLD),
                "node-port-udp": Part("udp", node_ports, WORLD),
            }
            permitted = [
                Part("all", every, vpc),
                Part("tcp", [(22, 22)], WORLD),
                Part("icmp", every, WORLD),
                Part("tcp", to_32768, WORLD),
                Part("udp", to_32768, WORLD),
            ]
        else:
            required = {
                "node-port-tcp-node-network": Part("tcp", node_ports, nodes),
                "node-port-udp-node-network": Part("udp", node_ports, nodes),
                "api-server-node-network": Part("tcp", wide, nodes),
                "api-server-pod-network": Part("tcp", api, pods),
                "node-port-tcp-pod-network": Part("tcp", node_ports, pods),
                "node-port-udp-pod-network": Part("udp", node_ports, pods),
                "dns-pod-network": Part("udp", [(53, 53)], pods),
                "dns-node-network": Part("udp", [(53, 53)], nodes),
            }
            permitted = [
                Part("icmp", every, WORLD),
                Part("tcp", to_32768, [*pods, *nodes, *vpc]),
                Part("udp", to_32768, [*pods, *nodes, *vpc]),
                Part("tcp", wide, vpc),
                Part("udp", [(53, 53)], vpc),
            ]
        out = {
            "egress-pod-network": Part("all", every, pods),
            "egress-node-network": Part("all", every, nodes),
        }
        everything = Part("all", every, ANYWHERE)
        self.required = {
            "ingress": {name: Zone([part]) for name, part in required.items()},
            "egress": {name: Zone([part]) for name, part in out.items()},
        }
        self.ceiling = {
            "ingress": Zone([*required.values(), *permitted]),
            "egress": Zone([*out.values(), everything]),
        }

    def requirements(self, direction: str, packet: Packet) -> set[str]:
        """Ids of the requirements that a packet is part of."""
        return {name for name, zone in self.required[direction].items() if packet in zone}

    def allowed(self, direction: str, packet: Packet) -> bool:
        """Whether a packet is below the ceiling."""
        return packet in self.ceiling[direction]

    def zones(self, direction: str) -> list[Zone]:
        """Everything that the baseline speaks of."""
        return [*self.required[direction].values(), self.ceiling[direction]]


def blocks(document: Iterable[Mapping[str, Any]]) -> Zone:
    """A finding's traffic, read from its JSON."""
    return Zone(
        Part(
            "all" if block["protocol"] == "ALL" else block["protocol"],
            ports(block["ports"]),
            [networks(peer) for peer in block["peers"] if networks(peer)[0] == block["family"]],
        )
        for block in document
    )


class Classes:
    """One packet at least of every class that some zones can tell apart.

    Neither a row nor a finding distinguishes two packets between whose ports, and between whose addresses,
    none of its ranges begins or ends.
    """

    def __init__(self, zones: Iterable[Zone]) -> None:
        self.zones = list(zones)
        self._ports = {0}
        self._addresses: dict[str, set[int]] = {family: {0} for family in TOP}
        for zone in self.zones:
            for part in zone.parts:
                for low, high in part.ports:
                    self._ports.update((low, high + 1))
                for family, low, high in part.peers:
                    self._addresses[family].update((low, high + 1))

    def columns(self) -> Iterator[tuple[str, str, int | None, Column]]:
        """(family, protocol, port) with the addresses of every zone there; columns that are alike once."""
        seen = set()
        for family, protocols in PROTOCOLS.items():
            for protocol in protocols:
                spoken = [list(zone.parts_of(family, protocol)) for zone in self.zones]
                numbers = (
                    sorted(p for p in self._ports if p <= 65535) if protocol in {"tcp", "udp"} else [None]
                )
                for port in numbers:
                    column = tuple(peers_at(parts, port) if parts else () for parts in spoken)
                    if (family, column) not in seen:
                        seen.add((family, column))
                        yield family, protocol, port, column

    def packets(self) -> Iterator[Packet]:
        """The packets."""
        for packet, _ in self.memberships():
            yield packet

    def memberships(self) -> Iterator[tuple[Packet, set[int]]]:
        """Each packet, and the places of the zones that have it."""
        for family, protocol, port, column in self.columns():
            speaking = [(number, ranges) for number, ranges in enumerate(column) if ranges]
            for address in sorted(a for a in self._addresses[family] if a <= TOP[family]):
                has = {
                    number
                    for number, ranges in speaking
                    if any(low <= address <= high for low, high in ranges)
                }
                yield (family, protocol, port, address), has
