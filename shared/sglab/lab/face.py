"""The emulator's face with the lab's page beside it, below `PREFIX`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sglab.lab.page import View, page
from tcmock import Cloud, Request, Response, ThreadedServer
from tcmock.control import refused, stranger_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

PREFIX = "/_lab/"
_ASSETS: Mapping[str, str] = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "shield.svg": "image/svg+xml",
}
_HTML = "text/html; charset=utf-8"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page asks nobody but this server for anything, and is in nobody's frame."""


class LabServer(ThreadedServer):
    """Serves a cloud, its control API and the page."""

    def __init__(self, cloud: Cloud, host: str, port: int, view: Callable[[], View]) -> None:
        """Bind the port. Raises OSError."""
        super().__init__(cloud, host, port)
        self._view = view

    def respond(self, request: Request, environ: WSGIEnvironment) -> Response:
        """Answer a request."""
        if request.path.startswith(PREFIX):
            return _paged(request, self._view)
        return super().respond(request, environ)


def _paged(request: Request, view: Callable[[], View]) -> Response:
    """One of the page's files. Only this machine may look, as with the control API."""
    stranger = stranger_of(request)
    if stranger:
        return refused(f"The page is for this machine only, against DNS rebinding: {stranger}")
    if request.method not in ("GET", "HEAD"):
        return Response(405, {**_HEADERS, "Content-Type": "text/plain", "Allow": "GET, HEAD"}, b"GET only\n")
    name = request.path.removeprefix(PREFIX)
    if name in _ASSETS:
        body = Path(__file__).with_name(name).read_bytes()
        return Response(200, {**_HEADERS, "Content-Type": _ASSETS[name]}, body)
    if name:
        return Response(404, {**_HEADERS, "Content-Type": "text/plain"}, f"See {PREFIX}\n".encode())
    body = page(view()).encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**_HEADERS, "Content-Type": _HTML, "ETag": tag}
    if request.header("If-None-Match") == tag:
        return Response(304, headers, b"")
    return Response(200, headers, body)
