"""``python -m scfshim``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scfshim.__main__ import main

HANDLER = """
import os
def main_handler(event, context):
    print("working on", event)
    if event == "fail":
        raise ValueError("boom")
    return {"event": event, "mode": os.environ.get("MODE"), "role": "TENCENTCLOUD_SECRETID" in os.environ}
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A function."""
    (tmp_path / "index.py").write_text(HANDLER, encoding="utf-8")
    return str(tmp_path)


def event(tmp_path: Path, content: object) -> str:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_success(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([folder, "--event", event(tmp_path, "é"), "--env", "MODE=a=b"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"event": "é", "mode": "a=b", "role": False}
    lines = err.splitlines()
    assert lines[0].startswith("START RequestId:")
    assert lines[2] == "working on é"


def test_the_event_from_stdin(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("[true, null]"))
    assert main([folder, "--event", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["event"] == [True, None]


def test_failure(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([folder, "--event", event(tmp_path, "fail")]) == 1
    assert json.loads(capsys.readouterr().out)["statusCode"] == 430


def test_the_role_of_the_environment(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "key")
    assert main([folder, "--event", event(tmp_path, 1)]) == 0
    assert json.loads(capsys.readouterr().out)["role"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--event"),
        (["--event", "missing.json"], "missing.json is no JSON that can be read"),
        (["--event", "index.py"], "index.py is no JSON that can be read"),
        (["--event", "event.json", "--env", "MODE"], "--env takes K=V, not 'MODE'"),
        (["--event", "event.json", "--env", "SCF_X=1"], "SCF_X is reserved"),
    ],
)
def test_usage(
    folder: str,
    tmp_path: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event(tmp_path, 1)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main([folder, *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
