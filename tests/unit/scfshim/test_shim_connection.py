"""Endpoints, and what a network failure proves."""

from __future__ import annotations

import socket

import pytest
import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from scfshim import SettingError
from scfshim.connection import Connection, never_connected, split_endpoint

POOL = None  # urllib3 keeps it for display only


def failed(reason: Exception) -> requests.ConnectionError:
    """What requests raises when urllib3 gives up."""
    return requests.ConnectionError(MaxRetryError(POOL, "/", reason))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cause", "proven"),
    [
        (failed(NewConnectionError(POOL, "refused")), True),  # type: ignore[arg-type]
        (failed(NameResolutionError("h", POOL, socket.gaierror())), True),  # type: ignore[arg-type]
        (failed(ConnectTimeoutError(POOL, "slow")), True),
        (failed(SSLError("bad record")), False),
        (failed(ReadTimeoutError(POOL, "/", "slow")), False),  # type: ignore[arg-type]
        (requests.ConnectionError(ProtocolError("Connection aborted.")), False),
        (requests.ReadTimeout(), False),
        (None, False),
    ],
)
def test_what_proves_that_nothing_was_sent(cause: Exception | None, *, proven: bool) -> None:
    assert never_connected(cause) is proven


def test_an_earlier_failure_proves_nothing_about_a_later_one() -> None:
    later = requests.ConnectionError(ProtocolError("Connection aborted."))
    later.__context__ = later.__cause__ = failed(NewConnectionError(POOL, "refused"))  # type: ignore[arg-type]
    assert not never_connected(later)


@pytest.mark.parametrize(
    ("endpoint", "parts"),
    [
        ("http://127.0.0.1:8801", ("http", "127.0.0.1:8801")),
        ("https://vpc.internal.tencentcloudapi.com/", ("https", "vpc.internal.tencentcloudapi.com")),
        ("http://[::1]:8801", ("http", "[::1]:8801")),
    ],
)
def test_split_endpoint(endpoint: str, parts: tuple[str, str]) -> None:
    assert split_endpoint(endpoint) == parts


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8801", "localhost:8801", "ftp://h", "http://", "//h"])
def test_an_endpoint_without_scheme_or_host(endpoint: str) -> None:
    with pytest.raises(SettingError, match=r"no scheme; write it as http://127\.0\.0\.1:8801"):
        split_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint", ["http://user:pass@h:1", "http://h/path", "http://h?a=pass", "http://h#pass"]
)
def test_an_endpoint_with_more_than_host_and_port_is_not_quoted(endpoint: str) -> None:
    with pytest.raises(SettingError) as caught:
        split_endpoint(endpoint)
    assert str(caught.value) == "the endpoint takes no more than http://h and a port"


def test_each_product_has_its_own_host() -> None:
    assert Connection("tke", "2018-05-25", "ap-guangzhou", None)._host == "tke.tencentcloudapi.com"
