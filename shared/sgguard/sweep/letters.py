"""Dead letters: each is tried once more by the sweep, and kept if that fails too."""

from __future__ import annotations

import msgspec

from sgguard import pipeline
from sgguard.model.batch import Batch
from sgguard.pipeline import Guard
from sgguard.state import DeadLetter, Entry, StoreError
from sgguard.sweep.ports import Guards, Limits

_TRIED = "retried/"


class Letters(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the dead letters."""

    settled: int = 0
    failed: int = 0
    kept: int = 0
    """Those that were tried before: they wait for a person."""


def retry_letters(guards: Guards, limits: Limits) -> Letters:
    """Try every dead letter that was not tried before. Raises StoreError.

    The mark is made before the try, so that a letter that breaks the guard is tried once and no more.
    """
    guard = guards("")
    settled = failed = kept = 0
    for entry in guard.store.entries("dead-letter"):
        if guard.store.get("marker", _TRIED + entry.key) is not None:
            kept += 1
        elif limits.is_over:
            break
        elif _retried(entry, guard, guards):
            settled += 1
        else:
            failed += 1
    return Letters(settled=settled, failed=failed, kept=kept)


def _retried(entry: Entry, guard: Guard, guards: Guards) -> bool:
    marker = Entry(kind="marker", key=_TRIED + entry.key, kept_at=guard.clock(), document=b"{}")
    guard.store.put(marker)
    try:
        letter = msgspec.json.decode(entry.document, type=DeadLetter)
        runs = pipeline.run(letter.event, _guard_of(letter.event, guard, guards))
    except StoreError:
        raise
    except Exception as error:
        guard.log.exception("dead letter could not be retried", key=entry.key, reason=type(error).__name__)
        return False
    if any(run.kept for run in runs):
        return False
    guard.store.remove("dead-letter", entry.key)
    guard.store.remove("marker", marker.key)
    return True


def _guard_of(event: object, guard: Guard, guards: Guards) -> Guard:
    """The guard of the account that an event of the sweep is about."""
    try:
        return guards(msgspec.convert(event, Batch).account)
    except msgspec.ValidationError:
        return guard
