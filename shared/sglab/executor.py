"""Runs the functions of tcmock's scf in scfshim: the adapter of `tcmock.scf.executor.Executor`."""

from __future__ import annotations

import io
import json
import stat
import tempfile
import threading
import zipfile
from pathlib import Path

from scfshim import Credentials
from scfshim.invocation import Invocation
from scfshim.runtime import FunctionRuntime
from sglab.interpreter import Interpreter, at_hand, for_runtime
from tcmock.scf.executor import Code, Deployment, Outcome, Pass

_MEGABYTE = 1024 * 1024
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_ENTER = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


class ShimInstance:
    """One instance: a process of its own."""

    def __init__(self, deployment: Deployment, folder: Path, interpreter: Interpreter) -> None:
        self._ended = False
        self._request_id = ""
        self._credentials: Credentials | None = None
        self._runtime = FunctionRuntime(
            folder,
            name=deployment.name,
            handler=deployment.handler,
            memory_mb=deployment.memory_mb,
            timeout_ms=deployment.timeout_seconds * 1000,
            init_timeout_ms=deployment.init_timeout_seconds * 1000,
            environment={**deployment.environment, "TENCENTCLOUD_ENDPOINT": deployment.endpoint},
            credentials=self._current,
            region=deployment.region,
            app_id=deployment.app_id,
            uin=deployment.uin,
            namespace=deployment.namespace,
            version=deployment.version,
            runtime=deployment.runtime,
            python=interpreter.path,
            new_id=lambda: self._request_id,
        )

    @property
    def alive(self) -> bool:
        """Whether it can serve once more."""
        return not self._ended

    def invoke(self, event: str, request_id: str, credentials: Pass | None) -> Outcome:
        """Run the function once."""
        self._request_id = request_id
        self._credentials = (
            Credentials(credentials.secret_id, credentials.secret_key, credentials.token)
            if credentials
            else None
        )
        run = self._runtime.invoke(json.loads(event))
        self._ended = not self._runtime.warm
        return _outcome(run)

    def kill(self) -> None:
        """End its process at once."""
        self._ended = True
        self._runtime.kill()

    def close(self) -> None:
        """Give back all it holds."""
        self._ended = True
        self._runtime.close()

    def _current(self) -> Credentials | None:
        return self._credentials


class ShimExecutor:
    """Starts instances. A zip is unpacked once, read-only, into a folder whose path ends in ``var/user``.

    It runs in the interpreter of its runtime where that is installed, with nothing but what the zip holds; a
    folder runs in the interpreter at hand, with all that is installed there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unpacked: dict[str, Path] = {}
        self._place: tempfile.TemporaryDirectory[str] | None = None

    def version(self, runtime: str) -> str:
        """Of the interpreter that stands in for a runtime."""
        return for_runtime(runtime).version

    def start(self, deployment: Deployment) -> ShimInstance:
        """A new instance, cold."""
        code = deployment.code
        if code.folder:
            return ShimInstance(deployment, code.folder, at_hand())
        return ShimInstance(deployment, self._folder(code), for_runtime(deployment.runtime))

    def _folder(self, code: Code) -> Path:
        with self._lock:
            if code.digest not in self._unpacked:
                self._place = self._place or tempfile.TemporaryDirectory(prefix="scf-")
                self._unpacked[code.digest] = _unpack(code.archive, Path(self._place.name) / code.digest)
            return self._unpacked[code.digest]


def _unpack(archive: bytes, place: Path) -> Path:
    folder = place / "var" / "user"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(_READ_ONLY | _ENTER if path.is_dir() else _READ_ONLY)
    folder.chmod(_READ_ONLY | _ENTER)
    return folder


def _outcome(run: Invocation) -> Outcome:
    answer = run.result if run.error is None else run.error
    return Outcome(
        status=run.status_code,
        answer=json.dumps(answer, ensure_ascii=False),
        error="" if run.error is None else str(run.error["errorMessage"]),
        log="\n".join(run.log),
        duration_ms=float(run.duration_ms),
        memory_bytes=int(run.memory_used_mb * _MEGABYTE),
        cold=run.cold,
    )
