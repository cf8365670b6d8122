"""The cloud that the fleet's sweep is measured against, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BROAD, NARROW = 100, 20
"""Calls a second that an action may have in a region: those of security groups, and all others."""
REGIONS = (
    *("ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing", "ap-chengdu", "ap-chongqing", "ap-hongkong"),
    *("ap-taipei", "ap-seoul", "ap-tokyo", "ap-singapore", "ap-bangkok", "ap-jakarta", "ap-mumbai"),
    *("na-siliconvalley", "na-ashburn", "na-toronto", "sa-saopaulo", "eu-frankfurt", "eu-moscow"),
)


class Served:
    """The process that serves the cloud."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def asked(self) -> tuple[Counter[str], int, float]:
        """Calls since the last time, how many were refused, and all CPU seconds of the process so far."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        calls, refused, busy = json.loads(self._process.stdout.readline())
        return Counter(calls), refused, busy


@contextmanager
def cloud(groups: int, regions: int, latency: float) -> Iterator[Served]:
    """The cloud's process, with the environment of this one pointing to it."""
    script = Path(__file__).with_name("fleet_sweep.py")
    command = [sys.executable, str(script), "--serve", str(groups), str(regions), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        endpoint, secret_id, secret_key = json.loads(process.stdout.readline())
        os.environ["TENCENTCLOUD_ENDPOINT"] = endpoint
        os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"] = secret_id, secret_key
        try:
            yield Served(process)
        finally:
            assert process.stdin
            process.stdin.close()
