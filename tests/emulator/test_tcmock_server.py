"""The server's face: what clients write on the wire, and the command."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tcmock import Cloud, ThreadedServer
from tcmock.__main__ import main


def count(cloud: Cloud, **http: Any) -> int:
    """How many groups a client with that HTTP profile sees."""
    key = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
    profile = ClientProfile(httpProfile=HttpProfile(**http))
    client = CommonClient("vpc", "2017-03-12", key, "ap-guangzhou", profile)
    return int(client.call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"])


def test_every_way_to_point_a_client_here(cloud: Cloud, region: Any) -> None:
    """Host and port, with the scheme as tccli does it, and as an HTTP proxy (absolute-form request lines)."""
    region.add_security_group()
    with ThreadedServer(cloud) as server:
        address = server.endpoint.removeprefix("http://")
        assert count(cloud, endpoint=address, protocol="http") == 1
        assert count(cloud, endpoint=server.endpoint) == 1
        assert count(cloud, proxy=server.endpoint, protocol="http") == 1
    assert [call.code for call in cloud.calls] == ["", "", ""]


def test_the_bytes_of_an_answer(cloud: Cloud) -> None:
    """Status 200 for an error too, and no charset, or the SDK would take it for a success."""
    with ThreadedServer(cloud) as server:
        host, port = server.endpoint.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
            received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, body = received.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Type: application/json\r\n" in head + b"\r\n"
    assert json.loads(body)["Response"]["Error"]["Code"] == "MissingParameter"


@pytest.mark.parametrize("error", [LookupError, ConnectionRefusedError])
def test_a_broken_cloud_is_a_broken_server(cloud: Cloud, sign: Any, error: type[Exception]) -> None:
    """What is no API error is status 500 and a traceback in the log, not a polite answer nor a hang-up."""

    def fail(_: Any) -> None:
        raise error("broken subscriber")

    cloud.subscribe(fail)
    with ThreadedServer(cloud) as server:
        host = server.endpoint.removeprefix("http://")
        request = sign("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"}, host=host)
        answer = requests.post(server.endpoint, data=request.body, headers=dict(request.headers), timeout=5)
    assert answer.status_code == 500


def test_the_port_is_free_again(cloud: Cloud) -> None:
    """Leaving the block closes the socket."""
    with ThreadedServer(cloud) as server:
        port = int(server.endpoint.rpartition(":")[2])
    with ThreadedServer(cloud, port=port) as again:
        assert again.endpoint == server.endpoint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command(tmp_path: Path, number: signal.Signals) -> None:
    """The first line tells where and with which key; a signal ends it in order."""
    state = tmp_path / "state.json"
    region = {"ap-tokyo": {"security_groups": [{"SecurityGroupId": "sg-00000001"}]}}
    state.write_text(
        json.dumps({"schema": "tcmock/state/v1", "accounts": {"100000000002": {"regions": region}}}), "utf-8"
    )
    command = [sys.executable, "-m", "tcmock", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        about = json.loads(process.stdout.readline())
        assert about.keys() == {"endpoint", "secret_id", "secret_key", "region"}
        key = Credential(about["secret_id"], about["secret_key"])
        profile = ClientProfile(httpProfile=HttpProfile(endpoint=about["endpoint"]))
        client = CommonClient("vpc", "2017-03-12", key, about["region"], profile)
        found = client.call_json("DescribeSecurityGroups", {})["Response"]["SecurityGroupSet"]
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    assert [group["SecurityGroupId"] for group in found] == ["sg-00000001"]
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("{", "Input data was truncated"),
        ('{"schema": "tcmock/state/v1", "accounts": {}}', "accounts: is empty"),
    ],
)
def test_a_state_file_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    """Exit code 2, and the place of the mistake."""
    state = tmp_path / "state.json"
    if content is not None:
        state.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["--state", str(state)])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
