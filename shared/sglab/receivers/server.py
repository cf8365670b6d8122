"""A desk behind a socket of this machine."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from sglab.loopback import Loopback
from sglab.receivers.desk import Desk, Post

_LARGEST = 4 * 1024 * 1024


class ReceiverServer(Loopback):
    """A context manager; `url` is where the guard's channel posts to."""

    def __init__(self, desk: Desk, clock: Callable[[], float]) -> None:
        self.desk = desk
        super().__init__(_handler(desk, clock), "receiver")

    @property
    def url(self) -> str:
        """With the bot's own secret, as the vendor hands it out."""
        return f"{self.origin}{self.desk.path}"


def _handler(desk: Desk, clock: Callable[[], float]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Hand the request over the desk."""
            length = min(int(self.headers.get("Content-Length") or 0), _LARGEST)
            headers = {name.lower(): value for name, value in self.headers.items()}
            post = Post(target=self.path, headers=headers, body=self.rfile.read(length))
            reply = desk.answer(post, clock())
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """The desk itself tells what arrived."""

    return Handler
