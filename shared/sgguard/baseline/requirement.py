"""A baseline as written: named requirements on named networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from sgguard.config.reader import Reader
from sgguard.errors import Problem
from sgguard.model.cluster import ClusterScope, Role
from sgguard.model.finding import Family, Protocol
from sgguard.model.security_group import Direction
from sgguard.traffic.address import ANYWHERE, parse_network, span_text
from sgguard.traffic.box import FAMILIES, PROTOCOLS, Box, Traffic
from sgguard.traffic.port import parse_ports
from sgguard.traffic.span import Span, merged

Need = Literal["required", "permitted"]
ProtocolName = Literal["ALL", "tcp", "udp", "icmp", "icmpv6", "gre"]

_DIRECTIONS: Mapping[str, Direction] = {"ingress": "ingress", "egress": "egress"}
_NEEDS: Mapping[str, Need] = {"required": "required", "permitted": "permitted"}
_PROTOCOLS = ("ALL", "tcp", "udp", "icmp", "icmpv6", "gre")
NETWORKS = ("pod-network", "node-network", "vpc", "anywhere-ipv4", "anywhere-ipv6")
"""Names that a requirement may use for peers; anything else is a CIDR, an address or an ``a-b`` range."""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic that a role needs (`required`), or that may be accepted besides (`permitted`)."""

    id: str
    direction: Direction
    need: Need
    protocols: tuple[str, ...]
    """``ALL``, ``tcp``, ``udp``, ``icmp``, ``icmpv6``, ``gre``."""
    ports: str
    """As in a policy: ``ALL``, ``22``, ``30000-32767``."""
    peers: tuple[str, ...]
    """Names of `NETWORKS`, CIDRs, addresses, ranges."""
    row: str
    """The row or sentence of the source that says so."""
    why: str
    """What stops working without it."""
    source: str
    """Link to the page that states it."""

    def traffic(self, scope: ClusterScope) -> Traffic:
        """The requirement with the networks of one cluster filled in. IPv4 and IPv6 stay apart."""
        ports = parse_ports(self.ports)
        boxes = []
        for family, peers in self.peer_spans(scope).items():
            protocols = self.protocols_of(family)
            if peers and protocols:
                boxes.append(Box(family, protocols, ports, peers))
        return tuple(boxes)

    def protocols_of(self, family: Family) -> tuple[Protocol, ...]:
        """The packet classes of one family that are meant."""
        if "ALL" in self.protocols:
            return PROTOCOLS[family]
        return tuple(protocol for protocol in PROTOCOLS[family] if protocol in self.protocols)

    def peer_spans(self, scope: ClusterScope) -> dict[Family, tuple[Span, ...]]:
        """The peers of one cluster, by family."""
        named: dict[str, tuple[str, ...]] = {
            "pod-network": scope.pod_cidrs,
            "node-network": scope.node_cidrs,
            "vpc": scope.vpc_cidrs,
        }
        spans: dict[Family, list[Span]] = {family: [] for family in FAMILIES}
        for peer in self.peers:
            if peer.startswith("anywhere-"):
                family: Family = "ipv4" if peer == "anywhere-ipv4" else "ipv6"
                spans[family].extend(ANYWHERE[family])
            else:
                for text in named.get(peer, (peer,)):
                    family, span = parse_network(text)
                    spans[family].append(span)
        return {family: merged(found) for family, found in spans.items()}

    def peer_texts(self, scope: ClusterScope) -> tuple[str, ...]:
        """The peers of one cluster as CIDRs and ranges, IPv4 first."""
        return tuple(
            span_text(family, span) for family, spans in self.peer_spans(scope).items() for span in spans
        )


class Baseline(msgspec.Struct, frozen=True):
    """The requirements of one role."""

    role: Role
    requirements: tuple[Requirement, ...]


def read_baseline(document: object, where: str) -> Baseline:
    """A decoded baseline file. Raises ConfigError with everything that is wrong."""
    reader = Reader(document, where)
    reader.only(("schema", "role", "source", "requirements"))
    reader.choice("schema", {"sgguard/baseline/v1": None}, None)
    roles: Mapping[str, Role] = {"node": "node", "master": "master"}
    baseline = Baseline(
        role=reader.choice("role", roles, "node"),
        requirements=tuple(
            read_requirement(entry, reader.text("source")) for entry in reader.objects("requirements")
        ),
    )
    if not reader.problems:
        reader.problems.extend(_contradictions(baseline, where))
    reader.finish()
    return baseline


def read_requirement(reader: Reader, source: str) -> Requirement:
    """One requirement. Notes what is wrong with the reader; `source` fills in for an entry without one."""
    reader.only(Requirement.__struct_fields__)
    return Requirement(
        id=reader.text("id"),
        direction=reader.choice("direction", _DIRECTIONS, "ingress"),
        need=reader.choice("need", _NEEDS, "required"),
        protocols=_listed(reader, "protocols", _check_protocol),
        ports=_checked(reader, "ports", parse_ports),
        peers=_listed(reader, "peers", _check_peer),
        row=reader.text("row", default=""),
        why=reader.text("why", default=""),
        source=reader.text("source", default=source),
    )


def _listed(reader: Reader, key: str, check: Callable[[str], object]) -> tuple[str, ...]:
    texts = reader.texts(key, check)
    if reader.has(key) and reader.value(key) == []:
        reader.problem(key, "is empty, so the requirement would mean nothing", "Name at least one.")
    return texts


def _checked(reader: Reader, key: str, check: Callable[[str], object]) -> str:
    text = reader.text(key)
    try:
        check(text)
    except ValueError as error:
        reader.problem(key, str(error), "Write ALL, ports and ranges, for example 22,30000-32767.")
    return text


def _check_protocol(text: str) -> None:
    if text not in _PROTOCOLS:
        raise ValueError(f"is {text!r}, not one of {', '.join(_PROTOCOLS)}")


def _check_peer(text: str) -> None:
    if text not in NETWORKS:
        try:
            parse_network(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is none of {', '.join(NETWORKS)}, and {error}") from error


def _contradictions(baseline: Baseline, where: str) -> Iterable[Problem]:
    """A baseline that asks for nothing would call every group compliant."""
    required = {r.direction for r in baseline.requirements if r.need == "required"}
    for direction in ("ingress", "egress"):
        if direction not in required:
            yield Problem(
                f"{where}: requirements",
                f"none is required for {direction}, so all of it could be lost unnoticed",
                "Require at least the pod and node networks.",
            )
    ids = [r.id for r in baseline.requirements]
    for repeated in sorted({i for i in ids if ids.count(i) > 1}):
        yield Problem(f"{where}: requirements", f"id {repeated!r} is used twice", "Give each its own id.")
