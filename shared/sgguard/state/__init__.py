"""What must outlive an invocation: snapshots, undelivered messages, events that could not be handled."""

from sgguard.state.memory import Memory, Seen, recall, remember
from sgguard.state.outbox import Pending, keep_pending, pending_messages
from sgguard.state.ports import Entry, Kind, Store, StoreError
from sgguard.state.records import (
    DeadLetter,
    Snapshot,
    keep_dead_letter,
    keep_snapshot,
)
from sgguard.state.standing import Standing, keep_standing, standing_alerts

__all__ = [
    "DeadLetter",
    "Entry",
    "Kind",
    "Memory",
    "Pending",
    "Seen",
    "Snapshot",
    "Standing",
    "Store",
    "StoreError",
    "keep_dead_letter",
    "keep_pending",
    "keep_snapshot",
    "keep_standing",
    "pending_messages",
    "recall",
    "remember",
    "standing_alerts",
]
