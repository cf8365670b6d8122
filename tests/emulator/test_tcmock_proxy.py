"""The proxy's face: clients that are told of a proxy and of an authority, and of nothing else."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest
import requests
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tcmock import Cloud, ThreadedProxy
from tcmock.__main__ import main

VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture
def proxy(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedProxy]:
    """One that the environment names, as it does for programs that have no option."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with ThreadedProxy(cloud) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.endpoint)
        monkeypatch.setenv("HTTP_PROXY", proxy.endpoint)
        yield proxy


def count(cloud: Cloud, profile: HttpProfile | None = None) -> int:
    """How many groups an SDK client sees."""
    key = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
    client = CommonClient("vpc", "2017-03-12", key, "ap-guangzhou", ClientProfile(httpProfile=profile))
    return int(client.call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"])


def connect(proxy: ThreadedProxy, host: str) -> http.client.HTTPConnection:
    """A tunnel to that host, not yet encrypted. Raises OSError."""
    name, port = proxy.endpoint.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=5)
    connection.set_tunnel(host, 443)
    connection.connect()
    return connection


def test_an_unmodified_client(
    proxy: ThreadedProxy, cloud: Cloud, region: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK with no option at all; its authorities are those of certifi, whatever the variables say."""
    monkeypatch.setattr(certifi, "where", lambda: str(proxy.ca_file))
    region.add_security_group()
    assert count(cloud) == 1
    assert count(cloud, HttpProfile(protocol="http")) == 1
    assert [call.code for call in cloud.calls] == ["", ""]


@pytest.mark.parametrize(
    "host", ["vpc.tencentcloudapi.com", "VPC.TencentCloudAPI.com", "vpc.ap-guangzhou.tencentcloudapi.com"]
)
def test_the_strictest_reader_of_certificates(
    proxy: ThreadedProxy, cloud: Cloud, sign: Any, host: str
) -> None:
    """Python's own TLS client, for each host under its own name."""
    request = sign("DescribeVpcs", host=host.lower())
    trust = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(proxy.ca_file)))
    headers = {name: value for name, value in request.headers.items() if name != "Host"}
    with urllib.request.build_opener(trust).open(
        urllib.request.Request(f"https://{host}/", request.body, headers),
        timeout=5,
    ) as answer:
        assert json.load(answer)["Response"]["TotalCount"] == 0
    assert [call.code for call in cloud.calls] == [""]


def test_a_client_that_was_not_told_of_the_authority(
    proxy: ThreadedProxy, cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    """It refuses, as it should; the proxy says why and lives on."""
    with pytest.raises(TencentCloudSDKException, match="CERTIFICATE_VERIFY_FAILED"):
        count(cloud, HttpProfile(reqTimeout=5))
    assert count(cloud, HttpProfile(certification=str(proxy.ca_file))) == 0
    assert "Does the client trust the authority's file?" in caplog.text


@pytest.mark.parametrize(
    "host", ["example.org", "tencentcloudapi.com.example.org", "nottencentcloudapi.com", "127.0.0.1"]
)
def test_nothing_is_forwarded(proxy: ThreadedProxy, cloud: Cloud, host: str) -> None:
    """Neither through a tunnel nor without one; the answer says how to go around the proxy."""
    with pytest.raises(OSError, match="Tunnel connection failed: 403"):
        connect(proxy, host)
    answer = requests.get(f"http://{host}/x", timeout=5)
    assert answer.status_code == 403
    assert f"`{host}` is no host of tencentcloudapi.com" in answer.json()["error"]
    assert "NO_PROXY" in answer.json()["error"]
    assert cloud.calls == []


def test_a_tunnel_within_a_tunnel(proxy: ThreadedProxy, sign: Any) -> None:
    """There is nowhere to go from the cloud, and the control API is not in it."""
    trust = ssl.create_default_context(cafile=str(proxy.ca_file))
    good = sign("DescribeVpcs")
    for method, path, expected in (
        ("CONNECT", "vpc.tencentcloudapi.com:443", b"nothing is forwarded"),
        ("POST", "/_tcmock/reset", b"InvalidRequest"),
    ):
        connection = connect(proxy, "vpc.tencentcloudapi.com")
        with trust.wrap_socket(connection.sock, server_hostname="vpc.tencentcloudapi.com") as inner:
            lines = [
                f"{method} {path} HTTP/1.1",
                *(f"{name}: {value}" for name, value in good.headers.items()),
            ]
            inner.sendall("\r\n".join([*lines, "Content-Length: 2", "", "{}"]).encode())
            assert expected in b"".join(iter(lambda: inner.recv(65536), b""))
        connection.close()


def test_the_file_of_the_authority(cloud: Cloud, tmp_path: Path) -> None:
    """One that was asked for stays, one that was not goes; neither holds a key, and none is like another."""
    given = tmp_path / "ca.pem"
    with ThreadedProxy(cloud, ca_file=given) as one, ThreadedProxy(cloud) as other:
        assert one.ca_file == given
        temporary = other.ca_file
        assert given.read_text().count("BEGIN CERTIFICATE") == 1
        assert "PRIVATE KEY" not in given.read_text() + temporary.read_text()
        assert given.read_text() != temporary.read_text()
    assert given.exists()
    assert not temporary.parent.exists()


def test_a_port_that_is_taken(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """An error like any other, not the end of the process; the command names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            ThreadedProxy(cloud, port=port)
        with pytest.raises(SystemExit) as caught:
            main(["--proxy-port", str(port)])
    assert caught.value.code == 2
    assert "in use" in capsys.readouterr().err


def test_without_the_library_that_makes_certificates(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what to install; without the proxy nothing is missing."""
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(SystemExit) as caught:
        main(["--proxy-port", "0"])
    assert caught.value.code == 2
    assert "pip install 'sgguard[proxy]'" in capsys.readouterr().err


def test_an_authority_without_a_proxy(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names a file wants a proxy."""
    with pytest.raises(SystemExit) as caught:
        main(["--ca-file", "ca.pem"])
    assert caught.value.code == 2
    assert "add --proxy-port 0" in capsys.readouterr().err


def test_the_command(tmp_path: Path) -> None:
    """The first line names the proxy and the file; both faces are one cloud."""
    ca_file = tmp_path / "ca.pem"
    command = [sys.executable, "-m", "tcmock", "--proxy-port", "0", "--ca-file", str(ca_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        about = json.loads(process.stdout.readline())
        assert list(about) == ["endpoint", "secret_id", "secret_key", "region", "proxy", "ca_file"]
        key = Credential(about["secret_id"], about["secret_key"])
        for profile in (
            HttpProfile(endpoint=about["endpoint"]),
            HttpProfile(proxy=about["proxy"], certification=about["ca_file"]),
        ):
            client = CommonClient(
                "vpc", "2017-03-12", key, about["region"], ClientProfile(httpProfile=profile)
            )
            client.call_json("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"})
        health = requests.get(f"{about['proxy']}/_tcmock/health", timeout=5).json()
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
    assert health["calls"] == 2
    assert ca_file.exists()
    assert (process.returncode, rest, errors) == (0, "", "")
