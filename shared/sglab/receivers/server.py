"""A desk behind a socket of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from sglab.receivers.desk import Desk, Post

_LARGEST = 4 * 1024 * 1024


class ReceiverServer:
    """A context manager; `url` is where the guard's channel posts to."""

    def __init__(self, desk: Desk, clock: Callable[[], float]) -> None:
        self.desk = desk
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk, clock))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="receiver", daemon=True
        )

    @property
    def url(self) -> str:
        """With the bot's own secret, as the vendor hands it out."""
        return f"http://127.0.0.1:{self._server.server_port}{self.desk.path}"

    def __enter__(self) -> ReceiverServer:  # noqa: PYI034 - Self needs Python 3.11
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


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
