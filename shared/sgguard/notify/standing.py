"""Whether people have been told already, and whether it is over.

A problem is told when it is found, again only after the site's `repeat_hours` while it is open, and once more
when the group is compliant again. A revert is always told: it is a write. So is a notice about the guard
itself, which counts its own time.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from sgguard.model.finding import SEVERITIES
from sgguard.model.notification import Notification
from sgguard.state import Standing, Store, standing_alerts

DAY = 86_400.0


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """A notification, counted, and whether it is to be told."""

    notification: Notification
    told_before: float | None = None
    """When the same was told, if that is recent enough not to tell it again; epoch seconds."""
    standing: tuple[Standing, ...]
    """What is to be kept, but only after the message itself is: a crash between must not silence it."""


def consider(told: Notification, store: Store, now: float, repeat_hours: float) -> Considered:
    """Count a notification and decide whether it is told. Raises StoreError."""
    known = standing_alerts(store, told.group_id)
    same = next((one for one in known if one.notification.fingerprint == told.fingerprint), None)
    seen = (*(at for at in (same.seen if same else ()) if now - at < DAY), now)
    told = msgspec.structs.replace(told, occurrence=len(seen))
    if same is not None and _is_known(same, told) and now - same.told_at < repeat_hours * 3600:
        counted = msgspec.structs.replace(same, seen=seen)
        return Considered(notification=told, told_before=same.told_at, standing=(counted,))
    if same is not None and same.notification.action == told.action:
        # Receivers drop what has an id that they know; a repetition is meant to arrive.
        told = msgspec.structs.replace(told, id=sha256(f"{told.id}/{now}".encode()).hexdigest()[:32])
    holds = told.action not in {"reverted", "resolved", "notice"}
    own = Standing(notification=told, told_at=now, seen=seen, open=holds)
    if told.decision is None:
        return Considered(notification=told, standing=(own,))
    # What is judged now takes the place of whatever was open.
    others = (one for one in known if one.open and one.notification.fingerprint != told.fingerprint)
    closed = (msgspec.structs.replace(one, open=False) for one in others)
    return Considered(notification=told, standing=(own, *closed))


def resolve(group_id: str, store: Store, now: float) -> Notification | None:
    """The message that a group which people were told about is compliant again; None if none was open.

    Nothing is open any more once the message is kept. Raises StoreError.
    """
    opened = [one for one in standing_alerts(store, group_id) if one.open]
    if not opened:
        return None
    last = max(opened, key=lambda one: one.told_at)
    identity = sha256(f"{last.notification.id}/resolved/{last.told_at}".encode()).hexdigest()[:32]
    return msgspec.structs.replace(
        last.notification,
        id=identity,
        title=f"{group_id} meets the baseline again",
        action="resolved",
        decision="none",
        severity="info",
        findings=(),
        rows=(),
        proof=None,
        reasons=(),
        snapshot="",
        approval="",
        acted_at=None,
        observed_at=now,
    )


def _is_known(same: Standing, told: Notification) -> bool:
    """Whether nothing is new: it is open, the guard did the same about it, and it is no worse than it was."""
    before = same.notification
    no_worse = SEVERITIES.index(told.severity) <= SEVERITIES.index(before.severity)
    return same.open and before.action == told.action and no_worse
