"""Looks at many groups at once, each through the same pipeline as a change."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import msgspec

from sgguard import pipeline
from sgguard.errors import GuardError
from sgguard.facts import Freshness
from sgguard.model.batch import Batch
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.sweep.places import view_of
from sgguard.sweep.ports import Guards, Limits
from sgguard.sweep.trigger import note_movement

ROWS_SECONDS = 60.0
"""Rows of a group in the same stack may be so old while nothing follows from them but "compliant"."""

Watch = Callable[[str, Run], None]
"""Is told of each group that was looked at and what came of it; from any thread."""


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch."""

    verdicts: Counter[str] = msgspec.field(default_factory=Counter)
    """Groups by verdict; ``kept`` for those that could not be judged, ``not covered`` for the others."""
    results: Counter[str] = msgspec.field(default_factory=Counter)
    """Groups by what was done: ``reverted``, ``failed``, ``alert``, ``refuse``."""
    left: tuple[str, ...] = ()
    """Groups that nobody has looked at yet."""


def work(batch: Batch, guards: Guards, limits: Limits, watch: Watch | None = None) -> Worked:
    """Look at the groups of a batch, several at once, until they are done or time is up.

    One group that is throttled, deleted or broken stops none of the others. Raises GuardError when no guard
    can be made for the account.
    """
    return _Work(batch, guards, limits, watch).run()


class _Work:
    def __init__(self, batch: Batch, guards: Guards, limits: Limits, watch: Watch | None) -> None:
        self._batch = batch
        self._guards = guards
        self._limits = limits
        self._watch = watch
        self._waiting = deque(batch.groups)
        self._left: list[str] = []
        self._worked = Worked()
        self._lock = threading.Lock()

    def run(self) -> Worked:
        self._preload()
        threads = max(1, min(self._limits.parallel, len(self._batch.groups)))
        with ThreadPoolExecutor(threads, thread_name_prefix="sgguard-sweep") as pool:
            done = [pool.submit(self._thread) for _ in range(threads)]
            try:
                wait(done)
            except BaseException:
                self._waiting.clear()  # whoever interrupts does not wait for the rest
                raise
        for future in done:
            future.result()
        # What nobody took, in its order, and what failed in a way that another try may mend.
        left = set(self._waiting) | set(self._left)
        return msgspec.structs.replace(
            self._worked, left=tuple(group for group in self._batch.groups if group in left)
        )

    def _preload(self) -> None:
        """Read what all groups have in common once, before several threads ask for it."""
        guard = self._guards(self._batch.account)
        view = view_of(self._batch.region, guard)
        try:
            view.atlas()
            if len(self._batch.groups) > 1:
                view.all_bindings()
        except GuardError as error:
            # Each group meets it again, and is kept with the reason.
            guard.log.warning("region could not be read ahead", region=self._batch.region, reason=str(error))

    def _thread(self) -> None:
        guard = self._guards(self._batch.account)
        fresh = Freshness(facts=guard.freshness.facts, rows=ROWS_SECONDS)
        guard = msgspec.structs.replace(guard, freshness=fresh)
        while not self._limits.is_over:
            try:
                group_id = self._waiting.popleft()
            except IndexError:
                return
            self._look(group_id, guard)

    def _look(self, group_id: str, guard: Guard) -> None:
        element = msgspec.to_builtins(msgspec.structs.replace(self._batch, groups=(group_id,)))
        try:
            runs = pipeline.run(element, guard)
        except Exception as error:
            guard.log.exception(
                "group could not be looked at", group_id=group_id, reason=type(error).__name__
            )
            with self._lock:
                self._left.append(group_id)
            return
        for run in runs:
            if self._batch.change is None:
                note_movement(group_id, self._batch.region, run, guard)
            self._count(run)
            if self._watch:
                self._watch(group_id, run)

    def _count(self, run: Run) -> None:
        verdict = run.evaluation.verdict if run.evaluation else ("kept" if run.kept else "not covered")
        done = run.outcome.result if run.outcome and run.outcome.result != "none" else ""
        decision = run.plan.decision if run.plan and run.plan.decision in {"alert", "refuse"} else ""
        with self._lock:
            self._worked.verdicts[verdict] += 1
            if done or decision:
                self._worked.results[done or decision] += 1


def remaining_of(batch: Batch, left: Sequence[str]) -> Batch:
    """The batch that is to be handed on."""
    return msgspec.structs.replace(batch, groups=tuple(left), hops=batch.hops + 1)
