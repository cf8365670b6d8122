"""Traffic as a person writes it: protocols, ports, and peers by name or by address."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_text
from sgguard.model.cluster import ClusterScope
from sgguard.model.finding import Family, Protocol
from sgguard.traffic.address import ANYWHERE, parse_network, span_text
from sgguard.traffic.box import FAMILIES, PROTOCOLS, Box, Traffic
from sgguard.traffic.port import parse_ports
from sgguard.traffic.span import Span, merged

PROTOCOL_NAMES = ("ALL", "tcp", "udp", "icmp", "icmpv6", "gre")
NETWORKS = ("pod-network", "node-network", "vpc", "anywhere-ipv4", "anywhere-ipv6")
"""Names that may be used for peers; anything else is a CIDR, an address or an ``a-b`` range."""

PEERS: Schema = a_list(
    {"anyOf": [a_choice(NETWORKS), a_text(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]+|-[0-9A-Fa-f.:]+)?$")]},
    least=1,
    about="Sources of ingress, destinations of egress: the cluster's networks, CIDRs, addresses, a-b ranges.",
)
FIELDS: dict[str, Schema] = {
    "protocols": a_list(a_choice(PROTOCOL_NAMES), least=1),
    "ports": a_text(
        pattern=r"^([Aa][Ll][Ll]|[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)$",
        about="ALL, or ports and ranges: 22,30000-32767. In quotes, or YAML makes a number of it.",
    ),
    "peers": PEERS,
}
"""What an object with a pattern says of it."""


_NOWHERE = ClusterScope(cluster_id="", role="node", pod_cidrs=(), node_cidrs=())


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic of whatever cluster it is applied to."""

    protocols: tuple[str, ...]
    """Of `PROTOCOL_NAMES`."""
    ports: str
    """As in a policy: ``ALL``, ``22``, ``30000-32767``."""
    peers: tuple[str, ...]
    """Of `NETWORKS`, or CIDRs, addresses, ranges."""

    def traffic(self, scope: ClusterScope) -> Traffic:
        """The traffic with the networks of one cluster filled in. IPv4 and IPv6 stay apart."""
        ports = parse_ports(self.ports)
        return tuple(
            Box(family, protocols, ports, spans)
            for family, spans in self.peer_spans(scope).items()
            if spans and (protocols := self.protocols_of(family))
        )

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

    def is_empty(self) -> bool:
        """Whether it means no packet at all, whatever networks a cluster has."""
        named = any(peer in NETWORKS and not peer.startswith("anywhere-") for peer in self.peers)
        return not named and not self.traffic(_NOWHERE)

    def peer_texts(self, scope: ClusterScope) -> tuple[str, ...]:
        """The peers of one cluster as CIDRs and ranges, IPv4 first."""
        return tuple(
            span_text(family, span) for family, spans in self.peer_spans(scope).items() for span in spans
        )


def read_pattern(reader: Reader) -> Pattern:
    """The pattern in the fields `protocols`, `ports` and `peers` of an object. Notes what is wrong."""
    return Pattern(
        protocols=_listed(reader, "protocols", _check_protocol),
        ports=_checked(reader, "ports", parse_ports),
        peers=read_peers(reader, "peers"),
    )


def read_peers(reader: Reader, key: str) -> tuple[str, ...]:
    """A list of peers, at least one. Notes what is wrong."""
    return _listed(reader, key, _check_peer)


def _listed(reader: Reader, key: str, check: Callable[[str], object]) -> tuple[str, ...]:
    texts = reader.texts(key, check)
    if reader.has(key) and reader.value(key) == []:
        reader.problem(key, "is empty, so no traffic would be meant", "Name at least one.")
    return texts


def _checked(reader: Reader, key: str, check: Callable[[str], object]) -> str:
    text = reader.text(key)
    try:
        check(text)
    except ValueError as error:
        reader.problem(key, str(error), "Write ALL, ports and ranges, for example 22,30000-32767.")
    return text


def _check_protocol(text: str) -> None:
    if text not in PROTOCOL_NAMES:
        raise ValueError(f"is {text!r}, not one of {', '.join(PROTOCOL_NAMES)}")


def _check_peer(text: str) -> None:
    if text not in NETWORKS:
        try:
            parse_network(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is none of {', '.join(NETWORKS)}, and {error}") from error
