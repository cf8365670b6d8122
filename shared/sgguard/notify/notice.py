"""Messages about the guard itself, not about one group."""

from __future__ import annotations

from hashlib import sha256

from sgguard.model.finding import Severity
from sgguard.model.notification import Notification
from sgguard.model.reason import Reason
from sgguard.report.fingerprint import fingerprint


def compose_notice(
    what: str, why: Reason, *, at: float, severity: Severity = "high", which: str = ""
) -> Notification:
    """Tell something about the guard itself.

    `what` names it, and `which` tells one from another of its sort: the same is told once within some time.
    """
    return Notification(
        id=sha256(f"notice\0{what}\0{round(at)}".encode()).hexdigest()[:32],
        fingerprint=fingerprint("", f"notice {what} {which}".rstrip()),
        title=_TITLES[what],
        action="notice",
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
        reasons=(why,),
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
