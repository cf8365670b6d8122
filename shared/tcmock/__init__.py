"""A Tencent Cloud that runs in a process: security groups, clusters and the audit records they leave.

    from tcmock import mock_tencentcloud

    with mock_tencentcloud() as cloud:
        group = cloud.account("100000000001").region("ap-guangzhou").add_security_group()
        ...  # any client that uses `requests`, such as the official SDK, now talks to `cloud`

See docs/emulator.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcmock.clock import Clock
    from tcmock.cloud import Call, Cloud
    from tcmock.errors import APIError, StateError, TransportError
    from tcmock.in_process import mock_tencentcloud
    from tcmock.proxy import ThreadedProxy
    from tcmock.server import ThreadedServer
    from tcmock.wire import Request, Response

__all__ = [
    "APIError",
    "Call",
    "Clock",
    "Cloud",
    "Request",
    "Response",
    "StateError",
    "ThreadedProxy",
    "ThreadedServer",
    "TransportError",
    "mock_tencentcloud",
]

_HOME = {
    "APIError": "errors",
    "Call": "cloud",
    "Clock": "clock",
    "Cloud": "cloud",
    "Request": "wire",
    "Response": "wire",
    "StateError": "errors",
    "ThreadedProxy": "proxy",
    "ThreadedServer": "server",
    "TransportError": "errors",
    "mock_tencentcloud": "in_process",
}


def __getattr__(name: str) -> object:
    """Import on first use: pytest loads this package in every run for the sake of one fixture."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
