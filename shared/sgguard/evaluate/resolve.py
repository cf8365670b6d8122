"""From a row as written to the packets it matches.

https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicy
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import msgspec

from sgguard.evaluate.expansion import expand
from sgguard.evaluate.gap import Gap, MalformedError, heaviest, malformed, quoted, told
from sgguard.evaluate.service import ANY_SERVICES, Service, member_service, service
from sgguard.model.finding import Family
from sgguard.model.reason import as_written, reason
from sgguard.model.security_group import Names, SecurityGroupPolicy
from sgguard.traffic.address import ANYWHERE, parse_network
from sgguard.traffic.box import Box, Traffic
from sgguard.traffic.fold import Row
from sgguard.traffic.span import Span, merged

Peers = Sequence[tuple[Family, tuple[Span, ...]]]
"""Addresses by family, each family at most once."""
Gaps = tuple[Gap, ...]

_ACTIONS = {"ACCEPT": True, "DROP": False}
_ANY_PEERS: Peers = tuple(ANYWHERE.items())
_Part = TypeVar("_Part")


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """A row as traffic, and why that is not exact if it is not."""

    row: Row
    gaps: Gaps = ()
    """Everything that is not known about the row; without any, `row.least` is `row.most`."""

    @property
    def gap(self) -> Gap | None:
        """The gap that weighs most."""
        return heaviest(self.gaps)


def resolve(policy: SecurityGroupPolicy, names: Names) -> Resolved:
    """The packets a row matches: exactly, or at least and at most where something is not known.

    What is known of a row counts although the rest is not: a template that is broken somewhere matches at
    least its other members.
    """
    if policy.references():
        return _resolved(_action(policy.action), _services(policy, names), _peers(policy, names))
    return _plain(policy.action, policy.protocol, policy.port, policy.cidr, policy.ipv6_cidr)


@lru_cache(maxsize=4096)
def _plain(action: str, protocol: str, port: str, cidr: str, ipv6_cidr: str) -> Resolved:
    """A row that names nothing means the same wherever it stands, and the same few stand in many groups."""
    accept = _ACTIONS.get(action)
    if accept is not None:
        try:
            (protocols, ports), (family, span) = service(protocol, port), _written_network(cidr, ipv6_cidr)
        except MalformedError:
            pass  # all that is wrong is told below
        else:
            known = (Box(family, protocols[family], ports, (span,)),) if family in protocols else ()
            return Resolved(Row(accept, known, known))
    return _resolved(_action(action), _written_service(protocol, port), _written_peer(cidr, ipv6_cidr))


def _resolved(
    action: tuple[bool | None, Gaps],
    service_part: tuple[Sequence[Service], Gaps],
    peer_part: tuple[Peers, Gaps],
) -> Resolved:
    (accept, action_gaps), (services, service_gaps), (peers, peer_gaps) = action, service_part, peer_part
    known = _boxes(services, peers)
    if not (action_gaps or service_gaps or peer_gaps):
        return Resolved(Row(accept, known, known))
    gaps = (*action_gaps, *service_gaps, *peer_gaps)
    most = _boxes(ANY_SERVICES if service_gaps else services, _ANY_PEERS if peer_gaps else peers)
    return Resolved(Row(accept, () if accept is None else known, most), gaps)


def _boxes(services: Sequence[Service], peers: Peers) -> Traffic:
    return tuple(
        [
            Box(family, one.protocols[family], one.ports, spans)
            for one in services
            for family, spans in peers
            if family in one.protocols
        ]
    )


def _action(text: str) -> tuple[bool | None, Gaps]:
    accept = _ACTIONS.get(text)
    if accept is None:
        accept = _ACTIONS.get(text.strip().upper())
    return accept, () if accept is not None else (malformed(reason("gap.action", text=quoted(text))),)


def _services(policy: SecurityGroupPolicy, names: Names) -> tuple[Sequence[Service], Gaps]:
    """The services that are known for sure; they are all there are where there is no gap."""
    template = policy.service_id or policy.service_group_id
    if not template:
        return _written_service(policy.protocol, policy.port)
    if policy.protocol.strip().lower() not in {"", "all"}:
        return (), (malformed(reason("gap.both-services")),)
    if policy.service_id and policy.service_group_id:
        return (), (malformed(reason("gap.many-services")),)
    return _members(template, names, member_service)


def _written_service(protocol: str, port: str) -> tuple[Sequence[Service], Gaps]:
    try:
        return (service(protocol, port),), ()
    except MalformedError as error:
        return (), (malformed(error.why),)


def _peers(policy: SecurityGroupPolicy, names: Names) -> tuple[Peers, Gaps]:
    """The peers that are known for sure; they are all there are where there is no gap."""
    named = [text for text in (policy.group_id, policy.address_id, policy.address_group_id) if text]
    if not named:
        return _written_peer(policy.cidr, policy.ipv6_cidr)
    if len(named) > 1 or policy.cidr or policy.ipv6_cidr:
        return (), (malformed(reason("gap.many-peers")),)
    networks, gaps = _members(named[0], names, _member_network)
    spans: dict[Family, list[Span]] = {}
    for family, span in networks:
        spans.setdefault(family, []).append(span)
    return [(family, merged(found)) for family, found in spans.items()], gaps


def _written_peer(cidr: str, ipv6_cidr: str) -> tuple[Peers, Gaps]:
    try:
        family, span = _written_network(cidr, ipv6_cidr)
    except MalformedError as error:
        return (), (Gap(error.cause, error.why),)
    return ((family, (span,)),), ()


def _written_network(cidr: str, ipv6_cidr: str) -> tuple[Family, Span]:
    """The one network that a row writes down."""
    if bool(cidr) == bool(ipv6_cidr):
        raise MalformedError(reason("gap.many-peers" if cidr else "gap.no-peer"))
    text = (cidr or ipv6_cidr).strip()
    if text == "MY_PUBLIC_IP":
        raise MalformedError(reason("gap.public-ip"), "template")
    if text.startswith("0.0.0.0/"):
        # "0.0.0.0/n is mapped to 0.0.0.0/0": the vendor's words on CidrBlock.
        text = "0.0.0.0/0"
    try:
        found = parse_network(text)
    except ValueError as error:
        raise MalformedError(as_written(told(error))) from error
    family: Family = "ipv4" if cidr else "ipv6"
    if found[0] != family or "-" in text:
        raise MalformedError(reason("gap.cidr-family", text=quoted(text), family=family))
    return found


def _member_network(member: str) -> tuple[Family, Span]:
    try:
        return parse_network(member.strip())
    except ValueError as error:
        raise MalformedError(reason("gap.member", text=told(error))) from error


def _members(name: str, names: Names, read: Callable[[str], _Part]) -> tuple[list[_Part], Gaps]:
    """What a template or group has as members that can be read, and what cannot."""
    expansion = expand(name, names)
    found: list[_Part] = []
    gaps = [*expansion.gaps]
    for member in expansion.members:
        try:
            found.append(read(member))
        except MalformedError as error:
            gaps.append(malformed(error.why))
    return found, tuple(gaps)
