"""Sends one request to one checked address, and reads no more of the answer than is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import requests
from requests.adapters import HTTPAdapter

from sgguard.adapters.channels.address import Network, Resolver, checked_address, resolved
from sgguard.adapters.channels.endpoint import Hosts, read_endpoint
from sgguard.adapters.channels.vendor import Answer, Request

_LARGEST_ANSWER = 64 * 1024
_CHUNK = 4096


class Transport(Protocol):
    """The way out."""

    def post(self, request: Request, hosts: Hosts | None, allowed: Sequence[Network] = ()) -> Answer:
        """Send once. Raises ValueError for what may not be sent to, and OSError where no answer came."""
        ...


class HttpTransport:
    """Posts with certificates checked, and with neither proxies, redirects nor cookies."""

    def __init__(
        self,
        resolve: Resolver = resolved,
        *,
        connect: float = 3.0,
        total: float = 8.0,
        monotonic: Callable[[], float] = time.monotonic,
        certificates: str | None = None,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._total = total
        self._monotonic = monotonic
        self._certificates = certificates
        """File of the authorities to trust; None for those that come with requests."""

    def post(self, request: Request, hosts: Hosts | None, allowed: Sequence[Network] = ()) -> Answer:
        """To the address that was checked; the host's name stays in SNI, certificate and Host header."""
        endpoint = read_endpoint(request.url, hosts)
        session = requests.Session()
        # Proxies and .netrc of the environment would see the message, or sign it.
        session.trust_env = False
        url = request.url
        if not endpoint.loopback:
            address = checked_address(endpoint.host, endpoint.port, self._resolve, allowed)
            shown = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 (a version of IP)
            netloc = shown if endpoint.parts.port is None else f"{shown}:{endpoint.port}"
            url = endpoint.parts._replace(netloc=netloc).geturl()
            session.mount("https://", _Pinned(endpoint.host))
        with session:
            return self._send(session, url, endpoint.parts.netloc, request)

    def _send(self, session: requests.Session, url: str, host: str, request: Request) -> Answer:
        started = self._monotonic()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "sgguard",
            "Accept-Encoding": "identity",
            **request.headers,
            "Host": host,
        }
        try:
            with session.post(
                url,
                data=request.body,
                headers=headers,
                timeout=(self._connect, self._total - self._connect),
                allow_redirects=False,
                stream=True,
                verify=self._certificates or True,
            ) as answer:
                body = self._read(answer, started)
        except requests.RequestException as error:
            # Its text, and that of what caused it, holds the URL.
            raise OSError(f"no answer: {type(error).__name__}") from None
        return Answer(
            status=answer.status_code,
            headers={name.lower(): value for name, value in answer.headers.items()},
            body=body,
        )

    def _read(self, answer: requests.Response, started: float) -> bytes:
        """The beginning of the body; an answer may be endless, or come a byte at a time."""
        body = b""
        while len(body) < _LARGEST_ANSWER and self._monotonic() - started < self._total:
            try:
                piece = answer.raw.read1(_CHUNK)
            except Exception as error:  # noqa: BLE001 (urllib3's own, which requests wraps elsewhere)
                raise OSError(f"the answer broke off: {type(error).__name__}") from None
            if not piece:
                break
            body += piece
        return body


class _Pinned(HTTPAdapter):
    """Speaks TLS to an address as if it were spoken to by its name."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 (the signature of requests)
        **more: object,
    ) -> None:
        """With the name where the address would stand."""
        named = {**more, "server_hostname": self._host, "assert_hostname": self._host}
        super().init_poolmanager(connections, maxsize, block, **named)
