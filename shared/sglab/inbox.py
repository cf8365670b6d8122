"""A webhook receiver that really listens."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import msgspec

from sglab.loopback import Loopback


class Received(msgspec.Struct, frozen=True):
    """One request as it arrived."""

    path: str
    body: bytes

    def document(self) -> object:
        """The notification in the event that was sent."""
        return self.event()["data"]

    def event(self) -> dict[str, object]:
        """The CloudEvent. Raises msgspec.MsgspecError where the body is none."""
        return msgspec.json.decode(self.body, type=dict[str, object])


class Inbox(Loopback):
    """Answers every POST with one status and keeps what it was sent. A context manager."""

    def __init__(self, *, status: int = 204, arrived: Callable[[Received], object] | None = None) -> None:
        """`arrived` is called with every request before it is answered, by any of several threads."""
        self.received: list[Received] = []
        self._arrived = arrived
        super().__init__(_handler(self, status), "inbox")

    def take(self, received: Received) -> None:
        """Keep a request."""
        self.received.append(received)
        if self._arrived:
            self._arrived(received)

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"{self.origin}/alerts"


def _handler(inbox: Inbox, status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Keep the request, then answer."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            inbox.take(Received(self.path, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The inbox itself tells what arrived."""

    return Handler
