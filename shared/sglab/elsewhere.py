"""The guard function against a cloud that runs elsewhere, such as an emulator in another process."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import cast

from scfshim import Credentials
from scfshim.runtime import FunctionRuntime
from sgguard.model.plan import Mode
from sglab.deployment import HOME, Document
from sglab.inbox import Inbox
from sglab.places import function_folder, service_file
from sglab.service import read_service
from sglab.stage import GUARD, Delivered, FunctionFailedError


class Elsewhere:
    """A context manager like `Stage`, without a cloud of its own: only events that are given come."""

    def __init__(self, *, mode: Mode, endpoint: str, credentials: Credentials) -> None:
        self._mode = mode
        self._endpoint = endpoint
        self._credentials = credentials
        self._open = ExitStack()

    def __enter__(self) -> Elsewhere:  # noqa: PYI034 - Self needs Python 3.11
        with ExitStack() as opened:
            self.inbox = opened.enter_context(Inbox())
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="sgguard-")))
            function = read_service(service_file()).functions[GUARD]
            self._runtime = opened.enter_context(
                FunctionRuntime(
                    function_folder(GUARD),
                    name=GUARD,
                    handler=function.handler,
                    timeout_ms=function.timeout * 1000,
                    environment={
                        "SGGUARD_MODE": self._mode,
                        "SGGUARD_STORE": str(folder / "state.sqlite"),
                        "SGGUARD_WEBHOOK": self.inbox.url,
                        "TENCENTCLOUD_ENDPOINT": self._endpoint,
                    },
                    credentials=self._credentials,
                    region=HOME,
                )
            )
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def deliver(self, event: object) -> Delivered:
        """Invoke the guard with one event and wait. Raises FunctionFailedError."""
        messages = len(self.inbox.received)
        run = self._runtime.invoke(event)
        if run.error is not None:
            log = "\n".join(run.log)
            raise FunctionFailedError(f"The function ended with status {run.status_code}:\n{log}")
        return Delivered(
            event=event,
            runs=cast("dict[str, list[Document]]", run.result)["runs"],
            log=run.log,
            calls=[],
            messages=self.inbox.received[messages:],
        )
