"""One deed, from its snapshot to its end: what an undo needs is on record before the first call."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sgguard.act.execution import execute
from sgguard.act.ports import GroupWriter, PolicyReader
from sgguard.model.change import ChangeEvent
from sgguard.model.finding import Evaluation
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import reason
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.state import (
    JournalEntry,
    Snapshot,
    Store,
    StoreError,
    Written,
    aftermath,
    append,
    head_of,
    keep_snapshot,
)
from sgguard.state.journal import Deed


class Commission(msgspec.Struct, frozen=True, kw_only=True):
    """A proven plan that is to be carried out, and on whose account."""

    plan: Plan
    region: str
    names: Names
    """Members of what the rows refer to, to compare lists by what they mean."""
    deed: Deed = "revert"
    by: str
    change: ChangeEvent | None = None
    undoes: str = ""
    """Digest of the intention that is taken back."""


class Hands(msgspec.Struct, frozen=True):
    """What it takes to carry out a plan."""

    writer: GroupWriter
    reader: PolicyReader
    store: Store
    clock: Callable[[], float]


def carry_out(
    commission: Commission, hands: Hands, judge: Callable[[SecurityGroupPolicySet], Evaluation]
) -> Outcome:
    """Snapshot, intention, writes, and the end in the journal.

    Without the first two nothing is written. Never raises for what the cloud or the store does.
    """
    plan = commission.plan
    snapshot = Snapshot(region=commission.region, group_id=plan.group_id, group=plan.before)
    try:
        key = keep_snapshot(hands.store, snapshot, at=hands.clock())
        intention = append(hands.store, _intended(commission, key, hands.clock()))
    except StoreError as error:
        return Outcome(result="failed", reasons=(reason("act.store", text=error.diagnostics()),))
    outcome, group = execute(plan, commission.region, hands.writer, hands.reader, commission.names)
    if outcome.result == "reverted":
        outcome = msgspec.structs.replace(outcome, evaluation=judge(group))
    outcome = msgspec.structs.replace(outcome, snapshot=key, journal=intention.id)
    try:
        append(hands.store, _ended(intention, outcome, hands.clock()))
    except StoreError as error:
        told = reason("act.not-journalled", id=intention.id, text=error.diagnostics())
        return msgspec.structs.replace(outcome, reasons=(*outcome.reasons, told))
    return outcome


def put_on_record(commission: Commission, store: Store, *, at: float) -> str:
    """Journal a write that was wanted and is not made; the same plan with the same decision once.

    Returns the entry's id, empty if it was there. Raises StoreError.
    """
    plan = commission.plan
    held = f"{plan.id}/{plan.decision}"
    head = head_of(store, plan.group_id)
    if head is not None and head.held == held:
        return ""
    entry = msgspec.structs.replace(_intended(commission, "", at), deed="hold", phase="ended")
    return append(store, entry, held=held).id


def _intended(commission: Commission, snapshot: str, at: float) -> JournalEntry:
    plan = commission.plan
    return JournalEntry(
        chain=plan.group_id,
        at=at,
        deed=commission.deed,
        phase="intended",
        by=commission.by,
        change=commission.change,
        decision=plan.decision,
        reasons=plan.reasons,
        region=commission.region,
        expected_version=plan.expected_version,
        steps=plan.steps,
        proof=plan.proof,
        snapshot=snapshot,
        undoes=commission.undoes,
    )


def _ended(intention: Written, outcome: Outcome, at: float) -> JournalEntry:
    begun = intention.entry
    return JournalEntry(
        chain=begun.chain,
        at=at,
        deed=begun.deed,
        phase="ended",
        by=begun.by,
        region=begun.region,
        snapshot=begun.snapshot,
        intention=intention.digest,
        result=outcome.result,
        reasons=outcome.reasons,
        applied=outcome.applied,
        doubtful=outcome.doubtful,
        after=aftermath(outcome.evaluation) if outcome.evaluation else None,
    )
