"""A message for people, and what became of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.change import ChangeEvent
from sgguard.model.cluster import ClusterScope
from sgguard.model.finding import Finding, Severity
from sgguard.model.plan import Decision, Proof
from sgguard.model.reason import Reason
from sgguard.model.security_group import Direction

Action = Literal["reverted", "alert only", "refused", "failed", "could not decide"]


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row that goes or comes."""

    sign: Literal["+", "-"]
    direction: Direction
    index: int | None
    """Where the row stood, or where it is put; None at the end."""
    row: str
    """Action, protocol, ports and peer in one line."""


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One message about one change of one group: what happened and what the guard did."""

    id: str
    """The same for the same change of the same group in the same state."""
    title: str
    """One sentence in the past tense."""
    action: Action
    decision: Decision | None
    severity: Severity
    group_id: str
    region: str
    clusters: tuple[ClusterScope, ...]
    machines: int
    version_before: str
    version_after: str
    findings: tuple[Finding, ...]
    """The decisive ones; dead rows are left out."""
    rows: tuple[RowChange, ...]
    """Rows written, or that would be."""
    proof: Proof | None
    reasons: tuple[Reason, ...]
    """Every reason for acting and not acting."""
    change: ChangeEvent | None
    observed_at: float
    """Epoch seconds."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel made of a notification. Only `delivered` is success."""

    channel: str
    status: Literal["delivered", "retry", "dead"]
    """``retry``: the same may succeed later. ``dead``: it never will until somebody acts on `detail`."""
    detail: str
