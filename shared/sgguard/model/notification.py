"""A message for people, and what became of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.change import ChangeEvent
from sgguard.model.cluster import ClusterScope
from sgguard.model.finding import Before, Delta, Finding, Severity
from sgguard.model.plan import Decision, Proof
from sgguard.model.reason import Reason
from sgguard.model.security_group import Direction

Action = Literal[
    "reverted", "alert only", "refused", "failed", "could not decide", "resolved", "advice", "notice", "test"
]
"""What the guard did. ``resolved``: the group meets the baseline again, whoever put it right.
``advice``: a practice of the vendor is not followed. ``notice``: about the guard itself, and no group."""


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row that goes or comes."""

    sign: Literal["+", "-"]
    direction: Direction
    index: int | None
    """Where the row stood, or where it is put; None at the end."""
    row: str
    """Action, protocol, ports and peer in one line."""
    description: str = ""
    """What the writer of the row says of it. Foreign: escape before display."""


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One message about one change of one group: what happened and what the guard did."""

    id: str
    """The same for the same change of the same group in the same state."""
    fingerprint: str
    """The same for the same problem of the same group, whoever causes it, at whatever version and place."""
    occurrence: int | None = None
    """The how manieth with its fingerprint within 24 hours; None where nobody counts."""
    title: str
    """One sentence in the past tense."""
    action: Action
    decision: Decision | None
    severity: Severity
    group_id: str
    group_name: str = ""
    """What somebody calls the group; empty if that is not known. Foreign: escape before display."""
    region: str
    account: str = ""
    """UIN of the group's account; empty if it is not known."""
    clusters: tuple[ClusterScope, ...]
    machines: int
    version_before: str
    version_after: str
    findings: tuple[Finding, ...]
    """The decisive ones, worst first; dead rows are left out."""
    before: Before | None = None
    """The list that the change is measured against; None where it is not known."""
    delta: tuple[Delta, ...] = ()
    """What the change opened and cut, where the list before is known."""
    rows: tuple[RowChange, ...]
    """Rows written, or that would be."""
    proof: Proof | None
    reasons: tuple[Reason, ...]
    """Every reason for acting and not acting."""
    change: ChangeEvent | None
    observed_at: float
    """When the group was read; epoch seconds."""
    acted_at: float | None = None
    """When the last write was over; epoch seconds. None if nothing was written."""
    snapshot: str = ""
    """Key of the rows as they were before the first write; empty if nothing was written."""
    journal: str = ""
    """Id of the deed in the journal, for `sgguard undo` and as an anchor; empty if nothing was written."""
    approval: str = ""
    """Id of the plan that waits for somebody's approval, for `sgguard apply`; empty if none does."""
    mode: str = ""
    """Of the guard that tells it."""


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """Several notifications in one message, worst first."""

    notifications: tuple[Notification, ...]
    waiting: int = 0
    """How many more are kept and follow."""
    cluster: str = ""
    """Set where all of them are about one cluster."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is handed to a channel."""

    content: Notification | Digest
    note: Reason | None = None
    """What the reader should know about this message itself, for example that another channel failed."""
    plain: bool = False
    """Whether it is sent without any form, for the vendor has refused its own."""


Status = Literal["delivered", "held", "suppressed", "retry", "dead"]
"""``held``: kept on purpose, and sent later with others. ``suppressed``: the same is open and was told.
``retry``: the same may succeed later. ``dead``: it never will until somebody does what `fix` says."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a notification on one channel. Only `delivered` is success."""

    channel: str
    status: Status
    detail: str
    """What was answered. Holds no secret."""
    retry_after: float | None = None
    """``retry``, ``held``: seconds to wait at least; None where nobody can tell."""
    fix: str = ""
    """``dead``: what to do about it."""
    form_refused: bool = False
    """Whether only plain text may still be taken."""
