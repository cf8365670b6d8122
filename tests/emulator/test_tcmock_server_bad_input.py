"""Whatever arrives on a port is answered as documented or hung up on, and the next call works."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tcmock import Cloud, Request, ThreadedProxy, ThreadedServer
from tcmock.operation import Operation
from tcmock.server import Handler

HOST = "vpc.tencentcloudapi.com"
HUNG_UP = ""


class Line:
    """A connection to a face, through a tunnel where it is the proxy."""

    def __init__(self, face: ThreadedServer) -> None:
        name, port = face.endpoint.removeprefix("http://").split(":")
        self.bare = socket.create_connection((name, int(port)), timeout=10)
        self.socket = self.bare
        if isinstance(face, ThreadedProxy):
            self.bare.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
            assert b" 200 " in self.bare.recv(4096)
            trust = ssl.create_default_context(cafile=str(face.ca_file))
            self.socket = trust.wrap_socket(self.bare, server_hostname=HOST)

    def __enter__(self) -> Line:  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
        self.bare.close()

    def code(self, *pieces: bytes) -> str:
        """Send; the error code of the API, the status of another answer, or `HUNG_UP`."""
        try:
            for piece in pieces:
                self.socket.sendall(piece)
            received = b"".join(iter(lambda: self.socket.recv(65536), b""))
        except OSError:
            return HUNG_UP
        body = received.rpartition(b"\r\n\r\n")[2]
        if body.startswith(b'{"Response"'):
            return str(json.loads(body)["Response"].get("Error", {"Code": "fine"})["Code"])
        status = re.search(rb"(?:HTTP/1.1|Error code:) (\d+)", received)
        return status[1].decode() if status else HUNG_UP


@pytest.fixture(params=[ThreadedServer, ThreadedProxy])
def face(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[ThreadedServer]:
    with request.param(cloud) as face:
        yield face


def head(request: Request, *more: str, target: str = "/", length: int | None = None) -> bytes:
    """The request as it starts on the wire; `more` replaces the length of the body."""
    headers = [f"{name}: {value}" for name, value in request.headers.items()]
    length = len(request.body) if length is None else length
    lines = [
        f"{request.method} {target} HTTP/1.1",
        *headers,
        *(more or [f"Content-Length: {length}"]),
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def odd(sign: Any) -> dict[str, tuple[str, list[bytes]]]:
    """What to send and what must come of it, by name."""
    good = sign("DescribeVpcs", {})
    big = sign("DescribeVpcs", body=b" " * (12 * 1024 * 1024))
    latin = sign("DescribeVpcs", body='{"VpcIds": ["é"]}'.encode("latin-1"))
    typed = sign("DescribeVpcs", **{"Content-Type": "text/xml"})
    form = sign("DescribeVpcs", body=b"Limit=1", content_type="application/x-www-form-urlencoded")
    old = sign("DescribeVpcs", timestamp=1551113065)
    bottomless = sign("DescribeVpcs", body=b'{"Filters":' * 5000)
    deep = Operation(
        service="vpc", version="2017-03-12", action="DescribeVpcs", query=f"{'a.' * 10_000}a=1"
    ).signed(Cloud().credentials, now=float(good.header("X-TC-Timestamp")))
    chunks = [b"1\r\n{\r\n", b"1\r\n}\r\n", b"0\r\n\r\n"]
    chunked = head(good, "Transfer-Encoding: chunked")
    return {
        "a good call": ("fine", [head(good), good.body]),
        "byte by byte": ("fine", [bytes([byte]) for byte in head(good) + good.body]),
        "chunked": ("fine", [chunked, *chunks]),
        "absolute form": ("fine", [head(good, target=f"https://{HOST}/"), good.body]),
        "malformed JSON": ("InvalidParameter", [head(latin), latin.body]),
        "another content type": ("AuthFailure.SignatureFailure", [head(typed), typed.body]),
        "a content type that is signed": ("UnsupportedOperation", [head(form), form.body]),
        "12 MB": ("RequestSizeLimitExceeded", [head(big), big.body]),
        "12 MB chunked": (
            "RequestSizeLimitExceeded",
            [head(big, "Transfer-Encoding: chunked"), b"C00000\r\n", big.body, b"\r\n0\r\n\r\n"],
        ),
        "a query without bottom": (
            "InvalidParameter",
            [head(deep, "X-TC-Region: ap-guangzhou", target=f"/?{deep.query}")],
        ),
        "JSON without bottom": ("InvalidParameter", [head(bottomless), bottomless.body]),
        "unsigned": ("MissingParameter", [b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"]),
        "without length": ("AuthFailure.SignatureFailure", [head(good, "X-Nothing: 1")]),
        "a length that is none": ("AuthFailure.SignatureFailure", [head(good, "Content-Length: ten")]),
        "expired": ("AuthFailure.SignatureExpire", [head(old), old.body]),
        "an odd host": ("AuthFailure.SignatureFailure", [head(sign("DescribeVpcs", Host="[::1")), b"{}"]),
        "another host": (
            "AuthFailure.SignatureFailure",
            [head(sign("DescribeVpcs", Host="localhost")), b"{}"],
        ),
        "another path": ("InvalidRequest", [head(good, target="/v2/x"), good.body]),
        "another method": ("UnsupportedProtocol", [b"BREW / HTTP/1.1\r\n\r\n"]),
        "chunks that are none": (HUNG_UP, [chunked, b"this is no length\r\n"]),
        "a negative chunk": (HUNG_UP, [chunked, b"-5\r\n{}\r\n"]),
        "garbage": ("400", [b"\x16\x03\x01\x02\x00\x01\r\n\r\n"]),
        "a line without end": ("414", [b"GET /" + b"x" * 70_000]),
        "too many headers": ("431", [b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n"]),
    }


def test_all_of_it_and_then_a_normal_call(face: ThreadedServer, cloud: Cloud, sign: Any) -> None:
    """One after the other, each with its own answer."""
    found = {}
    cases = odd(sign)
    for name, (_, pieces) in cases.items():
        with Line(face) as line:
            found[name] = line.code(*pieces)
    assert found == {name: expected for name, (expected, _) in cases.items()}
    good = sign("DescribeVpcs", {})
    with Line(face) as line:
        assert line.code(head(good), good.body) == "fine"
    assert cloud.calls[-1].code == ""


@pytest.mark.parametrize("sent", [0, 20, -1])
def test_a_client_that_hangs_up(face: ThreadedServer, cloud: Cloud, sign: Any, sent: int) -> None:
    """In the middle of the head or of the body: nothing is executed."""
    request = sign("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"})
    with Line(face) as line:
        line.socket.sendall((head(request) + request.body)[:sent])
    good = sign("DescribeVpcs", {})
    with Line(face) as line:
        assert line.code(head(good), good.body) == "fine"
    assert [call.action for call in cloud.calls if call.code == ""] == ["DescribeVpcs"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that waits no longer than a test; it does not wait for ever anyway."""
    assert Handler.timeout is not None
    monkeypatch.setattr(Handler, "timeout", 0.2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [0, 20, -1])
def test_a_client_that_falls_silent(cloud: Cloud, sign: Any, sent: int) -> None:
    """It is hung up on, and others are served meanwhile."""
    request = sign("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"})
    good = sign("DescribeVpcs", {})
    with ThreadedServer(cloud) as face, Line(face) as slow, Line(face) as other:
        slow.socket.sendall((head(request) + request.body)[:sent])
        assert other.code(head(good), good.body) == "fine"
        assert slow.code() == HUNG_UP
    assert [call.action for call in cloud.calls] == ["DescribeVpcs"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("instead", [b"", b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 4096])
def test_a_tunnel_without_tls(cloud: Cloud, sign: Any, instead: bytes) -> None:
    """Silence, half a greeting, plain HTTP, noise: the connection ends."""
    with ThreadedProxy(cloud) as face:
        name, port = face.endpoint.removeprefix("http://").split(":")
        with socket.create_connection((name, int(port)), timeout=10) as line:
            line.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
            assert b" 200 " in line.recv(4096)
            line.sendall(instead)
            with contextlib.suppress(ConnectionResetError):
                assert b"Response" not in b"".join(iter(lambda: line.recv(65536), b""))
        good = sign("DescribeVpcs", {})
        with Line(face) as line:
            assert line.code(head(good), good.body) == "fine"


@pytest.mark.parametrize(
    "target", ["x", "vpc.tencentcloudapi.com", ":443", "[::1]:443", "example.org:443", "a b:443", "\x00:443"]
)
def test_a_tunnel_to_nowhere(cloud: Cloud, target: str) -> None:
    """Refused before anything is encrypted."""
    with ThreadedProxy(cloud) as face:
        name, port = face.endpoint.removeprefix("http://").split(":")
        with socket.create_connection((name, int(port)), timeout=10) as line:
            line.sendall(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
            received = b"".join(iter(lambda: line.recv(65536), b""))
    assert re.match(rb"HTTP/1.1 40[03] ", received)


def test_a_state_of_another_version(face: ThreadedServer, cloud: Cloud) -> None:
    """Refused with the place; what was there stays."""
    before = cloud.dump()
    body = json.dumps({"schema": "tcmock/state/v0", "accounts": {}}).encode()
    name, port = face.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((name, int(port)), timeout=10) as line:
        line.sendall(
            head(Request("PUT", "/", "", {"Host": f"{name}:{port}"}, body), target="/_tcmock/state") + body
        )
        received = b"".join(iter(lambda: line.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 400 ")
    assert json.loads(received.rpartition(b"\r\n\r\n")[2])["path"] == "schema"
    assert cloud.dump() == before


def test_many_at_once(face: ThreadedServer, cloud: Cloud, sign: Any) -> None:
    """Good calls and bad ones side by side; every one has its answer and its line in the log."""
    cases = list(odd(sign).values())
    good = [pieces for expected, pieces in cases if expected == "fine"]
    bad = [pieces for expected, pieces in cases if expected == "InvalidParameter"]
    found: list[str] = []

    def client() -> None:
        for pieces in (*good, *bad):
            with Line(face) as line:
                found.append(line.code(*pieces))

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(found)) == ["InvalidParameter", "fine"]
    assert len(found) == len(cloud.calls) == 8 * (len(good) + len(bad))
    assert len({call.request_id for call in cloud.calls}) == len(cloud.calls)
