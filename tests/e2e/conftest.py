"""Clients of strangers, each in a virtual environment of its own, against what this project serves.

Not part of `make test`; `make e2e` builds the environments and runs this.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 180
"""Seconds after which what has not happened will not."""


class Server:
    """A process whose first line on stdout says where it serves; the other lines can be waited for."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.about: dict[str, str] = json.loads(self.wait_for("{"))
        self.endpoint = self.about["endpoint"]

    def wait_for(self, text: str) -> str:
        """The next line that has the text."""
        while True:
            line = self._lines.get(timeout=PATIENCE)
            if text in line:
                return line

    @property
    def variables(self) -> dict[str, str]:
        """What the vendor's clients read of the environment."""
        return {
            "TENCENTCLOUD_SECRET_ID": self.about["secret_id"],
            "TENCENTCLOUD_SECRET_KEY": self.about["secret_key"],
            "TENCENTCLOUD_REGION": self.about["region"],
        }

    def stop(self) -> None:
        """End it, and read its last words."""
        self.process.send_signal(signal.SIGTERM)
        self._reader.join(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))


@contextmanager
def served(*command: str) -> Iterator[Server]:
    """A command of this project, until the block ends."""
    program, *rest = command
    path = str(Path(sys.executable).with_name(program))
    with subprocess.Popen([path, *rest], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        server = Server(process)
        try:
            yield server
        finally:
            server.stop()


class Client:
    """Programs of one environment, run with nothing of this machine's own settings."""

    def __init__(self, name: str, home: Path) -> None:
        self.folder = ROOT / ".e2e" / name
        if not (self.folder / "ready").exists():
            pytest.fail(f"The environment .e2e/{name} is not there. Run `make e2e`, which builds it.")
        self._home = home

    def start(self, program: str, *arguments: object, variables: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start a program, with pipes."""
        return subprocess.Popen(
            [str(self.folder / "bin" / program), *map(str, arguments)],
            env={"PATH": os.environ["PATH"], "HOME": str(self._home), **variables},
            cwd=self._home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: str, *arguments: object, variables: Mapping[str, str]) -> tuple[int, str, str]:
        """Run it: exit code, stdout, stderr."""
        with self.start(program, *arguments, variables=variables) as process:
            out, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, out, errors

    def answer(self, program: str, *arguments: object, variables: Mapping[str, str]) -> Any:
        """The JSON that a program prints when all is well."""
        code, out, errors = self.run(program, *arguments, variables=variables)
        assert code == 0, out + errors
        return json.loads(out)


@pytest.fixture
def client(tmp_path: Path) -> Callable[[str], Client]:
    """The client of that name."""
    return lambda name: Client(name, tmp_path)


@pytest.fixture
def lab() -> Iterator[Server]:
    """`sgguard lab`, as a person starts it."""
    with served("sgguard", "lab", "--port", "0") as server:
        yield server


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Server]:
    """The emulator alone, with its proxy, in the state of the lab."""
    state = str(ROOT / "shared" / "sglab" / "production.json")
    authority = str(tmp_path / "ca.pem")
    with served(
        "python", "-m", "tcmock", "--proxy-port", "0", "--ca-file", authority, "--state", state
    ) as server:
        yield server
