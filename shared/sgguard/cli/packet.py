"""A packet as a person writes it: ``tcp/2379 from 198.51.100.7``, ``icmp to 10.0.0.1``."""

from __future__ import annotations

import re
from difflib import get_close_matches

import msgspec

from sgguard.errors import ConfigError, Problem
from sgguard.evaluate.trace import Packet
from sgguard.model.finding import Family
from sgguard.traffic.address import parse_address
from sgguard.traffic.box import PORTED, PROTOCOLS

_FORM = re.compile(
    r"(?P<protocol>[a-z0-9]+)(?:[/:\s]\s*(?P<port>[0-9]+))?\s+(?P<way>from|to)\s+(?P<peer>\S+)", re.IGNORECASE
)
_EXAMPLE = "Write for example 'tcp/2379 from 198.51.100.7', 'udp/53 to 10.0.0.2' or 'icmp from 203.0.113.9'."
_HIGHEST = 65535
_KNOWN = sorted({protocol for protocols in PROTOCOLS.values() for protocol in protocols})


def read_packet(text: str) -> Packet:
    """A packet of ingress (``from``) or egress (``to``). Raises ConfigError."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise _wrong(f"{text!r} is no packet", _EXAMPLE)
    protocol = found["protocol"].lower()
    if protocol not in _KNOWN:
        near = get_close_matches(protocol, _KNOWN, n=1)
        fix = f"Did you mean {near[0]!r}?" if near else f"Write one of {', '.join(_KNOWN)}."
        raise _wrong(f"the protocol {found['protocol']!r} is not known", fix)
    try:
        family, peer = parse_address(found["peer"])
    except ValueError as error:
        raise _wrong(str(error), "Write one address, not a network.") from error
    if protocol not in PROTOCOLS[family]:
        other = "icmpv6" if protocol == "icmp" else "icmp"
        raise _wrong(
            f"there is no {protocol} in {family}", f"Write {other}, or an address of the other family."
        )
    return msgspec.convert(
        {
            "direction": "ingress" if found["way"].lower() == "from" else "egress",
            "family": family,
            "protocol": protocol,
            "port": _port(protocol, found["port"], family),
            "peer": peer,
        },
        Packet,
    )


def _port(protocol: str, text: str | None, family: Family) -> int | None:
    if protocol not in PORTED:
        if text is not None:
            raise _wrong(f"{protocol} of {family} has no ports", f"Leave /{text} out.")
        return None
    if text is None:
        raise _wrong(f"{protocol} needs a destination port", f"Write {protocol}/443, for example.")
    if int(text) > _HIGHEST:
        raise _wrong(f"{text} is no port", f"Ports end at {_HIGHEST}.")
    return int(text)


def _wrong(what: str, fix: str) -> ConfigError:
    return ConfigError([Problem("--packet", what, fix)])
