"""Messages about the guard itself, not about one group."""

from __future__ import annotations

from hashlib import sha256

from sgguard.model.finding import Severity
from sgguard.model.notification import Action, Notification
from sgguard.model.reason import Reason
from sgguard.report.fingerprint import fingerprint


def compose_notice(
    what: str, why: Reason, *, at: float, severity: Severity = "high", which: str = ""
) -> Notification:
    """Tell something about the guard itself.

    `what` names it, and `which` tells one from another of its sort: the same is told once within some time.
    """
    identity = f"notice {what} {which}".rstrip()
    return _about_itself(identity, _TITLES[what], "notice", (why,), at, severity)


def compose_test(*, at: float) -> Notification:
    """A message that says of itself that it is a test."""
    return _about_itself("test", "This is a test", "test", (), at, "info")


def _about_itself(
    what: str, title: str, action: Action, reasons: tuple[Reason, ...], at: float, severity: Severity
) -> Notification:
    return Notification(
        id=sha256(f"{what}\0{round(at)}".encode()).hexdigest()[:32],
        fingerprint=fingerprint("", what),
        title=title,
        action=action,
        decision=None,
        severity=severity,
        group_id="",
        region="",
        clusters=(),
        machines=0,
        version_before="",
        version_after="",
        findings=(),
        rows=(),
        proof=None,
        reasons=reasons,
        change=None,
        observed_at=at,
    )


_TITLES = {
    "budget": "The change budget is used up; nothing more is written",
    "store": "The store cannot be used; nothing is written",
    "heartbeat": "The guard is alive and has looked at every covered group",
    "silent": "Groups changed and no event came: the trigger may be dead",
    "unswept": "Part of the fleet could not be looked at",
    "quota": "The day's event deliveries are nearly used up",
}
