"""Whether events still arrive: a trigger that is dead is found by the sweep, not by luck.

Every invocation by an event leaves its time and its groups in the store. A sweep that sees a group at another
version than the guard saw last notes it. If the event of that change has not come within the time that events
may take, the next sweep says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.state import Entry, Store, StoreError

DAILY_QUOTA = 2000
"""Events that EventBridge delivers to a target a day, by default:
https://www.tencentcloud.com/document/product/1108/46254."""
_MOST_GROUPS = 500
_EVENTS, _MOVED = "events/", "moved/"
_AHEAD = 3600.0
"""An event that came so long before a sweep noticed a version may have been the one that made it."""


class Arrivals(msgspec.Struct, kw_only=True):
    """The events that one instance was handed on one day."""

    day: str
    count: int = 0
    last_at: float = 0.0
    groups: dict[str, float] = {}
    """When the last event of a group came, of those that came last."""


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A group whose version moved without the guard."""

    region: str
    group_id: str
    before: str
    after: str
    noticed_at: float


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the events of today and yesterday."""

    today: int
    last_at: float | None
    groups: dict[str, float]


class EventLog:
    """Counts the events of one instance; one document a day in the store."""

    def __init__(self, instance: str) -> None:
        self._instance = instance
        self._arrivals = Arrivals(day="")

    def note(self, store: Store, runs: Sequence[Run], *, at: float) -> None:
        """An event came and had these results. Raises StoreError."""
        day = day_of(at)
        if self._arrivals.day != day:
            self._arrivals = Arrivals(day=day)
        arrivals = self._arrivals
        arrivals.count += 1
        arrivals.last_at = at
        for run in runs:
            for group_id in run.change.group_ids if run.change else ():
                arrivals.groups.pop(group_id, None)
                arrivals.groups[group_id] = at
        while len(arrivals.groups) > _MOST_GROUPS:
            del arrivals.groups[next(iter(arrivals.groups))]
        key = f"{_EVENTS}{day}/{self._instance}"
        store.replace(Entry(kind="marker", key=key, kept_at=at, document=msgspec.json.encode(arrivals)))


def heard(store: Store, *, now: float) -> Heard:
    """The events of today and yesterday; forgets older ones. Raises StoreError."""
    days = {day_of(now), day_of(now - 86400)}
    today, last, groups = 0, None, dict[str, float]()
    for entry in store.entries("marker", _EVENTS):
        if entry.key.split("/")[1] not in days:
            store.remove("marker", entry.key)
            continue
        try:
            arrivals = msgspec.json.decode(entry.document, type=Arrivals)
        except msgspec.DecodeError:
            continue
        today += arrivals.count if arrivals.day == day_of(now) else 0
        last = max(last or 0.0, arrivals.last_at)
        for group_id, at in arrivals.groups.items():
            groups[group_id] = max(at, groups.get(group_id, 0.0))
    return Heard(today=today, last_at=last, groups=groups)


def note_movement(group_id: str, region: str, run: Run, guard: Guard) -> None:
    """Note a group that the sweep found at another version than the guard saw last."""
    if run.evaluation is None or not run.seen_version or run.own:
        return
    before, after = run.seen_version, run.evaluation.version
    if before == after:
        return
    at = guard.clock()
    movement = Movement(region=region, group_id=group_id, before=before, after=after, noticed_at=at)
    key = f"{_MOVED}{region}/{group_id}"
    try:
        guard.store.put(Entry(kind="marker", key=key, kept_at=at, document=msgspec.json.encode(movement)))
    except StoreError as error:
        guard.log.warning("movement not noted", group_id=group_id, reason=str(error))


def silent_movements(store: Store, known: Heard, *, now: float, patience: float) -> tuple[Movement, ...]:
    """The movements that no event told of although one should have; each is told once. Raises StoreError."""
    silent: list[Movement] = []
    for entry in store.entries("marker", _MOVED):
        try:
            movement = msgspec.json.decode(entry.document, type=Movement)
        except msgspec.DecodeError:
            store.remove("marker", entry.key)
            continue
        told = known.groups.get(movement.group_id, 0.0) >= movement.noticed_at - _AHEAD
        if not told and now - movement.noticed_at < patience:
            continue
        if not told:
            silent.append(movement)
        store.remove("marker", entry.key)
    return tuple(silent)


def day_of(at: float) -> str:
    """The day as EventBridge counts it, in China: 2026-02-03."""
    zone = dt.timezone(dt.timedelta(hours=8))
    return dt.datetime.fromtimestamp(at, zone).date().isoformat()


def names(movements: Iterable[Movement], most: int = 5) -> str:
    """Groups for a message."""
    found = [f"{m.group_id} ({m.region}, version {m.before} to {m.after})" for m in movements]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
