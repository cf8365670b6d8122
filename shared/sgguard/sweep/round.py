"""One round over the fleet: survey every place, then look at every covered group or have it looked at."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec

from sgguard.errors import GuardError
from sgguard.model.batch import Batch
from sgguard.sweep.pending import forget_batch, keep_batch, kept_batches
from sgguard.sweep.places import Place, batches, kinds_of_reasons, survey_of
from sgguard.sweep.ports import Guards, HandoverError, Invoker, Limits
from sgguard.sweep.work import Watch, Worked, remaining_of, work

_MOST_HOPS = 5
"""After so many handovers the groups of a batch are left to the next sweep."""
_ABREAST = 2
"""Places whose groups one instance looks at at once."""


class PlaceReport(msgspec.Struct, kw_only=True):
    """What became of one place."""

    account: str
    region: str
    status: Literal["done", "failed", "left"] = "left"
    """``failed``: it could not be surveyed, see `error`. ``left``: time was up before."""
    error: str = ""
    clusters: int = 0
    covered: int = 0
    undetermined: int = 0
    not_covered: Counter[str] = msgspec.field(default_factory=Counter)
    """By the reason in general words."""


class Round(msgspec.Struct, kw_only=True):
    """What became of a round."""

    sweep: str
    places: list[PlaceReport] = []
    handed_over: int = 0
    """Batches that other instances work on."""
    verdicts: Counter[str] = msgspec.field(default_factory=Counter)
    results: Counter[str] = msgspec.field(default_factory=Counter)
    left: int = 0
    """Groups that are kept for the next round."""

    @property
    def covered(self) -> int:
        """Groups that are looked at."""
        return sum(place.covered for place in self.places)

    def include(self, part: Round) -> None:
        """Add what became of a part of the round."""
        self.places += part.places
        self.handed_over += part.handed_over
        self.verdicts.update(part.verdicts)
        self.results.update(part.results)
        self.left += part.left

    def after(self, earlier: Round) -> Round:
        """The same round, and what became of the rest of an earlier one, whose places are counted already."""
        self.include(msgspec.structs.replace(earlier, places=[]))
        return self

    def add(self, worked: Worked) -> None:
        """Count what became of a batch."""
        self.verdicts.update(worked.verdicts)
        self.results.update(worked.results)


class Progress:
    """Is told how a round goes; does nothing by itself."""

    def surveyed(self, report: PlaceReport) -> None:
        """A place was surveyed, or could not be."""


class Rounds:
    """Makes rounds over all covered groups, or `only` some.

    `invoker` hands batches over; without one they are worked off here.
    """

    def __init__(
        self,
        guards: Guards,
        limits: Limits,
        *,
        size: int,
        invoker: Invoker | None = None,
        watch: Callable[[Place], Watch] | None = None,
        progress: Progress | None = None,
        only: frozenset[str] | None = None,
    ) -> None:
        self._guards = guards
        self._own = guards("")
        self._limits = limits
        self._size = size
        self._invoker = invoker
        self._watch = watch
        self._progress = progress or Progress()
        self._only = only
        self._abreast = threading.BoundedSemaphore(limits.parallel if invoker else _ABREAST)

    def run(self, places: Sequence[Place], sweep: str) -> Round:
        """One round. What cannot be finished is kept; `resume` goes on with it. Raises StoreError."""
        found = Round(sweep=sweep)
        # Where others do the work, places only wait for their listings; here the next one is listed while
        # others are worked on.
        abreast = self._limits.parallel if self._invoker else _ABREAST + 1
        with ThreadPoolExecutor(max(1, min(abreast, len(places)))) as pool:
            for part in pool.map(lambda place: self._place(place, sweep), places):
                found.include(part)
        return found

    def resume(self, sweep: str = "") -> Round:
        """Go on with whatever is kept, of one sweep or of all. Raises StoreError."""
        found = Round(sweep=sweep)
        self._dispatch(list(kept_batches(self._own.store, sweep)), found)
        return found

    def work_off(self, batch: Batch, found: Round) -> None:
        """Look at the groups of a batch, all of its place if it names none; hand the rest on, or keep it."""
        place = Place(account=batch.account, region=batch.region)
        if not batch.groups:
            found.include(self._place(place, batch.sweep, hops=batch.hops + 1))
            return
        try:
            worked = work(batch, self._guards, self._limits, self._watch(place) if self._watch else None)
        except GuardError as error:
            self._own.log.exception("batch not worked off", place=place.name, reason=str(error))
            worked = Worked(left=batch.groups)
        found.add(worked)
        if worked.left:
            self._hand_on(remaining_of(batch, worked.left), found)

    def _place(self, place: Place, sweep: str, *, hops: int = 0) -> Round:
        """Survey a place and have its groups looked at."""
        report, kept = self._surveyed(place, sweep)
        part = Round(sweep=sweep, places=[report])
        self._progress.surveyed(report)
        with self._abreast:
            self._dispatch(kept, part)
        if report.status == "left":
            whole = Batch(sweep=sweep, account=place.account, region=place.region, groups=(), hops=hops)
            self._hand_on(whole, part)
        return part

    def _surveyed(self, place: Place, sweep: str) -> tuple[PlaceReport, list[tuple[str, Batch]]]:
        report = PlaceReport(account=place.account, region=place.region)
        if self._limits.is_over:
            return report, []
        try:
            guard = self._guards(place.account)
            found = survey_of(place, guard)
        except GuardError as error:
            self._own.log.exception("place could not be surveyed", place=place.name, reason=str(error))
            return msgspec.structs.replace(report, status="failed", error=error.diagnostics()), []
        if self._only is not None:
            groups = tuple(group for group in found.groups if group.group_id in self._only)
            found = msgspec.structs.replace(found, groups=groups)
        wanted = batches(place, found, sweep=sweep, size=self._size)
        kept = [(keep_batch(self._own.store, batch, at=guard.clock()), batch) for batch in wanted]
        return (
            msgspec.structs.replace(
                report,
                status="done",
                clusters=len(found.clusters),
                covered=len(found.of("covered")),
                undetermined=len(found.of("undetermined")),
                not_covered=kinds_of_reasons(found),
            ),
            kept,
        )

    def _dispatch(self, kept: Iterable[tuple[str, Batch]], found: Round) -> None:
        for key, batch in kept:
            if self._limits.is_over:
                found.left += len(batch.groups)
                continue
            if self._handed_over(batch):
                found.handed_over += 1
            else:
                self.work_off(batch, found)
            forget_batch(self._own.store, key)

    def _hand_on(self, rest: Batch, found: Round) -> None:
        if rest.hops <= _MOST_HOPS and self._handed_over(rest):
            found.handed_over += 1
        else:
            keep_batch(self._own.store, rest, at=self._own.clock())
            found.left += len(rest.groups)

    def _handed_over(self, batch: Batch) -> bool:
        if self._invoker is None:
            return False
        try:
            self._invoker.hand_over(batch)
        except HandoverError as error:
            self._own.log.exception("batch not handed over", region=batch.region, reason=error.diagnostics())
            return False
        return True
