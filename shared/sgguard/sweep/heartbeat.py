"""A sweep as the timer makes it: a round, and everything that must be looked after besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from sgguard import pipeline
from sgguard.config.fleet import Fleet
from sgguard.model.notification import Notification
from sgguard.model.reason import Reason, reason
from sgguard.notify import compose_notice, drain
from sgguard.pipeline import Guard
from sgguard.state import Entry, StoreError, recent_claims
from sgguard.state.fleet import keep_covered_groups
from sgguard.sweep.letters import Letters, retry_letters
from sgguard.sweep.places import Place
from sgguard.sweep.ports import Guards, Limits
from sgguard.sweep.round import Round, Rounds
from sgguard.sweep.trigger import DAILY_QUOTA, Heard, Movement, day_of, heard, names, silent_movements

_HEARTBEAT = "heartbeat"
_BUSY = 0.8
"""Share of the day's deliveries from which on the quota is told of."""


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a sweep: ``sgguard/sweep/v1``."""

    round: Round
    letters: Letters
    drained: int
    """Messages of the outbox that were delivered."""
    events_today: int
    events_quota: int
    last_event_at: float | None
    """Epoch seconds; None if no event has come yesterday or today."""
    silent: tuple[Movement, ...]
    """Groups whose version moved although no event came."""
    budget_used: int
    budget_limit: int
    heartbeat: bool
    """Whether this sweep said so to people."""


def sweep(
    places: Sequence[Place], rounds: Rounds, guards: Guards, fleet: Fleet, limits: Limits, *, name: str
) -> Sweep:
    """Sweep the fleet. Raises StoreError, at the end, where something could neither be done nor kept."""
    guard = guards("")
    now = guard.clock()
    known = heard(guard.store, now=now)
    silent = silent_movements(guard.store, known, now=now, patience=fleet.event_minutes * 60)
    letters = retry_letters(guards, limits)
    drained = _drained(guard)
    # What the last round left comes first, or it would be left again and again; a new one needs time too.
    found = rounds.resume()
    if not limits.is_over:
        found = rounds.run(places, name).after(found)
    if found.places and all(place.status == "done" for place in found.places):
        keep_covered_groups(guard.store, found.covered, at=now)
    claims = recent_claims(guard.store, since=now - guard.site.revert.budget.minutes * 60, now=now)
    swept = Sweep(
        round=found,
        letters=letters,
        drained=drained,
        events_today=known.today,
        events_quota=DAILY_QUOTA,
        last_event_at=known.last_at,
        silent=silent,
        budget_used=len({claim.group_id for claim in claims}),
        budget_limit=guard.site.revert.budget.limit(found.covered),
        heartbeat=bool(found.places) and _is_due(guard, fleet, now),
    )
    pipeline.tell(list(_messages(swept, known, now)), guard)
    return swept


def _drained(guard: Guard) -> int:
    drained = drain(guard.store, guard.channels, guard.clock(), guard.site.alerts)
    return sum(one.delivery.status == "delivered" for one in drained)


def _messages(swept: Sweep, known: Heard, now: float) -> Iterator[Notification]:
    if swept.silent:
        why = reason("notice.silent", groups=names(swept.silent), count=len(swept.silent))
        yield compose_notice("silent", why, at=now, which=names(swept.silent))
    failed = [place for place in swept.round.places if place.status == "failed"]
    if failed:
        where = ", ".join(f"{place.account}/{place.region}".lstrip("/") for place in failed[:5])
        why = reason("notice.unswept", places=where, count=len(failed), text=failed[0].error)
        yield compose_notice("unswept", why, at=now, which=where)
    if known.today >= DAILY_QUOTA * _BUSY:
        why = reason("notice.quota", count=known.today, quota=DAILY_QUOTA)
        yield compose_notice("quota", why, at=now, which=day_of(now))
    if swept.heartbeat:
        yield compose_notice("heartbeat", _summary(swept, now), at=now, severity="info", which=str(now))


def _summary(swept: Sweep, now: float) -> Reason:
    found = swept.round
    others = sum((place.not_covered for place in found.places), Counter[str]())
    why = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items())) or "0"
    silence = round((now - swept.last_event_at) / 60) if swept.last_event_at else None
    last = reason("heartbeat.never") if silence is None else reason("heartbeat.ago", minutes=silence)
    return reason(
        "notice.heartbeat",
        covered=found.covered,
        places=len(found.places),
        others=sum(others.values()),
        why=why,
        last=last,
        today=swept.events_today,
        quota=swept.events_quota,
        used=swept.budget_used,
        limit=swept.budget_limit,
    )


def _is_due(guard: Guard, fleet: Fleet, now: float) -> bool:
    """Whether it is time to say that all is well; notes that it is said."""
    try:
        last = guard.store.get("marker", _HEARTBEAT)
        if last is not None and now - last.kept_at < fleet.heartbeat_hours * 3600 - 60:
            return False
        guard.store.replace(Entry(kind="marker", key=_HEARTBEAT, kept_at=now, document=b"{}"))
    except StoreError as error:
        guard.log.exception("heartbeat not noted", reason=str(error))
    return True
