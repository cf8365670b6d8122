"""The message that a practice of the vendor is not followed. Nothing is ever written because of it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sgguard.model.change import ChangeEvent
from sgguard.model.facts import Facts
from sgguard.model.finding import SEVERITIES, Practice
from sgguard.model.notification import Notification
from sgguard.report.fingerprint import fingerprint, practice_fingerprint


def compose_advice(facts: Facts, change: ChangeEvent, practices: Sequence[Practice]) -> Notification:
    """Tell of practices, at least one, that have not been told of before."""
    problem = sorted(practice_fingerprint(facts.group_id, practice, facts.group) for practice in practices)
    parts = ("advice", facts.region, facts.group_id, change.request_id, facts.group.version, *problem)
    return Notification(
        id=sha256("\0".join(parts).encode()).hexdigest()[:32],
        fingerprint=fingerprint(facts.group_id, facts.region, *problem),
        title=f"{facts.group_id} does not follow a practice of the vendor; nothing was written",
        action="advice",
        decision=None,
        severity=max((practice.severity for practice in practices), key=SEVERITIES.index),
        group_id=facts.group_id,
        region=facts.region,
        clusters=facts.scopes,
        machines=facts.machines,
        version_before=facts.group.version,
        version_after=facts.group.version,
        findings=(),
        rows=(),
        proof=None,
        reasons=tuple(practice.reason for practice in practices),
        change=change,
        observed_at=facts.observed_at,
    )
