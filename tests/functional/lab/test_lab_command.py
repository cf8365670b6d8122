"""`sgguard lab` as a script meets it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

PROGRAM = str(Path(sys.executable).with_name("sgguard"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_line_and_the_end(number: signal.Signals) -> None:
    """JSON for programs, words for people; a signal ends it in order."""
    without_window = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    command = [PROGRAM, "lab", "--port", "0", "--open"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=without_window, text=True, **pipes) as process:  # type: ignore[call-overload]
        about = json.loads(process.stdout.readline())
        assert about.keys() == {"endpoint", "secret_id", "secret_key", "region"}
        assert requests.get(f"{about['endpoint']}/_lab/", timeout=5).status_code == 200
        process.send_signal(number)
        told, errors = process.stdout.read(), process.stderr.read()
    assert (process.returncode, errors) == (0, "")
    assert "  billing (cls-bill0001, independent): sg-billmast, sg-billnode\n" in told
    assert f"page      {about['endpoint']}/_lab/\n" in told


def test_what_cannot_be_served(tmp_path: Path) -> None:
    """Exit code 2, what is wrong and what to do; no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run([PROGRAM, "lab", "--port", port], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr
    command = [PROGRAM, "lab", "--state", str(tmp_path / "none.json")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "none.json" in ended.stderr
