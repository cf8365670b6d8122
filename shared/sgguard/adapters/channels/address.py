"""Which addresses messages may be sent to: public ones, whatever disguise the others come in.

The standard library's `is_global` calls several of them global that lead inside: an IPv4 address wrapped for
NAT64 or 6to4, an IPv4-compatible one, multicast.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Addresses of a host at a port, as texts."""

_REFUSED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "9.0.0.0/8",  # whether the vendor routes 9/8 and 11/8 inside is not known: docs/unverified.md
        "11.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",  # the metadata service is among them
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
        "64:ff9b:1::/48",  # NAT64 for local use, at any prefix length
        "100::/64",
        "2001::/23",  # Teredo and other tunnels
        "2001:db8::/32",
        "fc00::/7",
        "fe80::/9",
        "ff00::/8",
    )
)
_METADATA = (ip_network("169.254.0.0/16"), ip_network("fe80::/10"))
_NAT64 = ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ip_network("2002::/16")
_COMPATIBLE = ip_network("::/96")


class RefusedAddressError(ValueError):
    """A host that messages must not be sent to. Says why, without the URL."""


def public(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether an address, with every IPv4 address wrapped in it, may be sent to.

    `allowed` are networks of the site's own that may be reached too. Link-local addresses never may.
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return all(_may_be_reached(inner, allowed) for inner in (address, *_wrapped(address)))


def _may_be_reached(address: Address, allowed: Sequence[Network]) -> bool:
    if any(address in network for network in _METADATA):
        return False
    if any(address in network for network in allowed):
        return True
    if isinstance(address, IPv6Address) and address in _COMPATIBLE:
        return False
    bad = address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global
    wrapping = address in _NAT64  # reserved by its prefix; what is inside decides
    return (wrapping or not bad) and not any(address in network for network in _REFUSED)


def _wrapped(address: Address) -> Iterator[Address]:
    if isinstance(address, IPv4Address):
        return
    if address in _NAT64 or address in _COMPATIBLE:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        yield IPv4Address((int(address) >> 80) & 0xFFFFFFFF)


def resolved(host: str, port: int) -> Sequence[str]:
    """Addresses of a host, from the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def checked_address(host: str, port: int, resolve: Resolver, allowed: Sequence[Network] = ()) -> Address:
    """The address to connect to: the first of a host, after all of them were found to be public.

    Raises RefusedAddressError, and OSError where the name cannot be resolved. Nothing is resolved again after
    this, so that a name cannot answer otherwise when it is used.
    """
    addresses = [ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    if not addresses:
        raise OSError("the host has no address")
    for address in addresses:
        if not public(address, allowed):
            raise RefusedAddressError("has a host with an address that is not public")
    return addresses[0]
