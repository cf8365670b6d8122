"""What a protocol and a port text mean.

https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicy, and #ServiceTemplate there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sgguard.evaluate.gap import MalformedError, quoted, told
from sgguard.model.finding import Family, Protocol
from sgguard.model.reason import as_written, reason
from sgguard.traffic.box import FAMILIES, PORTED, PROTOCOLS
from sgguard.traffic.port import ALL_PORTS, parse_ports
from sgguard.traffic.span import Span


class Service(NamedTuple):
    """Protocols and ports."""

    protocols: Mapping[Family, tuple[Protocol, ...]]
    """A family that has none is left out: ICMP says nothing of IPv6, nor ICMPv6 of IPv4."""
    ports: tuple[Span, ...]


ANY_SERVICES = (Service(PROTOCOLS, ALL_PORTS),)


def _only(protocol: Protocol) -> Mapping[Family, tuple[Protocol, ...]]:
    return {family: (protocol,) for family in FAMILIES if protocol in PROTOCOLS[family]}


_WRITTEN: Mapping[str, Mapping[Family, tuple[Protocol, ...]]] = {
    "all": PROTOCOLS,
    "tcp": _only("tcp"),
    "udp": _only("udp"),
    "icmp": _only("icmp"),
    "icmpv6": _only("icmpv6"),
    "gre": _only("gre"),
}
"""What a row or a member may say, in lower case."""


@lru_cache(maxsize=4096)
def service(protocol: str, port: str) -> Service:
    """``tcp`` or ``udp`` with ports, another protocol with ``ALL``, an empty text or ``-``, in any case.

    Raises MalformedError for anything else.
    """
    name = protocol.strip().lower()
    protocols = _WRITTEN.get(name)
    if protocols is None:
        raise MalformedError(reason("gap.protocol", text=quoted(name)))
    if name in PORTED:
        try:
            return Service(protocols, parse_ports(port))
        except ValueError as error:
            raise MalformedError(as_written(told(error))) from error
    if port.strip().upper() not in {"", "ALL", "-"}:
        raise MalformedError(reason("gap.port-without-ports", text=quoted(port)))
    return Service(protocols, ALL_PORTS)


def member_service(member: str) -> Service:
    """``tcp:80,443``, ``udp:3000-4000``, ``tcp:ALL``, ``icmp``, ``gre``. Raises MalformedError."""
    protocol, _, ports = member.partition(":")
    try:
        return service(protocol, ports)
    except MalformedError as error:
        raise MalformedError(reason("gap.member", text=quoted(member))) from error
