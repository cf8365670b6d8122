"""From a row as written to the packets it matches.

https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicy
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from sgguard.model.finding import Family, Protocol
from sgguard.model.reason import Reason, as_written, reason
from sgguard.model.security_group import Names, SecurityGroupPolicy
from sgguard.traffic.address import ANYWHERE, parse_network
from sgguard.traffic.box import FAMILIES, PROTOCOLS, Box, Traffic
from sgguard.traffic.fold import Row
from sgguard.traffic.port import ALL_PORTS, parse_ports
from sgguard.traffic.span import Span, merged

Peers = Mapping[Family, tuple[Span, ...]]
Service = tuple[str, tuple[Span, ...]]
"""A protocol name in lower case, and its ports."""


Cause = Literal["malformed", "template", "group"]
"""The row or a template member cannot be read, or a template or security group has no known members."""


class Gap(NamedTuple):
    """What is not known about a row."""

    cause: Cause
    reason: Reason


class Resolved(NamedTuple):
    """A row as traffic, and why that is not exact if it is not."""

    row: Row
    gap: Gap | None = None


class _Unresolved(Exception):  # noqa: N818 (a way out of the parsers below, never seen outside)
    def __init__(self, cause: Cause, why: Reason) -> None:
        super().__init__(why.code)
        self.gap = Gap(cause, why)


def resolve(policy: SecurityGroupPolicy, names: Names) -> Resolved:
    """The packets a row matches: exactly, or at least and at most where something is not known."""
    gap: Gap | None = None
    services: Sequence[Service] = (("all", ALL_PORTS),)
    peers: Peers = ANYWHERE
    accept = {"ACCEPT": True, "DROP": False}.get(policy.action.strip().upper())
    if accept is None:
        gap = Gap("malformed", reason("gap.action", text=_quoted(policy.action)))
    try:
        services = _services(policy, names)
    except _Unresolved as unknown:
        gap = unknown.gap
    try:
        peers = _peers(policy, names)
    except _Unresolved as unknown:
        gap = unknown.gap
    most = _boxes(services, peers)
    return Resolved(Row(accept=accept, least=() if gap else most, most=most), gap)


_PROTOCOLS: dict[tuple[str, Family], tuple[Protocol, ...]] = {
    # ICMP says nothing of IPv6, nor ICMPv6 of IPv4.
    **{(protocol, family): (protocol,) for family in FAMILIES for protocol in PROTOCOLS[family]},
    **{("all", family): PROTOCOLS[family] for family in FAMILIES},
}


def _quoted(text: str) -> str:
    """Foreign text in quotes, escaped and of bounded length."""
    return repr(text[:60])


def _boxes(services: Sequence[Service], peers: Peers) -> Traffic:
    return tuple(
        [
            Box(family, _PROTOCOLS[name, family], ports, spans)
            for name, ports in services
            for family, spans in peers.items()
            if (name, family) in _PROTOCOLS
        ]
    )


def _services(policy: SecurityGroupPolicy, names: Names) -> list[Service]:
    template = policy.service_id or policy.service_group_id
    protocol = policy.protocol.strip().lower()
    if not template:
        return [_service(protocol, policy.port)]
    if protocol not in {"", "all"}:
        raise _Unresolved("malformed", reason("gap.both-services"))
    return [_member_service(member) for member in _members(template, names)]


def _member_service(member: str) -> Service:
    """``tcp:80,443``, ``udp:3000-4000``, ``tcp:ALL``, ``icmp``, ``gre``; protocols in any case."""
    protocol, _, ports = member.partition(":")
    try:
        return _service(protocol.strip().lower(), ports)
    except _Unresolved as error:
        raise _Unresolved("malformed", reason("gap.member", text=_quoted(member))) from error


def _service(protocol: str, port: str) -> Service:
    if protocol in {"tcp", "udp"}:
        try:
            return protocol, parse_ports(port)
        except ValueError as error:
            raise _Unresolved("malformed", as_written(str(error))) from error
    if protocol not in {"all", "icmp", "icmpv6", "gre"}:
        raise _Unresolved("malformed", reason("gap.protocol", text=_quoted(protocol)))
    if port.strip().upper() not in {"", "ALL", "-"}:
        raise _Unresolved("malformed", reason("gap.port-without-ports", text=_quoted(port)))
    return protocol, ALL_PORTS


def _peers(policy: SecurityGroupPolicy, names: Names) -> Peers:
    reference = policy.group_id or policy.address_id or policy.address_group_id
    if policy.cidr and not (policy.ipv6_cidr or reference):
        return _cidr(policy.cidr, "ipv4")
    if policy.ipv6_cidr and not (policy.cidr or reference):
        return _cidr(policy.ipv6_cidr, "ipv6")
    references = (policy.group_id, policy.address_id, policy.address_group_id)
    given = [text for text in (policy.cidr, policy.ipv6_cidr, *references) if text]
    if len(given) != 1:
        raise _Unresolved("malformed", reason("gap.many-peers" if given else "gap.no-peer"))
    return _collected(_members(reference, names))


def _cidr(text: str, family: Family) -> Peers:
    text = text.strip()
    if text == "MY_PUBLIC_IP":
        raise _Unresolved("template", reason("gap.public-ip"))
    if text.startswith("0.0.0.0/"):
        # "0.0.0.0/n is mapped to 0.0.0.0/0": the vendor's words on CidrBlock.
        text = "0.0.0.0/0"
    try:
        found, span = parse_network(text)
    except ValueError as error:
        raise _Unresolved("malformed", as_written(str(error))) from error
    if found != family or "-" in text:
        raise _Unresolved("malformed", reason("gap.cidr-family", text=_quoted(text), family=family))
    return {family: (span,)}


def _collected(members: Iterator[str]) -> Peers:
    spans: dict[Family, list[Span]] = {}
    for member in members:
        try:
            family, span = parse_network(member.strip())
        except ValueError as error:
            raise _Unresolved("malformed", reason("gap.member", text=str(error))) from error
        spans.setdefault(family, []).append(span)
    return {family: merged(found) for family, found in spans.items()}


def _members(name: str, names: Names, chain: tuple[str, ...] = ()) -> Iterator[str]:
    """The members of a template or group; a template group's members are templates, which are followed."""
    if name in chain:
        raise _Unresolved("malformed", reason("gap.loop", name=name, chain=" > ".join((*chain, name))))
    if name not in names:
        cause: Cause = "group" if name.startswith("sg-") else "template"
        raise _Unresolved(cause, reason("gap.unknown-members", name=name[:40]))
    for member in names[name]:
        if member.startswith(("ipm-", "ipmg-", "ppm-", "ppmg-")):
            yield from _members(member, names, (*chain, name))
        else:
            yield member
