"""How rows and templates write protocols, ports and addresses."""

from __future__ import annotations

import ipaddress
import re

from tcmock.vpc.errors import malformed, out_of_range

ALL = "ALL"
WITH_PORTS = ("tcp", "udp")

_PROTOCOLS = {"TCP": "tcp", "UDP": "udp", "ICMP": "icmp", "ICMPV6": "icmpv6", "GRE": "gre", ALL: ALL}
_MAX_PORT = 65535
_PORTS = re.compile(r"\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*")
_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}(/(3[0-2]|[12]?\d))?")
_IPV4_ANY = re.compile(r"0\.0\.0\.0/\d{1,2}")


def protocol(name: str, text: str) -> str:
    """A protocol in any case as it is answered: lower case except ``ALL``.

    Raises:
        APIError: there is no such protocol.
    """
    if text.upper() not in _PROTOCOLS:
        raise out_of_range(name, text, f"it must be one of {', '.join(_PROTOCOLS)}")
    return _PROTOCOLS[text.upper()]


def ports(name: str, text: str) -> str:
    """Ports and ranges as they were written.

    Raises:
        APIError: they are not written like ``80,443,8000-8010``, or are no ports.
    """
    if not _PORTS.fullmatch(text):
        raise malformed(name, text)
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not int(first) <= int(last or first) <= _MAX_PORT:
            raise out_of_range(name, text, f"ports rise and end at {_MAX_PORT}")
    return text


def ipv4(name: str, text: str) -> str:
    """A network or address as it is stored: host bits stay, ``0.0.0.0/n`` is ``0.0.0.0/0``; ``""`` is none.

    Raises:
        APIError: it is no IPv4 address and has no prefix from 0 to 32.
    """
    if text and not _IPV4.fullmatch(text):
        raise malformed(name, text)
    return "0.0.0.0/0" if _IPV4_ANY.fullmatch(text) else text


def ipv6(name: str, text: str) -> str:
    """A network or address as it was written; ``""`` is none.

    Raises:
        APIError: it is no IPv6 address or network.
    """
    try:
        if text:
            ipaddress.IPv6Network(text, strict=False)
    except ValueError as error:
        raise malformed(name, text) from error
    return text
