"""The embedded cloud, the guard function and a webhook receiver, wired as in production."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import cast

import msgspec

from scfshim import Credentials
from scfshim.runtime import FunctionRuntime
from sgguard.errors import GuardError
from sgguard.model.plan import Mode
from sglab.inbox import Inbox, Received
from sglab.loop import Ended
from sglab.places import function_folder
from tcmock import Call, Cloud, StateError, ThreadedServer
from tcmock.eventbridge import envelope

Document = dict[str, object]


class Delivered(msgspec.Struct, frozen=True):
    """What came of one event."""

    event: object
    runs: list[Document]
    """``sgguard/run/v1`` documents."""
    log: tuple[str, ...]
    calls: list[Call]
    """API calls made meanwhile, in order."""
    messages: list[Received]
    """What the receiver was sent meanwhile."""


class FunctionFailedError(GuardError):
    """The function ended in an error; its log says more."""


class Stage:
    """A context manager. Clients talk to `cloud` through `endpoint`; events go in by `deliver`.

    With an `endpoint` of somebody else's cloud there is no cloud here, and `credentials` are for that one.
    """

    def __init__(
        self,
        *,
        mode: Mode,
        state: Mapping[str, object] | None = None,
        endpoint: str | None = None,
        credentials: Credentials | None = None,
        face: Callable[[Cloud], ThreadedServer] = ThreadedServer,
        environment: Mapping[str, str] | None = None,
        arrived: Callable[[Received], object] | None = None,
    ) -> None:
        self.cloud = Cloud()
        self._face = face
        self._environment = environment or {}
        self._arrived = arrived
        self._pending: list[Mapping[str, object]] = []
        self._mode = mode
        self._given = endpoint
        self._credentials = credentials
        self._open = ExitStack()
        if state is not None:
            self.reset(state)
        self.cloud.subscribe(self._pending.append)

    def reset(self, state: Mapping[str, object]) -> None:
        """Start from another state. Raises GuardError if the document is wrong."""
        try:
            self.cloud.load(state)
        except StateError as error:
            raise GuardError(f"The cloud's state cannot be used: {error}") from error
        self._pending.clear()

    def __enter__(self) -> Stage:  # noqa: PYI034 - Self needs Python 3.11
        self.endpoint = self._given or self._open.enter_context(self._face(self.cloud)).endpoint
        self.inbox = self._open.enter_context(Inbox(arrived=self._arrived))
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="sgguard-")))
        self._runtime = self._open.enter_context(
            FunctionRuntime(
                function_folder("guard"),
                name="sgguard-guard",
                timeout_ms=30_000,
                environment={
                    "SGGUARD_MODE": self._mode,
                    "SGGUARD_STORE": str(folder / "state.sqlite"),
                    "SGGUARD_WEBHOOK": self.inbox.url,
                    "TENCENTCLOUD_ENDPOINT": self.endpoint,
                    **self._environment,
                },
                credentials=self._credentials or self.credentials,
                region=self.cloud.home_region,
            )
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def credentials(self) -> Credentials:
        """A key of the embedded cloud's first account."""
        key = self.cloud.credentials
        return Credentials(key.secret_id, key.secret_key, key.token)

    def deliver(self, event: object) -> Delivered:
        """Invoke the function with one event. Raises FunctionFailedError."""
        calls, messages = len(self.cloud.calls), len(self.inbox.received)
        invocation = self._runtime.invoke(event)
        if invocation.error is not None:
            raise FunctionFailedError(
                f"The function ended with status {invocation.status_code}:\n" + "\n".join(invocation.log)
            )
        return Delivered(
            event=event,
            runs=cast("dict[str, list[Document]]", invocation.result)["runs"],
            log=invocation.log,
            calls=self.cloud.calls[calls:],
            messages=self.inbox.received[messages:],
        )

    def react(self, ended: Callable[[Ended], object]) -> None:
        """From now on hand every audit record to the function by itself, one after the other.

        Each end of an invocation is told to `ended`, in a thread of its own.
        """
        records: SimpleQueue[Mapping[str, object] | None] = SimpleQueue()

        def work() -> None:
            while (record := records.get()) is not None:
                invocation = self._runtime.invoke(envelope(record, event_id=str(record["requestID"])))
                ended(
                    Ended(
                        function="guard",
                        request_id=invocation.request_id,
                        at=self.cloud.clock.now(),
                        status=invocation.status_code,
                        answer=msgspec.json.encode(invocation.result).decode(),
                        error="" if invocation.error is None else str(invocation.error),
                        log=invocation.log,
                        duration_ms=invocation.duration_ms,
                    )
                )

        thread = threading.Thread(target=work, name="sglab-loop", daemon=True)
        thread.start()
        self._open.callback(thread.join)
        self._open.callback(records.put, None)
        self.cloud.subscribe(records.put)

    def events(self) -> list[Document]:
        """The EventBridge events of all writes since the last call, as their target would receive them."""
        records, self._pending[:] = list(self._pending), []
        return [envelope(record, event_id=str(record["requestID"])) for record in records]
