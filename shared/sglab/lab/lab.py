"""The lab: a cloud on a port, the guard behind it, and everybody who wants to know what happens."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sgguard.errors import ConfigError, Problem
from sgguard.model.plan import Mode
from sglab.inbox import Received
from sglab.lab.entry import Entry, Timeline
from sglab.lab.face import PREFIX, LabServer
from sglab.lab.page import View
from sglab.lab.scene import scene
from sglab.lab.telling import told_end, told_message, told_record
from sglab.stage import Stage
from tcmock import Cloud
from tcmock.scf.state import Run

HOST = "127.0.0.1"


class Lab:
    """A context manager: a cloud at `endpoint` whose audit events wake the project's function.

    Args:
        state: a `tcmock/state/v1` document.
        mode: of the guard.
        port: to serve at; 0 takes a free one.
        config: the site's, compiled.
        sweep: look at every covered group in the beginning, and by the timers of serverless.yml.
        variables: more of the function's environment.

    Raises:
        ConfigError: the port is taken.
        GuardError: the state is wrong.
    """

    def __init__(
        self,
        *,
        state: Mapping[str, object],
        mode: Mode,
        port: int = 0,
        config: bytes = b"",
        sweep: bool = False,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.timeline = Timeline()
        self.messages: list[tuple[float, Received]] = []
        self.mode = mode
        self._port = port
        self._sweep = sweep
        self._lock = threading.Lock()
        self._running: set[str] = set()
        """Threads whose run has not ended."""
        self._untold: list[Entry] = []
        self._stage = Stage(
            mode=mode,
            state=state,
            react=True,
            timers=sweep,
            config=config,
            face=self._face,
            environment={"SGGUARD_LOG_LEVEL": "debug", **variables},  # its API calls are told
            arrived=self._arrived,
            ended=self._ended,
        )

    def __enter__(self) -> Lab:  # noqa: PYI034 - Self needs Python 3.11
        self._stage.__enter__()
        if self._sweep:
            self._stage.sweep()
        return self

    def __exit__(self, *error: object) -> None:
        self._stage.__exit__(None, None, None)

    @property
    def cloud(self) -> Cloud:
        """The cloud, with the project's functions."""
        return self._stage.cloud

    @property
    def endpoint(self) -> str:
        """Where clients find the cloud."""
        return self._stage.endpoint

    @property
    def page(self) -> str:
        """Where a browser finds the page."""
        return self.endpoint + PREFIX

    @property
    def greeting(self) -> dict[str, str]:
        """Where and with which key: what programs read from the first line."""
        key = self.cloud.credentials
        return {
            "endpoint": self.endpoint,
            "secret_id": key.secret_id,
            "secret_key": key.secret_key,
            "region": self.cloud.home_region,
        }

    def view(self) -> View:
        """What the page shows now."""
        return View(
            mode=self.mode,
            endpoint=self.endpoint,
            region=self.cloud.home_region,
            clusters=scene(self.cloud.dump()),
            entries=self.timeline.entries(),
            messages=list(self.messages),
        )

    def _face(self, cloud: Cloud) -> LabServer:
        cloud.subscribe(self._recorded)
        try:
            return LabServer(cloud, HOST, self._port, self.view)
        except OSError as error:
            what = f"cannot be used: {error.strerror}"
            fix = "Leave --port out, or name a free one."
            raise ConfigError([Problem(f"port {self._port}", what, fix)]) from error

    def _recorded(self, record: Mapping[str, object]) -> None:
        entry = told_record(record, self.cloud.clock.now())
        with self._lock:
            self._running.add(entry.thread)
        self.timeline.add(entry)

    def _ended(self, ended: Run) -> None:
        """Tell what a run did, and then of its messages, which arrived a moment earlier."""
        entries = list(told_end(ended, self.cloud.clock.now()))
        threads = {entry.thread for entry in entries}
        with self._lock:
            told = [entry for entry in self._untold if entry.thread in threads]
            self._untold = [entry for entry in self._untold if entry.thread not in threads]
            self._running -= threads
        self.timeline.add(*entries, *told)

    def _arrived(self, received: Received) -> None:
        at = self.cloud.clock.now()
        entry = told_message(received.body, at)
        with self._lock:
            self.messages.append((at, received))
            waits = entry.thread in self._running
            if waits:
                self._untold.append(entry)
        if not waits:
            self.timeline.add(entry)


def on_signal() -> threading.Event:
    """Set by SIGINT and SIGTERM from now on."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def greet(lab: Lab) -> None:
    """The line for programs."""
    sys.stdout.write(msgspec.json.encode(lab.greeting).decode() + "\n")
    sys.stdout.flush()
