"""What the site allows the guard to do about a group."""

from __future__ import annotations

import msgspec

from sgguard.model.finding import Severity
from sgguard.model.plan import Mode
from sgguard.model.reason import Reason


class Guardrails(msgspec.Struct, frozen=True, kw_only=True):
    """What the site allows the guard to do."""

    mode: Mode
    min_severity: Severity = "high"
    """Enforce acts on findings that are at least this severe; milder ones are alerted."""
    notes: tuple[Reason, ...] = ()
    """Why the mode is not the one that was asked for, if so; they appear among the reasons."""
    holds: tuple[Reason, ...] = ()
    """Why nothing may be written to this group now, though the mode is enforce."""
    unsettled: Reason | None = None
    """Why the group may still be changing; then only what is open to the public is closed at once."""
    approval: Severity | None = None
    """Reverts of findings at least this severe wait for an approval; None where none does."""
