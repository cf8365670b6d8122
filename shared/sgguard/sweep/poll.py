"""Polls CloudAudit where nothing can push: the records since the last look, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from sgguard import pipeline
from sgguard.event import request_of
from sgguard.model.run import Run
from sgguard.pipeline import Guard
from sgguard.state import Entry
from sgguard.sweep.ports import Limits

_LATE = 900
"""Seconds that a record may take to appear: each look goes back so far behind the last one."""
_FIRST = 3600
"""Seconds that the first look goes back."""
_MOST_IDS = 20_000


class Audit(Protocol):
    """Reads CloudAudit."""

    def writes(self, since: int, until: int) -> Iterator[Mapping[str, object]]:
        """Records of writes between two times, epoch seconds, as elements. Raises GatherError."""
        ...


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far was looked."""

    until: int
    """Epoch seconds."""
    seen: tuple[str, ...] = ()
    """Request ids of records since `until` less what records may be late."""


class Polled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a look."""

    records: int
    """New ones."""
    runs: tuple[Run, ...]
    finished: bool
    """Whether all were worked off; if not, the next look goes on."""


def poll(audit: Audit, guard: Guard, limits: Limits, *, name: str) -> Polled:
    """Run the pipeline on every record that was not seen before. Raises GatherError and StoreError.

    The cursor, `name` tells it from others, moves once everything before it is done; what is done is noted
    all the same, so that nothing is worked off twice and nothing is lost.
    """
    now = int(guard.clock())
    cursor = _read(guard, name) or Cursor(until=now - _FIRST)
    since = cursor.until - _LATE
    known = dict.fromkeys(cursor.seen)
    runs: list[Run] = []
    records, finished = 0, True
    for element in audit.writes(since, now):
        request_id = request_of(element)
        if request_id and request_id in known:
            continue
        if limits.is_over:
            finished = False
            break
        runs += pipeline.run(element, guard)
        records += 1
        if request_id:
            known[request_id] = None
    _keep(guard, name, Cursor(until=now if finished else cursor.until, seen=tuple(known)[-_MOST_IDS:]))
    return Polled(records=records, runs=tuple(runs), finished=finished)


def _read(guard: Guard, name: str) -> Cursor | None:
    entry = guard.store.get("marker", _key(name))
    try:
        return msgspec.json.decode(entry.document, type=Cursor) if entry else None
    except msgspec.DecodeError:
        return None


def _keep(guard: Guard, name: str, cursor: Cursor) -> None:
    entry = Entry(kind="marker", key=_key(name), kept_at=guard.clock(), document=msgspec.json.encode(cursor))
    guard.store.replace(entry)


def _key(name: str) -> str:
    return f"poll/{name}"
