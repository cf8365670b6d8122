"""Recordings: what is kept, what is not, and that it can be done again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tcmock import Cloud, Request, ThreadedServer
from tcmock.recorder import read_recording
from tcmock.replay import SILENCE, Replayed, main, replay, replay_at

GROUP = "sg-00000001"


@pytest.fixture
def recorded(cloud: Cloud, sign: Any) -> list[bytes]:
    """A short story: two make a group each, and one fails to delete another; lines of JSON."""
    guard = cloud.account("100000000001").add_key(secret_id="AKIDguard", secret_key="hush", token="hush-too")
    cloud.clock.freeze()
    cloud.recorder.start()
    cloud.handle(sign("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": "y"}))
    cloud.clock.advance(2.5)
    keys = {"secret_id": guard.secret_id, "secret_key": guard.secret_key, "X-TC-Token": guard.token}
    cloud.handle(sign("CreateSecurityGroup", {"GroupName": "z", "GroupDescription": ""}, **keys))
    cloud.clock.advance(1.0)
    cloud.handle(sign("DeleteSecurityGroup", {"SecurityGroupId": GROUP}))
    cloud.recorder.stop()
    cloud.handle(sign("DescribeVpcs"))
    return cloud.recorder.text().splitlines()


def test_a_line(recorded: list[bytes]) -> None:
    """Who is a number, when is relative, and how it ended is there to be compared."""
    assert json.loads(recorded[1]) == {
        "at": 2.5,
        "key": 1,
        "code": "",
        "service": "vpc",
        "version": "2017-03-12",
        "action": "CreateSecurityGroup",
        "region": "ap-guangzhou",
        "params": {"GroupName": "z", "GroupDescription": ""},
        "query": None,
    }
    assert [(line.at, line.key, line.code) for line in read_recording(recorded)] == [
        (0.0, 0, ""),
        (2.5, 1, ""),
        (3.5, 0, "ResourceNotFound"),
    ]


def test_nothing_that_proves_who_called(cloud: Cloud, recorded: list[bytes]) -> None:
    """Neither ids of keys, nor keys, tokens, signatures."""
    text = b"".join(recorded).decode()
    for key in cloud.account("100000000001").keys:
        assert key.secret_id not in text
        assert key.secret_key not in text
    assert "hush" not in text
    assert "Signature" not in text


def test_parameters_that_speak_of_secrets(cloud: Cloud, sign: Any) -> None:
    """At any depth, in a body and in a query."""
    cloud.recorder.start()
    secrets = {"LoginSettings": {"Password": "hush"}, "Keys": [{"SecretKey": "hush"}], "Limit": "5"}
    cloud.handle(sign("DescribeVpcs", secrets))
    query = "Limit=5&WebIdentityToken=hush"
    cloud.handle(Request("GET", "/", query, sign("DescribeVpcs").headers))
    posted, got = cloud.recorder.lines()
    assert posted.params == {
        "LoginSettings": {"Password": "stripped"},
        "Keys": [{"SecretKey": "stripped"}],
        "Limit": "5",
    }
    assert got.query == "Limit=5&WebIdentityToken=stripped"
    assert b"hush" not in cloud.recorder.text()


def test_what_cannot_be_made_again_is_left_out(cloud: Cloud, sign: Any) -> None:
    """No signature of the present kind, or no parameters."""
    cloud.recorder.start()
    cloud.handle(Request("POST", "/", "", {}))
    cloud.handle(sign("DescribeVpcs", body=b"{"))
    cloud.handle(sign("DescribeVpcs", body=b"[]"))
    assert cloud.recorder.lines() == []
    cloud.handle(sign("DescribeVpcs", secret_key="guess"))
    assert [line.code for line in cloud.recorder.lines()] == ["AuthFailure.SignatureFailure"]


def test_starting_begins_anew(cloud: Cloud, recorded: list[bytes], sign: Any) -> None:
    """Times and numbers of keys too."""
    assert recorded
    cloud.recorder.start()
    assert cloud.recorder.on
    cloud.handle(sign("DescribeVpcs", secret_id="AKIDnobody"))
    assert [(line.at, line.key) for line in cloud.recorder.lines()] == [(0.0, 0)]


def test_on_a_cloud(recorded: list[bytes]) -> None:
    """Each key stands for itself, a frozen clock advances as it did, and the answers agree."""
    cloud = Cloud()
    cloud.clock.freeze()
    began = cloud.clock.now()
    guard = cloud.account("100000000001").add_key(token="t")
    made = list(replay(read_recording(recorded), cloud, [cloud.credentials, guard]))
    assert made == [
        Replayed("CreateSecurityGroup", "", ""),
        Replayed("CreateSecurityGroup", "", ""),
        Replayed("DeleteSecurityGroup", "ResourceNotFound", "ResourceNotFound"),
    ]
    assert cloud.clock.now() == began + 3.5
    actors = [record["userIdentity"]["secretId"] for record in cloud.audit.records]
    assert actors == [cloud.credentials.secret_id, guard.secret_id]


def test_queries_and_faults(cloud: Cloud, local: Any) -> None:
    """A GET stays a GET; what gets no answer is told, and does not end the replay."""
    local.http.reqMethod = "GET"
    cloud.recorder.start()
    filters = [{"Name": "security-group-id", "Values": [GROUP]}]
    local.raw("vpc", "DescribeSecurityGroups", Filters=filters)
    local.raw("vpc", "DescribeVpcs")
    fresh = Cloud()
    fresh.faults.add("DescribeSecurityGroups", "reset")
    fresh.faults.add("DescribeVpcs", "http-status")
    lines = cloud.recorder.lines()
    assert [made.code for made in replay(lines, fresh)] == [SILENCE, "http-502"]
    assert [made.code for made in replay(lines, fresh)] == ["", ""]
    assert fresh.calls[2].params == {"Filters": [{"Name": "security-group-id", "Values": [GROUP]}]}


def test_at_an_endpoint(recorded: list[bytes], local: Any, cloud: Cloud) -> None:
    """Over HTTP, bodies and queries; keys that were not given are the last one that was."""
    local.http.reqMethod = "GET"
    cloud.recorder.start()
    local.raw("vpc", "DescribeSecurityGroups", Offset="0")
    lines = [*read_recording(recorded), *cloud.recorder.lines()]
    fresh = Cloud()
    with ThreadedServer(fresh) as server:
        made = list(replay_at(server.endpoint, lines, [fresh.credentials]))
    assert [call.code for call in made] == ["", "", "ResourceNotFound", ""]
    assert fresh.calls[3].params == {"Offset": "0"}


def test_the_recorded_pauses(recorded: list[bytes], cloud: Cloud) -> None:
    """Only if they are asked for, and then longer or shorter."""
    began = time.monotonic()
    with ThreadedServer(cloud) as server:
        list(replay_at(server.endpoint, read_recording(recorded), [cloud.credentials], pace=0.1))
    assert 0.35 <= time.monotonic() - began < 3.0


def test_never_at_tencent_cloud(recorded: list[bytes], cloud: Cloud) -> None:
    """A recorded write would be a real one."""
    lines = read_recording(recorded)
    with pytest.raises(ValueError, match="is no emulator"):
        list(replay_at("https://vpc.tencentcloudapi.com", lines, [cloud.credentials]))


@pytest.fixture
def arguments(
    recorded: list[bytes], cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """A file and the key in the environment; the endpoint is for the test to name."""
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", cloud.credentials.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", cloud.credentials.secret_key)
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b"\n".join([*recorded, b""]))
    return [str(path), "--endpoint"]


def test_the_command(arguments: list[str]) -> None:
    """One line a call; the exit code tells whether all ended as they did."""
    command = [sys.executable, "-m", "tcmock.replay", *arguments]
    with ThreadedServer(Cloud()) as server:
        good = subprocess.run([*command, server.endpoint], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout.splitlines()[2]) == {
        "action": "DeleteSecurityGroup",
        "recorded": "ResourceNotFound",
        "code": "ResourceNotFound",
    }


def test_answers_that_differ(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3; an endpoint where nobody listens answers nothing."""
    with ThreadedServer(Cloud()) as server:
        server.cloud.faults.add("CreateSecurityGroup", "throttle", at=2)
        assert main([*arguments, server.endpoint]) == 3
    assert main([*arguments, server.endpoint]) == 3
    codes = [json.loads(line)["code"] for line in capsys.readouterr().out.splitlines()]
    assert codes == ["", "RequestLimitExceeded", "ResourceNotFound", SILENCE, SILENCE, SILENCE]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), ("{}\n", "line 1: "), ('\n{"at": "now"}\n', "line 2: "), ("[", "line 1: ")],
)
def test_a_file_that_cannot_be_used(
    arguments: list[str], capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    """Exit code 2, and the line."""
    path = Path(arguments[0])
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SystemExit) as caught:
        main([*arguments, "http://127.0.0.1:1"])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_without_a_key(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording has none."""
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    with pytest.raises(SystemExit):
        main([*arguments, "http://127.0.0.1:1"])
    assert "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY" in capsys.readouterr().err
