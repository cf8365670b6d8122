"""The process behind one instance of a function."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from scfshim.invocation import Reply, Status

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
LOOK_EVERY_MS = 10
"""How often memory and time are checked while the function runs."""


class Worker:
    """A fresh interpreter that has been told to load a handler, and the pipes to it.

    What the function prints goes to a temporary file, so no amount of it can block anybody.
    """

    def __init__(self, python: Path, folder: Path, handler: str, variables: Mapping[str, str]) -> None:
        self.peak_mb = 0.0
        """Highest resident memory seen, 0 where /proc does not tell."""
        requests, self._requests = os.pipe()
        self._replies, replies = os.pipe()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._log_read = 0
        unbuffered = "-u"  # a killed function has written all it printed
        try:
            self._process = subprocess.Popen(  # noqa: S603 - running the caller's function is the purpose
                [python, unbuffered, "-s", "-X", "utf8", BOOTSTRAP, str(requests), str(replies), handler],
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                pass_fds=(requests, replies),
                start_new_session=True,
            )
        except OSError:
            self._release()
            raise
        finally:
            os.close(requests)
            os.close(replies)

    def ask(self, request: object, seconds: float, memory_mb: int) -> Reply:
        """Send one invocation and wait for its reply, as `reply` does."""
        pending = memoryview(json.dumps(request).encode() + b"\n")
        try:
            while pending:
                pending = pending[os.write(self._requests, pending) :]
        except BrokenPipeError:
            return self._exited()
        return self.reply(seconds, memory_mb)

    def reply(self, seconds: float, memory_mb: int) -> Reply:
        """The worker's next reply, or why there is none: time limit, memory limit, process exit."""
        end = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._replies, select.POLLIN)
        received = bytearray()
        while not received.endswith(b"\n"):
            if time.monotonic() >= end:
                return Reply(Status.TIME_LIMIT, message=f"Invoking task timed out after {seconds:g} seconds")
            if poll.poll(LOOK_EVERY_MS):
                piece = os.read(self._replies, 1 << 20)
                if not piece:
                    return self._exited()
                received += piece
            self.peak_mb = max(self.peak_mb, resident_peak_mb(self._process.pid))
            if self.peak_mb > memory_mb:
                return Reply(Status.MEMORY_LIMIT, message=f"Memory limit of {memory_mb} MB reached")
        return msgspec.json.decode(received, type=Reply)

    def printed(self) -> str:
        """What the function has written to stdout and stderr since the last call."""
        size = os.fstat(self._log.fileno()).st_size
        # pread, because both processes share one position in the file
        text = os.pread(self._log.fileno(), size - self._log_read, self._log_read)
        self._log_read = size
        return text.decode(errors="replace").removesuffix("\n")

    def kill(self) -> None:
        """Kill the process and whatever it started. Its pipes stay, for whoever waits at them."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the process and whatever it started, and release the pipes. May be called again."""
        if not self._log.closed:
            self.kill()
            self._process.wait()
            self._release()

    def _exited(self) -> Reply:
        code: object = "unknown"
        with suppress(subprocess.TimeoutExpired):  # its pipe closes a moment before its exit code is known
            code = self._process.wait(timeout=1)
        return Reply(Status.PROCESS_EXIT, message=f"Process exited unexpectedly, exit code {code}")

    def _release(self) -> None:
        os.close(self._requests)
        os.close(self._replies)
        self._log.close()


def resident_peak_mb(pid: int) -> float:
    """A process's highest resident memory, from Linux's /proc; 0 elsewhere, and once it has exited."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024
