"""Addresses, networks and ranges as integers."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address

from sgguard.model.finding import Family
from sgguard.traffic.span import Span

BITS: dict[Family, int] = {"ipv4": 32, "ipv6": 128}
ANYWHERE: dict[Family, tuple[Span, ...]] = {"ipv4": ((0, 1 << 32),), "ipv6": ((0, 1 << 128),)}


@lru_cache(maxsize=16384)
def parse_network(text: str) -> tuple[Family, Span]:
    """A CIDR, a bare address or an ``a-b`` range. Host bits are masked; a bare address is a /32 or /128.

    Raises ValueError saying what is wrong with the text.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        return _parse_range(first, last, text)
    address, slash, length = first.partition("/")
    family, value = parse_address(address)
    bits = BITS[family]
    if not slash:
        return family, (value, value + 1)
    if not (length.isascii() and length.isdigit() and int(length) <= bits):
        raise ValueError(f"{text!r} has no prefix length between 0 and {bits}")
    size = 1 << (bits - int(length))
    start = value & -size
    return family, (start, start + size)


def _parse_range(first: str, last: str, text: str) -> tuple[Family, Span]:
    family, start = parse_address(first)
    other, end = parse_address(last)
    if family != other:
        raise ValueError(f"{text!r} mixes IPv4 and IPv6")
    if end < start:
        raise ValueError(f"{text!r} runs backwards")
    return family, (start, end + 1)


def parse_address(text: str) -> tuple[Family, int]:
    """One address. Raises ValueError when it is none."""
    if ":" in text:
        if "%" not in text:
            try:
                return "ipv6", int(IPv6Address(text))
            except ValueError:
                pass
        raise ValueError(f"{text!r} is no IPv6 address")
    value = 0
    octets = text.split(".")
    for octet in octets:
        if not _is_octet(octet):
            raise ValueError(f"{text!r} is no IP address")
        value = value << 8 | int(octet)
    if len(octets) != 4:  # noqa: PLR2004 (IPv4's own)
        raise ValueError(f"{text!r} is no IP address")
    return "ipv4", value


def _is_octet(text: str) -> bool:
    # A leading zero is octal to some parsers and decimal to others; the API takes neither.
    if not (text.isascii() and text.isdigit() and len(text) <= 3):  # noqa: PLR2004
        return False
    return int(text) <= 255 and (text == "0" or text[0] != "0")  # noqa: PLR2004


def address_text(family: Family, value: int) -> str:
    """The usual spelling of one address."""
    if family == "ipv4":
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return str(IPv6Address(value))


def span_text(family: Family, span: Span) -> str:
    """A CIDR where the span is one (``/32`` and ``/128`` included), else ``first-last``."""
    start, end = span
    size = end - start
    if size & (size - 1) == 0 and start % size == 0:
        return f"{address_text(family, start)}/{BITS[family] - size.bit_length() + 1}"
    return f"{address_text(family, start)}-{address_text(family, end - 1)}"


def cidr_texts(family: Family, span: Span) -> list[str]:
    """The fewest CIDRs that are exactly the span."""
    texts = []
    start, end = span
    while start < end:
        size = start & -start or 1 << BITS[family]
        while size > end - start:
            size >>= 1
        texts.append(span_text(family, (start, start + size)))
        start += size
    return texts
