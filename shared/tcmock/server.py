"""The face for other processes: HTTP on a port of this machine."""

from __future__ import annotations

import http.client
import io
import socket
import struct
import threading
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, cast

import msgspec
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wsgi import get_input_stream

from tcmock.cloud import Cloud
from tcmock.control import control, is_control
from tcmock.errors import TransportError
from tcmock.faults.answer import ResetError
from tcmock.gateway import MAX_BODY
from tcmock.wire import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from typing_extensions import Self

_POLL_SECONDS = 0.02
"""How long leaving the `with` block may take."""
_PATIENCE_SECONDS = 30.0
"""How long a client may be silent in the middle of a request."""
_MAX_STATE = 256 * 1024 * 1024
"""Bytes of a body for the control API; a state is larger than any call."""
_NO_LINGER = struct.pack("ii", 1, 0)


class Handler(WSGIRequestHandler):
    """One connection."""

    timeout = _PATIENCE_SECONDS

    def handle(self) -> None:
        """Serve what comes; a client that hangs up, with TLS or without, is no news."""
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        """Close for good, without the farewell that would turn a reset into an end."""
        with suppress(OSError):  # what could not be sent before cannot be sent now
            super().finish()
        self.connection.close()

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Wait for no further request."""
        del error, environ
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The call log of the cloud says it better."""


class ThreadedServer:
    """Serves a cloud and its control API, one thread a request, for the length of the `with` block.

    Clients point at `endpoint`, with or without its scheme, or use it as their HTTP proxy.
    """

    answers_functions = True
    """Whether functions of the cloud find it here."""

    def __init__(
        self, cloud: Cloud, host: str = "127.0.0.1", port: int = 0, *, handler: type[Handler] = Handler
    ) -> None:
        """Bind the port; 0 takes a free one. Raises OSError if it is taken."""
        self.cloud = cloud
        with socket.create_server((host, port)) as bound:  # werkzeug itself would end the process instead
            self._server = ThreadedWSGIServer(host, port, self._application, handler, fd=bound.fileno())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="tcmock", daemon=True
        )
        self.endpoint = f"http://{self._server.host}:{self._server.port}"
        """For example ``http://127.0.0.1:40123``."""

    def __enter__(self) -> Self:
        self._thread.start()
        if self.answers_functions:
            self.cloud.served_at(self.endpoint)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.answers_functions:
            self.cloud.no_longer_served_at(self.endpoint)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def respond(self, request: Request, environ: WSGIEnvironment) -> Response:
        """Answer a request. Raises TransportError."""
        del environ
        return control(self.cloud, request) if is_control(request) else self.cloud.handle(request)

    def _application(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _request(environ)
        try:
            response = self.respond(request, environ)
        except TransportError as error:
            _break(environ["werkzeug.socket"], error)
            raise ConnectionAbortedError(str(error)) from error
        except OSError as error:  # of a subscriber's; werkzeug would take it for the client's
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        headers = {"Content-Length": str(len(response.body)), **response.headers}
        reason = http.client.responses.get(response.status, "Unknown")
        start_response(f"{response.status} {reason}", list(headers.items()))
        return [response.body]


def _break(connection: socket.socket, error: TransportError) -> None:
    """Let the client know at once, or it would wait for its timeout."""
    if isinstance(error, ResetError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    else:
        connection.shutdown(socket.SHUT_RDWR)


def _request(environ: WSGIEnvironment) -> Request:
    request = Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=environ["QUERY_STRING"],
        headers={**EnvironHeaders(environ), "Host": environ.get("HTTP_HOST", "")},  # raw, `http://…` included
        source_address=environ["REMOTE_ADDR"],
    )
    limit = _MAX_STATE if is_control(request) else MAX_BODY
    return msgspec.structs.replace(request, body=_body(environ, limit))


def _body(environ: WSGIEnvironment, limit: int) -> bytes:
    """The body, or one byte more than the limit of a longer one. Raises ConnectionAbortedError."""
    try:
        with io.BufferedReader(cast("io.RawIOBase", get_input_stream(environ))) as stream:
            body = stream.read(limit + 1)
            while stream.read(io.DEFAULT_BUFFER_SIZE):
                pass  # a client that is still sending would not see the answer
            return body
    except (ClientDisconnected, OSError) as error:  # hung up, fell silent, or sent chunks that are none
        raise ConnectionAbortedError("the request ends before its body does") from error
