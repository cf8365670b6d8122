"""The face for clients that cannot be pointed anywhere: an HTTP proxy that is the cloud behind it.

A CONNECT ends here: TLS is answered under a certificate authority that lives as long as the proxy and that
clients must be told to trust. Nothing is ever forwarded.
"""

from __future__ import annotations

import ssl
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tcmock.cloud import Cloud
from tcmock.control import control, is_control, refused
from tcmock.server import Handler, ThreadedServer
from tcmock.wire import Request, Response, is_tencent_cloud

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_TUNNEL = "tcmock.tunnel"


class Authority:
    """Signs certificates for any host. Its key never leaves the process.

    Raises:
        ModuleNotFoundError: trustme, which makes the certificates, is not installed.
    """

    def __init__(self) -> None:
        try:
            import trustme
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"The proxy makes certificates with {error.name}, which is not installed. "
                "Install it: pip install 'sgguard[proxy]'"
            ) from error
        self._authority = trustme.CA(organization_name="tcmock", organization_unit_name="trust in tests only")
        self.context = cache(self._context)
        """The server's side of TLS for a host."""

    @property
    def certificate(self) -> bytes:
        """What clients must trust, as PEM."""
        return self._authority.cert_pem.bytes()

    def _context(self, host: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host).configure_cert(context)
        return context


class ThreadedProxy(ThreadedServer):
    """Serves a cloud to clients that use `endpoint` as their proxy and trust the authority in `ca_file`.

    Requests for Tencent Cloud, its API and COS, reach the cloud, with `HTTP_PROXY` as with `HTTPS_PROXY`;
    every other host is refused. The control API answers here too, outside of tunnels.

    Raises:
        ModuleNotFoundError: the extra `proxy` is not installed.
    """

    answers_functions = False  # they call the address itself, as no host of Tencent Cloud

    def __init__(
        self,
        cloud: Cloud,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ca_file: Path | None = None,
        authority: Authority | None = None,
    ) -> None:
        """Bind the port and write the authority's certificate, to a file of its own unless one is given."""
        authority = authority or Authority()
        handler = type("ProxyHandler", (_Tunnels,), {"authority": authority})
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tcmock-"))
            self.ca_file = ca_file or Path(folder) / "ca.pem"
            """PEM of the authority; unless it was given it is deleted in the end."""
            self.ca_file.write_bytes(authority.certificate)
            super().__init__(cloud, host, port, handler=handler)
            self._open = stack.pop_all()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._open.close()

    def respond(self, request: Request, environ: WSGIEnvironment) -> Response:
        """Answer a request for Tencent Cloud or for the control API."""
        if environ[_TUNNEL] or is_tencent_cloud(request.header("Host")):
            return self.cloud.handle(request)
        return control(self.cloud, request) if is_control(request) else _foreign(request.header("Host"))


class _Tunnels(Handler):
    authority: Authority
    _tunnelled = False

    def do_CONNECT(self) -> None:  # noqa: N802 - http.server calls it by this name
        """Answer as the host itself, if it is one of ours; what follows comes through TLS."""
        host = self.path.rpartition(":")[0]
        self.close_connection = self._tunnelled or not is_tencent_cloud(host)
        if self.close_connection:
            self._refuse(_foreign(host))
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        try:
            self.connection = self.authority.context(host).wrap_socket(self.connection, server_side=True)
        except OSError as error:
            self.log_error("no TLS for %s: %s. Does the client trust the authority's file?", host, error)
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self._tunnelled = True

    def make_environ(self) -> WSGIEnvironment:
        """Say which way the request came."""
        return {**super().make_environ(), _TUNNEL: self._tunnelled}

    def _refuse(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)


def _foreign(host: str) -> Response:
    return refused(
        f"tcmock's proxy is Tencent Cloud and nothing else: `{host}` is no host of tencentcloudapi.com "
        "and none of COS, and nothing is forwarded. Exempt it by the variable NO_PROXY, or by the client's "
        "own setting"
    )
