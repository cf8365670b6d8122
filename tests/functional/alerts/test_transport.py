"""The way out, over real TLS: the checked address is connected to, under the name that was asked for."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread

import pytest
import trustme

from sgguard.adapters.channels.transport import HttpTransport
from sgguard.adapters.channels.vendor import Request

LOOPBACK = [ip_network("127.0.0.0/8")]


class Server:
    """A TLS server for one name, which notes who was asked for."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority = str(folder / "ca.pem")
        authority.cert_pem.write_to_path(self.authority)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("hooks.example.org").configure_cert(context)
        self.names: list[str | None] = []
        self.hosts: list[str] = []
        context.sni_callback = lambda _, name, __: self.names.append(name)
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                server.hosts.append(self.headers["Host"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self.port = self._http.server_port
        Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.close()


def transport(server: Server, *addresses: str) -> HttpTransport:
    return HttpTransport(lambda *_: addresses or ("127.0.0.1",), certificates=server.authority)


def request(server: Server, host: str = "hooks.example.org") -> Request:
    return Request(url=f"https://{host}:{server.port}/x", body=b"{}")


def test_the_name_stays_where_it_belongs(server: Server) -> None:
    answer = transport(server).post(request(server), None, LOOPBACK)
    assert answer.status == 204
    assert server.names == ["hooks.example.org"]
    assert server.hosts == [f"hooks.example.org:{server.port}"]


def test_a_certificate_of_another_name_is_refused(server: Server) -> None:
    with pytest.raises(OSError, match="no answer: SSLError"):
        transport(server).post(request(server, "other.example.org"), None, LOOPBACK)
    assert server.hosts == []


def test_an_authority_that_is_not_known_is_refused(server: Server) -> None:
    with pytest.raises(OSError, match="no answer: SSLError"):
        HttpTransport(lambda *_: ("127.0.0.1",)).post(request(server), None, LOOPBACK)


def test_an_address_that_is_not_public_is_not_connected_to(server: Server) -> None:
    with pytest.raises(ValueError, match="not public"):
        transport(server).post(request(server), None)
    with pytest.raises(ValueError, match="not public"):
        transport(server, "127.0.0.1", "10.0.0.1").post(request(server), None, LOOPBACK)
    assert server.names == []


def test_a_name_is_resolved_once(server: Server) -> None:
    asked: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    HttpTransport(resolve, certificates=server.authority).post(request(server), None, LOOPBACK)
    assert asked == ["hooks.example.org"]


def test_the_environments_proxies_are_not_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert transport(server).post(request(server), None, LOOPBACK).status == 204
