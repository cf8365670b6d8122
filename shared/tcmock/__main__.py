"""`python -m tcmock`: the emulator alone, on a port, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

import msgspec

from tcmock.cloud import Cloud
from tcmock.errors import StateError
from tcmock.server import ThreadedServer


def main(arguments: list[str] | None = None) -> int:
    """Serve. The first line on stdout tells clients, as JSON, where and with which key."""
    parser = argparse.ArgumentParser(
        prog="python -m tcmock", description="An emulated Tencent Cloud on a port."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to bind; 0 takes a free one (default)")
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="state document to start from, tcmock/state/v1"
    )
    options = parser.parse_args(arguments)
    cloud = Cloud()
    try:
        if options.state:
            cloud.load(msgspec.json.decode(options.state.read_bytes(), type=dict[str, object]))
    except (OSError, msgspec.DecodeError, StateError) as error:
        parser.error(f"--state {options.state}: {error}")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ThreadedServer(cloud, options.host, options.port) as server:
        sys.stdout.write(_greeting(cloud, server) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _greeting(cloud: Cloud, server: ThreadedServer) -> str:
    key = cloud.credentials
    about = {
        "endpoint": server.endpoint,
        "secret_id": key.secret_id,
        "secret_key": key.secret_key,
        "region": cloud.home_region,
    }
    return msgspec.json.encode({**about, "token": key.token} if key.token else about).decode()


if __name__ == "__main__":
    sys.exit(main())
