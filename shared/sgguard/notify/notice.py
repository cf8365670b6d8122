"""Messages about the guard itself, not about one group."""

from __future__ import annotations

from hashlib import sha256

from sgguard.model.notification import Action, Notification
from sgguard.model.reason import Reason
from sgguard.report.fingerprint import fingerprint


def compose_notice(what: str, why: Reason, *, at: float) -> Notification:
    """Tell that something holds the guard back. `what` names it: the same is told once within some time."""
    return _about_itself(f"notice {what}", _TITLES[what], "notice", (why,), at)


def compose_test(*, at: float) -> Notification:
    """A message that says of itself that it is a test."""
    return _about_itself("test", "This is a test", "test", (), at)


def _about_itself(
    what: str, title: str, action: Action, reasons: tuple[Reason, ...], at: float
) -> Notification:
    return Notification(
        id=sha256(f"{what}\0{round(at)}".encode()).hexdigest()[:32],
        fingerprint=fingerprint("", what),
        title=title,
        action=action,
        decision=None,
        severity="high" if action == "notice" else "info",
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
}
