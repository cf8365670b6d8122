"""Three ways in, and `TCMOCK_FACE` really leads through the one it names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tcmock import Cloud, Request

HOSTS = {
    "in-process": r"vpc\.tencentcloudapi\.com",
    "server": r"127\.0\.0\.1:\d+",
    "proxy": r"vpc\.tencentcloudapi\.com",
}
"""Which host a client means: only the server needs another one than the real."""
TEST = f"{Path(__file__)}::test_the_way_of_a_call"


def test_the_way_of_a_call(api: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the cloud, in which thread: in the process it is the caller's own."""
    seen: list[tuple[str, bool]] = []
    handle = cloud.handle

    def watched(request: Request) -> Any:
        seen.append((request.header("Host"), threading.current_thread() is threading.main_thread()))
        return handle(request)

    monkeypatch.setattr(cloud, "handle", watched)
    assert api("vpc", "DescribeVpcs")["TotalCount"] == 0
    ((host, here),) = seen
    assert re.fullmatch(HOSTS[api.face], host)
    assert here is (api.face == "in-process")
    assert api.face == os.environ.get("TCMOCK_FACE", api.face)


@pytest.mark.parametrize("face", ["proxy", "carrier-pigeon"])
def test_the_variable(face: str) -> None:
    """It leads where it says, and no other word is taken; `make emulator-faces` sets it to all three."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST]
    run = subprocess.run(
        command, env={**os.environ, "TCMOCK_FACE": face}, capture_output=True, text=True, check=False
    )
    if face in HOSTS:
        assert (run.returncode, "1 passed" in run.stdout) == (0, True), run.stdout
    else:
        assert run.returncode != 0
        assert "set it to in-process, server or proxy" in run.stdout + run.stderr
