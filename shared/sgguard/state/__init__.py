"""What must outlive an invocation: journal, snapshots, claims, switches, messages, dead letters."""

from sgguard.state.approval import StoredPlan, find_plan, forget_plan, keep_plan
from sgguard.state.claim import Claim, keep_claim, recent_claims, withdraw_claim
from sgguard.state.fleet import covered_groups, keep_covered_groups
from sgguard.state.freeze import Freeze, freezes_of, keep_freeze, lift_freeze
from sgguard.state.journal import (
    WHOLE_GUARD,
    JournalEntry,
    JournalError,
    Written,
    aftermath,
    append,
    head_of,
)
from sgguard.state.memory import Memory, Seen, recall, remember
from sgguard.state.outbox import Pending, keep_pending, pending_messages
from sgguard.state.ports import Entry, Kind, Store, StoreError
from sgguard.state.promise import broken_promises, keep_promise, settle_promise
from sgguard.state.records import (
    DeadLetter,
    Snapshot,
    find_snapshot,
    keep_dead_letter,
    keep_snapshot,
)
from sgguard.state.standing import Standing, all_standing, keep_standing, standing_alerts
from sgguard.state.waiver_use import keep_waiver_uses

__all__ = [
    "WHOLE_GUARD",
    "Claim",
    "DeadLetter",
    "Entry",
    "Freeze",
    "JournalEntry",
    "JournalError",
    "Kind",
    "Memory",
    "Pending",
    "Seen",
    "Snapshot",
    "Standing",
    "Store",
    "StoreError",
    "StoredPlan",
    "Written",
    "aftermath",
    "all_standing",
    "append",
    "broken_promises",
    "covered_groups",
    "find_plan",
    "find_snapshot",
    "forget_plan",
    "freezes_of",
    "head_of",
    "keep_claim",
    "keep_covered_groups",
    "keep_dead_letter",
    "keep_freeze",
    "keep_pending",
    "keep_plan",
    "keep_promise",
    "keep_snapshot",
    "keep_standing",
    "keep_waiver_uses",
    "lift_freeze",
    "pending_messages",
    "recall",
    "recent_claims",
    "remember",
    "settle_promise",
    "standing_alerts",
    "withdraw_claim",
]
