"""`python -m tcmock`: the emulator alone, on a port, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec

from tcmock.cloud import Cloud
from tcmock.errors import StateError
from tcmock.proxy import ThreadedProxy
from tcmock.server import ThreadedServer


def main(arguments: list[str] | None = None) -> int:
    """Serve. The first line on stdout tells clients, as JSON, where and with which key."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.ca_file and options.proxy_port is None:
        parser.error("--ca-file: only the proxy has an authority; add --proxy-port 0")
    try:
        cloud = Cloud(state=_state(options.state))
    except (OSError, msgspec.DecodeError, StateError) as error:
        parser.error(f"--state {options.state}: {error}")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with cloud, ExitStack() as faces:
        try:
            greeting = _opened(faces, cloud, options)
        except (OSError, ModuleNotFoundError) as error:
            parser.error(str(error))
        sys.stdout.write(msgspec.json.encode(greeting).decode() + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tcmock", description="An emulated Tencent Cloud on a port."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to bind; 0 takes a free one (default)")
    parser.add_argument(
        "--proxy-port",
        type=int,
        help="also serve as an HTTP and HTTPS proxy on this port; 0 takes a free one",
    )
    parser.add_argument(
        "--ca-file",
        type=Path,
        metavar="FILE",
        help="where to write what clients of the proxy must trust (default: a temporary file)",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="state document to start from, tcmock/state/v1"
    )
    return parser


def _state(file: Path | None) -> Mapping[str, object] | None:
    return msgspec.json.decode(file.read_bytes(), type=dict[str, object]) if file else None


def _opened(faces: ExitStack, cloud: Cloud, options: argparse.Namespace) -> Mapping[str, str]:
    """Open the faces that are asked for; the greeting."""
    server = faces.enter_context(ThreadedServer(cloud, options.host, options.port))
    key = cloud.credentials
    greeting = {
        "endpoint": server.endpoint,
        "secret_id": key.secret_id,
        "secret_key": key.secret_key,
        "region": cloud.home_region,
        **({"token": key.token} if key.token else {}),
    }
    if options.proxy_port is None:
        return greeting
    proxy = faces.enter_context(
        ThreadedProxy(cloud, options.host, options.proxy_port, ca_file=options.ca_file)
    )
    return {**greeting, "proxy": proxy.endpoint, "ca_file": str(proxy.ca_file)}


if __name__ == "__main__":
    sys.exit(main())
