"""Addresses, networks and ranges as integers."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address

from sgguard.model.finding import Family
from sgguard.traffic.span import Span

BITS: dict[Family, int] = {"ipv4": 32, "ipv6": 128}
ANYWHERE: dict[Family, tuple[Span, ...]] = {"ipv4": ((0, 1 << 32),), "ipv6": ((0, 1 << 128),)}


# Looking a text up is both the quickest check and the strictest: no sign, no space, no leading zero.
_OCTETS = {str(value): value for value in range(256)}
_SIZES: dict[Family, dict[str, int]] = {
    family: {str(length): 1 << (bits - length) for length in range(bits + 1)} for family, bits in BITS.items()
}


@lru_cache(maxsize=65536)
def parse_network(text: str) -> tuple[Family, Span]:
    """A CIDR, a bare address or an ``a-b`` range. Host bits are masked; a bare address is a /32 or /128.

    Raises ValueError saying what is wrong with the text.
    """
    if "-" in text:
        return _parse_range(text)
    address, slash, length = text.partition("/")
    family, value = parse_address(address)
    if not slash:
        return family, (value, value + 1)
    size = _SIZES[family].get(length)
    if size is None:
        raise ValueError(f"{text!r} has no prefix length between 0 and {BITS[family]}")
    start = value & -size
    return family, (start, start + size)


def _parse_range(text: str) -> tuple[Family, Span]:
    first, _, last = text.partition("-")
    family, start = parse_address(first.strip())
    other, end = parse_address(last.strip())
    if family != other:
        raise ValueError(f"{text!r} mixes IPv4 and IPv6")
    if end < start:
        raise ValueError(f"{text!r} runs backwards")
    return family, (start, end + 1)


def parse_address(text: str) -> tuple[Family, int]:
    """One address. Raises ValueError when it is none."""
    if ":" in text:
        return "ipv6", _parse_ipv6(text)
    try:
        first, second, third, fourth = text.split(".")
        value = _OCTETS[first] << 24 | _OCTETS[second] << 16 | _OCTETS[third] << 8 | _OCTETS[fourth]
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is no IP address") from None
    return "ipv4", value


def _parse_ipv6(text: str) -> int:
    try:
        # A zone index is local to one machine and means nothing in a rule.
        return int(IPv6Address("" if "%" in text else text))
    except ValueError:
        raise ValueError(f"{text!r} is no IPv6 address") from None


def address_text(family: Family, value: int) -> str:
    """The usual spelling of one address."""
    if family == "ipv4":
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return str(IPv6Address(value))


@lru_cache(maxsize=65536)
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
