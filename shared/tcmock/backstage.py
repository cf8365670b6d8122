"""What goes on behind the calls of a cloud: events on their way, timers, functions that run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from tcmock.agenda import Agenda
from tcmock.cloudaudit.record import Record
from tcmock.cloudaudit.tracks import Tracks
from tcmock.errors import APIError
from tcmock.eventbridge.router import Router
from tcmock.eventbridge.target_actions import Address
from tcmock.ground import Ground
from tcmock.invocation import Answer, Asked
from tcmock.scf.events import Events
from tcmock.scf.executor import Executor, Outcome
from tcmock.scf.log_actions import billed
from tcmock.scf.request import find, resolved
from tcmock.scf.runner import Runner
from tcmock.scf.state import ScfState
from tcmock.scf.timers import Timers

TAIL_BYTES = 4096
"""How much of the log an invocation answers (https://cloud.tencent.com/document/api/583/58400)."""


class Backstage:
    """The background work of one cloud. Nothing of it runs, no thread and no process, before it is needed.

    Args:
        ground: the cloud.
        executor: runs functions; None for the one that is installed.
        serve: opens a way to the cloud for functions where there is none, and tells it by `served_at`.
    """

    def __init__(
        self, ground: Ground, executor: Executor | None, serve: Callable[[ExitStack], object]
    ) -> None:
        self._ground = ground
        self._serve = serve
        self._opened = ExitStack()
        self._endpoints: list[str] = []
        self.runner = Runner(ground, executor, self._endpoint)
        self.events = Events(ground, self.runner)
        self.timers = Timers(ground, self.events)
        self._router = Router(ground, self._send)
        self._tracks = Tracks(ground)

    @property
    def agenda(self) -> Agenda:
        """What is planned."""
        return self._ground.agenda

    def take(self, record: Record) -> None:
        """Put an audit record on the default bus of its account, and on its tracks."""
        self._router.take(record)
        self._tracks.take(record)

    def route(self, uin: str, region: str, bus_id: str, event: Mapping[str, object]) -> None:
        """Hand an event to the rules of a bus."""
        self._router.route(uin, region, bus_id, event)

    def invoke(self, asked: Asked) -> Answer:
        """Run a function and wait for it, or only have it run. Raises APIError."""
        _ = self.runner.pool.executor  # refuse now what could never run
        if asked.asynchronous:
            self.events.push(asked)
            return {"Result": _result(asked, None)}
        _, outcome = self.runner.run(asked)
        return {"Result": _result(asked, outcome)}

    def served_at(self, endpoint: str) -> None:
        """Functions find the cloud there from now on."""
        self._endpoints.append(endpoint)
        self.timers.refresh()

    def no_longer_served_at(self, endpoint: str) -> None:
        """Nobody listens there any more."""
        self._endpoints.remove(endpoint)

    def clear(self) -> None:
        """End what runs and forget what is planned or waits."""
        self.agenda.clear()
        self.events.clear()
        self.timers.clear()
        self._router.clear()
        self._tracks.clear()
        self.runner.pool.stop()

    def close(self) -> None:
        """The same, for good."""
        self.clear()
        self._opened.close()

    def _send(self, target: Address, text: str) -> None:
        """Have the function that a target is run on an event. Raises APIError."""
        _ = self.runner.pool.executor
        with self._ground.lock:
            account = self._ground.accounts().get(target.uin)
            if account is None:
                raise APIError("ResourceNotFound.Function", f"The account {target.uin} does not exist.")
            state = account.region(target.region)[ScfState]
            resolved(find(state, target.namespace, target.function), target.qualifier)
            request_id = self._ground.ids.uuid()
        self.events.push(
            Asked(
                uin=target.uin,
                region=target.region,
                namespace=target.namespace,
                function=target.function,
                qualifier=target.qualifier,
                event=text,
                request_id=request_id,
                asynchronous=True,
                source="eb",
            )
        )

    def _endpoint(self) -> str:
        """Where functions find the cloud."""
        if not self._endpoints:
            self._serve(self._opened)
        return self._endpoints[-1]


def _result(asked: Asked, outcome: Outcome | None) -> Answer:
    """How an invocation ended; None for one that has not."""
    done = outcome or Outcome(status=0, answer="")
    tail = done.log.encode()[-TAIL_BYTES:].decode(errors="ignore") if asked.tail else ""
    return {
        "Log": tail,
        "RetMsg": done.answer,
        "ErrMsg": done.error,
        "MemUsage": done.memory_bytes,
        "Duration": done.duration_ms,
        "BillDuration": billed(done.duration_ms) if outcome else 0,
        "FunctionRequestId": asked.request_id,
        "InvokeResult": -1 if done.error else 0,
    }
