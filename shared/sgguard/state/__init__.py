"""What must outlive an invocation: snapshots, undelivered messages, events that could not be handled."""

from sgguard.state.memory import Memory, Seen, recall, remember
from sgguard.state.ports import Entry, Kind, Store, StoreError
from sgguard.state.records import (
    DeadLetter,
    Snapshot,
    Undelivered,
    keep_dead_letter,
    keep_snapshot,
    keep_undelivered,
)

__all__ = [
    "DeadLetter",
    "Entry",
    "Kind",
    "Memory",
    "Seen",
    "Snapshot",
    "Store",
    "StoreError",
    "Undelivered",
    "keep_dead_letter",
    "keep_snapshot",
    "keep_undelivered",
    "recall",
    "remember",
]
