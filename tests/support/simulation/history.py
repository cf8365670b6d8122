"""One history, from its seed to quiescence."""

from __future__ import annotations

import heapq
import logging
from random import Random
from typing import Any

import msgspec
import structlog

from sgguard import pipeline
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.adapters.tencent.writer import TencentWriter
from sgguard.baseline import Site, default_site
from sgguard.config.revert import Budget
from sgguard.errand.undo import undo
from sgguard.errand.work import ErrandError
from sgguard.facts import FactsMemory
from sgguard.model.plan import Mode
from sgguard.model.run import Run
from sgguard.plan import Guardrails
from sgguard.state import Freeze, StoreError, keep_freeze, lift_freeze
from sgguard.wording import say
from simulation.cloud import GROUPS, SimulatedCloud
from simulation.people import START, People, audit_record
from simulation.ports import Inbox, Line, Readings, Shelf, StoreView
from simulation.watch import BUDGET, Watch
from simulation.weather import Weather

_MOMENT = 0.05
"""Seconds that a call takes."""
_DEPTH = 2
"""How many invocations may be under way at once: one inside the pauses of another."""
_PATIENCE = 30.0
"""Seconds that an invocation may stand still: the platform ends it at its time limit."""
_SILENT = structlog.wrap_logger(
    structlog.PrintLogger(), wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
)


class CrashError(BaseException):
    """The instance dies. No `except Exception` may stop it."""


class History:
    """Everything that happens follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.dice = Random(seed)
        self.now = START
        self.mode: Mode = "observe" if self.dice.random() < 0.04 else "enforce"
        self.frozen = False
        self.budget_open = False
        self.instances = self.dice.choice((1, 2, 3))
        self.weather = Weather(self.dice)
        self.cloud = SimulatedCloud()
        self.people = People(self.cloud, self.dice, lambda: self.now)
        self.shelf = Shelf()
        self.inbox = Inbox(self)
        self.watch = Watch(self)
        self._queue: list[tuple[float, int, Any, int]] = []
        self._number = 0
        self._under_way: list[str] = []
        self._down_until = 0.0
        self._guards = [self._start(f"instance {number}") for number in range(self.instances)]
        self._skews = [
            self.dice.uniform(-25, 25) if self.weather.strikes("clock-skew") else 0.0 for _ in self._guards
        ]

    def tell(self, what: str) -> None:
        """One line of the story."""
        self.people.story.append(f"{self.now - START:9.2f}  {what}")

    def play(self) -> None:
        """Live through it. Raises BrokenInvariantError."""
        for _ in range(self.dice.choice((1, 2, 2, 3, 3, 4, 6))):
            self._step()
        if self.dice.random() < 0.03:
            self._quarrel()
        self._quiet_down()

    def _step(self) -> None:
        for record in self.people.edit():
            self._announce(record)
            self.now += self.dice.choice((0.5, 1.0, 2.0))
        if self.dice.random() < 0.04:
            self._toggle_freeze()
        self._run_until(self.now + self.dice.choice((0.0, 2.0, 15.0, 60.0, 400.0, 900.0)))
        if self.dice.random() < 0.1:
            self._sweep()

    def _quarrel(self) -> None:
        """Somebody opens one group again and again, whatever the guard does about it."""
        group_id = self.dice.choice(GROUPS)
        for _ in range(6):
            for record in People.open_on_top(self.people, group_id):
                if record:
                    self._announce(record)
            self._run_until(self.now + 45.0)

    def _quiet_down(self) -> None:
        self.weather.calm = True
        self._down_until = 0.0
        self._run_until(float("inf"))
        if self.frozen:
            self._toggle_freeze()
        if self.mode == "observe":
            return
        self.now += 10_000
        self.budget_open = True
        self._guards = [self._start("the last sweep", budget=1000)]
        self._skews = [0.0]
        self._sweep()
        self._run_until(float("inf"))
        self.watch.ended()
        self._undo()

    def _undo(self) -> None:
        """A person takes back what the guard did to one group."""
        group_id = self.dice.choice(GROUPS)
        chain = self.shelf.of("journal", f"{group_id}/")
        begun = [entry for entry in chain if b'"phase":"intended"' in entry.document]
        if not begun:
            return
        identity = begun[-1].key.rpartition("-")[2]
        before = self.watch.snapshot_of(begun[-1])
        try:
            done = undo(identity, self._guards[0], by="operator")
        except ErrandError as error:
            self.tell(f"the undo of {identity[:12]} is refused: {error}")
            self.watch.seen["undo refused"] += 1
            return
        self.tell(f"undone: {done.outcome.result}")
        self.watch.undone(group_id, before, done.outcome.result)

    def _toggle_freeze(self) -> None:
        calm, self.weather.calm = self.weather.calm, True  # a person tries until it works
        freeze = Freeze(group_id="", by="operator", why="", at=self.now)
        (lift_freeze if self.frozen else keep_freeze)(StoreView(self, "operator"), freeze)
        self.weather.calm = calm
        self.frozen = not self.frozen
        self.tell("somebody freezes the guard" if self.frozen else "somebody lifts the freeze")

    def _start(self, name: str, *, budget: int = BUDGET) -> pipeline.Guard:
        gate = WriteGate()
        store = StoreView(self, name)
        number = len(getattr(self, "_guards", ()))
        return pipeline.Guard(
            readers=Readings(self, name).ports(),
            memory=FactsMemory(store),
            writer=TencentWriter(Line(self, name, gate), gate),  # type: ignore[arg-type]
            store=store,
            channels=(self.inbox,),
            clock=lambda: self.now + (self._skews[number] if number < len(self._skews) else 0.0),
            guardrails=Guardrails(mode=self.mode),
            site=_site(budget),
            log=_SILENT,
            role="sgguard",
            told={},
        )

    def _announce(self, record: Any) -> None:
        """Hand an audit record to the event bus."""
        strikes = self.weather.strikes
        if strikes("event-lost"):
            self.tell(f"the event of {record['requestID']} is lost")
            return
        delay = self.dice.uniform(0.5, 3.0)
        if strikes("event-reordered"):
            delay += self.dice.uniform(5.0, 120.0)
        if strikes("event-late"):
            delay += self.dice.uniform(1800.0, 7200.0)
        for _ in range(2 if strikes("event-twice") else 1):
            self._number += 1
            heapq.heappush(self._queue, (self.now + delay, self._number, record, 0))
            delay += self.dice.uniform(0.0, 5.0)

    def _run_until(self, end: float) -> None:
        while self._queue and self._queue[0][0] <= end:
            self._next_event()
        if end != float("inf"):
            self.now = max(self.now, end)

    def _next_event(self) -> None:
        at, _, record, tries = heapq.heappop(self._queue)
        self.now = max(self.now, at)
        self._invoke(record, tries)

    def _invoke(self, record: Any, tries: int) -> None:
        """One invocation of the function; one that fails is made again, twice at most, as SCF does."""
        self._number += 1
        which = self.dice.randrange(len(self._guards))
        invocation = f"invocation {self._number}"
        guard = msgspec.structs.replace(self._guards[which], invocation=invocation)
        self._under_way.append(invocation)
        try:
            self.tell(f"{invocation} takes {record['requestID']}")
            for run in pipeline.run(record, guard):
                self.tell(f"{invocation}: {_told(run)}")
                self.watch.ran(run, invocation)
        except (CrashError, StoreError) as error:
            self.tell(f"{invocation} ends in {type(error).__name__}")
            if isinstance(error, CrashError):
                self._guards[which] = self._start(f"instance {which}'")
            if tries < 2:
                self._number += 1
                heapq.heappush(self._queue, (self.now + 60.0, self._number, record, tries + 1))
        finally:
            self._under_way.pop()

    def pause(self, name: str, what: str) -> None:
        """A moment between two side effects: the instance may die, or another one may come in between."""
        self.now += _MOMENT
        if not self._under_way:
            return
        if self.weather.strikes("crash"):
            self.tell(f"{name} dies: {what}")
            raise CrashError
        soon = bool(self._queue) and self._queue[0][0] < self.now + _PATIENCE
        if soon and len(self._under_way) < _DEPTH and self.weather.strikes("instance-meanwhile"):
            self.tell(f"meanwhile, before {name} can {what}:")
            self._next_event()

    def store_is_down(self) -> bool:
        """Whether the store answers just now. Once down it stays so for a while."""
        if self.weather.strikes("store-down"):
            self._down_until = self.now + self.dice.choice((0.2, 1.0, 30.0))
        return self.now < self._down_until and not self.weather.calm

    def somebody_writes(self, group_id: str) -> None:
        """A foreign write that comes between a read and the write that rests on it."""
        for record in self.dice.choice((People.add_lawful, People.drop_on_top, People.open_on_top))(
            self.people, group_id
        ):
            if record:
                self._announce(record)

    def written(self, name: str, call: Any) -> str:
        """Carry out a write of the guard and record it. Raises ApiError."""
        self._number += 1
        request_id = f"own-{self._number}"
        self.watch.before(call)
        self.cloud.write(call)
        self.tell(f"{name} writes: {call.action} {call.params}")
        if self._under_way:
            self.watch.applied(call, self._under_way[-1])
        asked = {"SecurityGroupId": call.params["SecurityGroupId"]}
        self._announce(audit_record(call.action, asked, request_id, self.now, role="sgguard"))
        return request_id

    def unanswered(self) -> None:
        """A write of the invocation under way was not carried out, and nobody says so."""
        self.watch.in_doubt.update(self._under_way[-1:])

    def _sweep(self) -> None:
        """Every group once, as the timer has it."""
        self.tell("the sweep runs")
        for group_id in self.cloud.groups:
            asked = {"SecurityGroupId": group_id}
            self._number += 1
            record = audit_record(
                "CreateSecurityGroupPolicies", asked, f"sweep-{self._number}", self.now - 3600
            )
            self._invoke(record, 2)


def _told(run: Run) -> str:
    if run.plan is None or run.outcome is None:
        return run.note
    reasons = "; ".join(map(say, (*run.plan.reasons, *run.outcome.reasons)))
    return f"{run.plan.group_id} decided {run.plan.decision}, {run.outcome.result}: {reasons}"


def _site(budget: int) -> Site:
    site = default_site()
    return msgspec.structs.replace(
        site, revert=msgspec.structs.replace(site.revert, budget=Budget(groups=budget, percent=100))
    )
