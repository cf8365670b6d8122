"""Messages about the guard itself, not about one group."""

from __future__ import annotations

from hashlib import sha256

from sgguard.model.notification import Notification
from sgguard.model.reason import Reason
from sgguard.report.fingerprint import fingerprint


def compose_notice(what: str, why: Reason, *, at: float) -> Notification:
    """Tell that something holds the guard back. `what` names it: the same is told once within some time."""
    return Notification(
        id=sha256(f"notice\0{what}\0{round(at)}".encode()).hexdigest()[:32],
        fingerprint=fingerprint("", f"notice {what}"),
        title=_TITLES[what],
        action="notice",
        decision=None,
        severity="high",
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
}
