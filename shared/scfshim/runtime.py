"""Runs a function as SCF does: in its own interpreter, with SCF's environment, context, limits and log.

Not emulated: the freeze between invocations, `/opt` and `/var/user` as paths, and CPU in proportion to
memory. The memory limit is watched, not enforced by the kernel, and only on Linux. A code folder that is
marked read-only is read-only for the function even where root runs it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

import msgspec

from scfshim.configuration import RUNTIME, VERSION, Configuration, credential_variables
from scfshim.credentials import Credentials
from scfshim.invocation import ColdStart, Invocation, Reply, Status, error_body, log_lines
from scfshim.worker import Worker

EVENT_BYTES = RESPONSE_BYTES = 6 * 1024 * 1024
"""Of a synchronous call (https://www.tencentcloud.com/document/product/583/11637)."""

FATAL = {Status.TIME_LIMIT, Status.MEMORY_LIMIT, Status.PROCESS_EXIT}


def random_id() -> str:
    """A request id as SCF makes them."""
    return str(uuid.uuid4())


class FunctionRuntime:
    """One instance of a function: cold on the first invocation, warm until something ends its process.

    Invocations from several threads run one after the other, as an instance serves one request at a time.
    Use it as a context manager, or `close` it.

    Args:
        folder: what the zip would hold; `handler` names a file in it and a function in that file.
        name: SCF_FUNCTIONNAME.
        handler: ``file.function``.
        memory_mb: limit of resident memory. Best effort: watched every 10 ms, on Linux.
        timeout_ms: limit of one invocation; the process is killed at it.
        init_timeout_ms: limit of starting the interpreter and loading the handler.
        environment: the function's own variables, under SCF's rules for them. TENCENTCLOUD_ENDPOINT is
            allowed besides, to lead it to an emulator.
        credentials: those of the execution role, or who to ask for them on every invocation.
        region: TENCENTCLOUD_REGION.
        app_id: TENCENTCLOUD_APPID.
        uin: TENCENTCLOUD_UIN.
        namespace: SCF_NAMESPACE.
        version: SCF_FUNCTIONVERSION.
        runtime: SCF_RUNTIME.
        paths: searched after the folder, as layers are.
        python: interpreter; its installed packages stand in for those in the zip. None takes this one.
        new_id: makes request ids.

    Raises:
        SettingError: there is no such folder, or SCF would refuse the environment.
    """

    def __init__(  # noqa: PLR0913 - a function has that many settings
        self,
        folder: Path,
        *,
        name: str,
        handler: str = "index.main_handler",
        memory_mb: int = 128,
        timeout_ms: int = 3000,
        init_timeout_ms: int = 65_000,
        environment: Mapping[str, str] | None = None,
        credentials: Credentials | Callable[[], Credentials | None] | None = None,
        region: str = "ap-guangzhou",
        app_id: str = "1250000000",
        uin: str = "100000000001",
        namespace: str = "default",
        version: str = VERSION,
        runtime: str = RUNTIME,
        paths: Iterable[Path] = (),
        python: Path | None = None,
        new_id: Callable[[], str] = random_id,
    ) -> None:
        self.configuration = Configuration(
            folder=folder.absolute(),
            name=name,
            handler=handler,
            memory_mb=memory_mb,
            timeout_ms=timeout_ms,
            init_timeout_ms=init_timeout_ms,
            environment=environment or {},
            region=region,
            app_id=app_id,
            uin=uin,
            namespace=namespace,
            version=version,
            runtime=runtime,
        )
        self._credentials = credentials
        self._paths = tuple(path.absolute() for path in paths)
        self._python = python or Path(sys.executable)
        self._new_id = new_id
        self._worker: Worker | None = None
        self._killed = False
        """Whether somebody has asked for its end since it began."""
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> FunctionRuntime:  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def warm(self) -> bool:
        """Whether a process is there that has loaded the function."""
        return self._worker is not None

    def kill(self) -> None:
        """Kill the process, from any thread; an invocation that is running then ends in an exited process."""
        self._killed = True
        worker = self._worker
        if worker:
            worker.kill()

    def close(self) -> None:
        """End the instance; the next invocation starts a new one."""
        self._killed = False
        if self._worker:
            self._worker.close()
            self._worker = None

    def invoke(self, event: object) -> Invocation:
        """Run the function once. Whatever the function does wrong is in the result, nothing is raised.

        Raises:
            TypeError: the event is no JSON.
        """
        text = json.dumps(event, ensure_ascii=False)
        with self._one_at_a_time:
            request_id = self._new_id()
            if len(text.encode(errors="surrogatepass")) > EVENT_BYTES:
                reply = Reply(Status.REQUEST_TOO_LARGE, message="RequestTooLarge: the event exceeds 6 MB")
                return ended(reply, request_id)
            try:
                return self._run(request_id, text)
            except BaseException:
                self.close()  # or the next invocation would be given this one's late reply
                raise

    def _run(self, request_id: str, event: str) -> Invocation:
        settings = self.configuration
        credentials = credential_variables(self._current_credentials())
        reply, cold_start, duration_ms = Reply(Status.SUCCESS), None, 0
        if not self._worker:
            self._worker = self._new_worker(credentials)
            if self._killed:
                self._worker.kill()
            reply, cold_start = self._loaded(self._worker)
        worker = self._worker
        alive = reply.status == Status.SUCCESS
        if alive:
            context = settings.context(request_id, credentials)
            request = {"event": event, "context": context, "variables": credentials}
            begun = time.monotonic()
            reply = worker.ask(request, settings.timeout_ms / 1000, settings.memory_mb)
            duration_ms = round((time.monotonic() - begun) * 1000)
            alive = reply.status not in FATAL
        run = msgspec.structs.replace(
            ended(reply, request_id),
            duration_ms=duration_ms,
            memory_used_mb=worker.peak_mb,
            cold_start=cold_start,
        )
        log = log_lines(run, settings.memory_mb, worker.printed())
        if not alive:
            self.close()
        return msgspec.structs.replace(run, log=log)

    def _new_worker(self, credentials: Mapping[str, str]) -> Worker:
        settings = self.configuration
        variables = {**settings.variables(self._paths), **credentials}
        return Worker(self._python, settings.folder, settings.handler, variables)

    def _loaded(self, worker: Worker) -> tuple[Reply, ColdStart]:
        begun = time.monotonic()
        reply = worker.reply(self.configuration.init_timeout_ms / 1000, self.configuration.memory_mb)
        total_ms = round((time.monotonic() - begun) * 1000)
        function_ms = min(round(reply.load_ms), total_ms)
        if reply.status == Status.TIME_LIMIT:
            reply = Reply(Status.INIT_TIMEOUT, message=f"InitContainerTimeout after {total_ms} ms")
        return reply, ColdStart(total_ms - function_ms, function_ms)

    def _current_credentials(self) -> Credentials | None:
        return self._credentials() if callable(self._credentials) else self._credentials


def ended(reply: Reply, request_id: str) -> Invocation:
    """The result or the error that a reply stands for."""
    if reply.status == Status.SUCCESS and len(reply.body.encode()) > RESPONSE_BYTES:
        reply = Reply(Status.RESPONSE_TOO_LARGE, message="The size of response exceeds the upper limit (6MB)")
    status = int(reply.status)
    if status == Status.SUCCESS:
        return Invocation(status_code=status, request_id=request_id, result=json.loads(reply.body))
    return Invocation(status_code=status, request_id=request_id, error=error_body(reply, request_id))
