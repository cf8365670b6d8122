"""A server that answers what it was given, and the environment of the tests here."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

import pytest


@dataclass
class Answer:
    """What to send back; nothing at all if `lost`."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    lost: bool = False
    missing: int = 0
    """Bytes that Content-Length promises and that never come."""
    delay: float = 0.0


@dataclass
class Asked:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class CannedApi:
    """Answers in turn, and keeps what was asked."""

    endpoint: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)

    def will_answer(self, **content: object) -> None:
        """A success."""
        response = {**content, "RequestId": f"req-{len(self.answers)}"}
        self.answers.append(Answer(json.dumps({"Response": response}).encode()))

    def will_refuse(self, code: str, message: str = "no", content_type: str = "application/json") -> None:
        """An error, as the API sends it: with HTTP status 200."""
        response = {"Error": {"Code": code, "Message": message}, "RequestId": f"req-{len(self.answers)}"}
        self.answers.append(Answer(json.dumps({"Response": response}).encode(), content_type=content_type))

    def will_send(self, body: bytes = b"", **how: object) -> None:
        """Anything else; see `Answer`."""
        self.answers.append(Answer(body, **how))  # type: ignore[arg-type]


class Server(ThreadingHTTPServer):
    """Carries the canned answers to the handlers."""

    daemon_threads = True
    api: CannedApi


class Handler(BaseHTTPRequestHandler):
    """Speaks just enough HTTP."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer, or Nagle costs 40 ms

    def do_POST(self) -> None:
        """Record the request, send the next answer."""
        api = cast("Server", self.server).api
        body = self.rfile.read(int(self.headers["Content-Length"]))
        api.asked.append(Asked(dict(self.headers), body, self.client_address))
        answer = api.answers.popleft()
        time.sleep(answer.delay)
        self.close_connection = answer.lost or bool(answer.missing)
        if answer.lost:
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TENCENTCLOUD_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def api() -> Iterator[CannedApi]:
    """A running server; every answer it was given must have been asked for."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.api = CannedApi(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.api
        server.shutdown()
        thread.join()
    assert not server.api.answers
