"""Which URLs may be posted to, as far as their text tells."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import msgspec


class Hosts(msgspec.Struct, frozen=True):
    """Where a vendor's webhooks live."""

    names: tuple[str, ...]
    suffixes: tuple[str, ...] = ()
    """With the dot in front. Whoever owns the domain hands out the names below it."""

    def hold(self, host: str) -> bool:
        """Whether a host, in small letters and without a final dot, is one of them."""
        return host in self.names or any(host.endswith(suffix) for suffix in self.suffixes)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook URL that may be posted to."""

    parts: SplitResult
    host: str
    """In small letters, without a final dot."""
    port: int
    loopback: bool
    """Whether it is a receiver on this very machine, over plain http."""


def read_endpoint(url: str, hosts: Hosts | None) -> Endpoint:
    """Check a URL: https to one of the vendor's `hosts`, or http to this very machine.

    Raises ValueError, which never repeats the URL: it often holds the secret that allows posting.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        raise ValueError("is no URL") from None
    if not host or any(character.isspace() for character in url):
        raise ValueError("has no host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user name or password, which ends up in logs on the way")
    loopback = parts.scheme == "http" and _is_loopback(host)
    if parts.scheme != "https" and not loopback:
        raise ValueError("is not https; plain http is for receivers on this machine only")
    if hosts is not None and not loopback and not hosts.hold(host):
        raise ValueError("has a host that is none of the vendor's")
    return Endpoint(parts=parts, host=host, port=port or (80 if loopback else 443), loopback=loopback)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
