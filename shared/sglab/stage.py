"""The embedded cloud, the project's functions in it and a webhook receiver, wired as in production."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import cast

import msgspec

from scfshim import Credentials
from sgguard.errors import GuardError
from sgguard.model.plan import Mode
from sglab.deployment import HOME, Document, deployed, function_name
from sglab.executor import ShimExecutor
from sglab.inbox import Inbox, Received
from sglab.places import service_file
from sglab.service import read_service
from tcmock import Call, Cloud, StateError, ThreadedServer
from tcmock.eventbridge import envelope
from tcmock.operation import Operation
from tcmock.scf.state import Run

GUARD, SWEEP = "guard", "sweep"


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
    """A context manager: `cloud` at `endpoint`, in which the functions of serverless.yml are deployed.

    Args:
        mode: of the guard.
        state: a `tcmock/state/v1` document; None is an empty cloud.
        react: audit events reach the functions through EventBridge; else only `deliver` invokes them.
        timers: so do the times of serverless.yml.
        face: serves the cloud.
        config: the site's, compiled; empty for the vendor's baseline and the default limits.
        environment: further ones of every function.
        arrived: is called with every message that reaches the receiver.
        ended: is called with every invocation that has ended, by the thread that ran it.
    """

    def __init__(  # noqa: PLR0913 - a stage has that many settings
        self,
        *,
        mode: Mode,
        state: Mapping[str, object] | None = None,
        react: bool = False,
        timers: bool = False,
        face: Callable[[Cloud], ThreadedServer] = ThreadedServer,
        config: bytes = b"",
        environment: Mapping[str, str] | None = None,
        arrived: Callable[[Received], object] | None = None,
        ended: Callable[[Run], object] | None = None,
    ) -> None:
        self._mode = mode
        self._state = state or {}
        self._react = react
        self._timers = timers
        self._face = face
        self._config = config
        self._environment = environment or {}
        self._arrived = arrived
        self._ended = ended
        self._open = ExitStack()
        self._lock = threading.Lock()
        self._runs: list[Run] = []
        self._told = 0
        """Audit records that `events` has given."""

    def __enter__(self) -> Stage:  # noqa: PYI034 - Self needs Python 3.11
        """Raises GuardError if the state is wrong, ConfigError if serverless.yml is."""
        with ExitStack() as opened:
            self.inbox = opened.enter_context(Inbox(arrived=self._arrived))
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="sgguard-")))
            self._service = read_service(service_file())
            document = deployed(
                self._state,
                self._service,
                mode=self._mode,
                variables=self._settings(folder),
                react=self._react,
                timers=self._timers,
            )
            try:
                self.cloud = opened.enter_context(Cloud(state=document, executor=ShimExecutor()))
            except StateError as error:
                raise GuardError(f"The cloud's state cannot be used: {error}") from error
            self.cloud.on_run(self._keep)
            self.endpoint = opened.enter_context(self._face(self.cloud)).endpoint
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def credentials(self) -> Credentials:
        """A key of the cloud's first account."""
        key = self.cloud.credentials
        return Credentials(key.secret_id, key.secret_key, key.token)

    def deliver(self, event: object) -> Delivered:
        """Invoke the guard with one event and wait. Raises FunctionFailedError."""
        calls, messages = len(self.cloud.calls), len(self.inbox.received)
        run = self._invoked(event)
        return Delivered(
            event=event,
            runs=runs_of(run),
            log=tuple(run.log.splitlines()),
            calls=[call for call in self.cloud.calls[calls:] if call.service != "scf"],
            messages=self.inbox.received[messages:],
        )

    def sweep(self) -> bool:
        """Have every covered group looked at now, as the timer does. Whether there is such a function."""
        if SWEEP not in self._service.functions:
            return False
        event = {"Type": "Timer", "TriggerName": "lab", "Time": "", "Message": ""}
        self._invoke(SWEEP, event, "Event")
        return True

    def runs(self) -> list[Run]:
        """Every invocation that has ended, oldest first, once nothing more is on its way."""
        self.cloud.settle()
        with self._lock:
            return list(self._runs)

    def events(self) -> list[Document]:
        """The EventBridge events of all writes since the last call, as their target receives them."""
        records = self.cloud.audit.records[self._told :]
        self._told += len(records)
        return [envelope(record, event_id=str(record["requestID"])) for record in records]

    def _settings(self, folder: Path) -> dict[str, str]:
        compiled = folder / "config.json"
        if self._config:
            compiled.write_bytes(self._config)
        return {
            "SGGUARD_MODE": self._mode,
            "SGGUARD_STORE": str(folder / "state.sqlite"),
            "SGGUARD_WEBHOOK": self.inbox.url,
            **({"SGGUARD_CONFIG": str(compiled)} if self._config else {}),
            **self._environment,
        }

    def _keep(self, run: Run) -> None:
        with self._lock:
            self._runs.append(run)
        if self._ended:
            self._ended(run)

    def _invoked(self, event: object) -> Run:
        request_id = self._invoke(GUARD, event, "RequestResponse")
        with self._lock:
            return next(run for run in reversed(self._runs) if run.request_id == request_id)

    def _invoke(self, key: str, event: object, kind: str) -> str:
        """One Invoke, as anybody who holds a key could make it; its request id."""
        operation = Operation(
            service="scf",
            version="2018-04-16",
            action="Invoke",
            region=HOME,
            params={
                "FunctionName": function_name(self._service, key),
                "InvocationType": kind,
                "ClientContext": json.dumps(event, ensure_ascii=False),
            },
        )
        cloud = self.cloud
        answer = cloud.handle(operation.signed(cloud.credentials, now=cloud.clock.now()), faulty=False)
        response = cast("dict[str, Document]", msgspec.json.decode(answer.body)["Response"])
        if "Error" in response:
            raise FunctionFailedError(f"The function was not invoked: {response['Error']['Message']}")
        return str(response["Result"]["FunctionRequestId"])


def runs_of(run: Run) -> list[Document]:
    """The ``sgguard/run/v1`` documents of an invocation. Raises FunctionFailedError if it failed."""
    if run.error:
        raise FunctionFailedError(f"The function ended with status {run.status}:\n{run.log}")
    return cast("dict[str, list[Document]]", msgspec.json.decode(run.answer))["runs"]
