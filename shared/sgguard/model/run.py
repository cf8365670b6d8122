"""The whole story of one change of one group."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.change import ChangeEvent
from sgguard.model.finding import Evaluation
from sgguard.model.notification import Delivery, Notification
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan

Own = Literal["", "request", "session", "version"]
"""By what a change was recognised as the guard's own: its request id, the session of its role, or the version
that its last write left. A label: such a change is judged like any other."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A notification and its way through every channel."""

    notification: Notification
    deliveries: tuple[Delivery, ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What was understood, judged, decided, done and told."""

    change: ChangeEvent | None
    """None where the event was ignored or could not be read."""
    note: str = ""
    """Why the story ends early, if it does."""
    evaluation: Evaluation | None = None
    """The verdict that the decision rests on."""
    plan: Plan | None = None
    outcome: Outcome | None = None
    own: Own = ""
    notifications: tuple[Sent, ...] = ()
    kept: bool = False
    """Whether the event was kept as a dead letter."""
    seen_version: str = ""
    """At which version the guard saw the group before; empty if it did not."""
