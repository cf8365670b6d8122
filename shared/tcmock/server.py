"""The face for other processes: HTTP on a port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, final

from werkzeug.datastructures import EnvironHeaders
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import get_input_stream

from tcmock.cloud import Cloud
from tcmock.errors import TransportError
from tcmock.wire import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_POLL_SECONDS = 0.02
"""How long leaving the `with` block may take."""


@final
class ThreadedServer:
    """Serves a cloud, one thread a request, from construction of the `with` block to its end.

    Clients point at `endpoint`, with or without its scheme, or use it as their HTTP proxy.
    """

    def __init__(self, cloud: Cloud, host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind the port; 0 takes a free one."""
        self._server = make_server(
            host, port, _application(cloud), threaded=True, request_handler=_QuietHandler
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="tcmock", daemon=True
        )
        self.endpoint = f"http://{self._server.host}:{self._server.port}"
        """For example ``http://127.0.0.1:40123``."""

    def __enter__(self) -> ThreadedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The call log of the cloud says it better."""


def _application(cloud: Cloud) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = cloud.handle(_request(environ))
        except TransportError as error:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)  # or the client would wait for its timeout
            raise ConnectionAbortedError(str(error)) from error
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        start_response(f"{response.status} OK", list(headers.items()))
        return [response.body]

    return application


def _request(environ: WSGIEnvironment) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=environ["QUERY_STRING"],
        headers={**EnvironHeaders(environ), "Host": environ.get("HTTP_HOST", "")},  # raw, `http://…` included
        body=get_input_stream(environ).read(),
        source_address=environ["REMOTE_ADDR"],
    )
