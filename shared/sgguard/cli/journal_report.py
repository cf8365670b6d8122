"""Journal entries as other tools and people read them."""

from __future__ import annotations

from datetime import datetime, timezone

import msgspec

from sgguard.report.document import Document, step_document
from sgguard.report.text import row_text
from sgguard.state import Snapshot, Written
from sgguard.state.journal import JournalEntry
from sgguard.wire.policy_set import encode_policy_set
from sgguard.wording import Language, say


def moment(at: float) -> str:
    """A moment in UTC, to the second."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M:%SZ")


def what_happened(intention: Written, end: Written | None, language: Language) -> tuple[str, str]:
    """How a deed ended, and its rows or reasons in short."""
    entry = intention.entry
    if entry.deed == "hold":
        return entry.decision or "", "; ".join(say(reason, language) for reason in entry.reasons)
    if entry.phase == "ended":
        return "done", "; ".join(say(reason, language) for reason in entry.reasons)
    rows = [
        f"{'-' if step.op == 'delete' else '+'} {row_text(row, step.direction)}"
        for step in entry.steps
        for row in step.policies
    ]
    return (end.entry.result or "") if end else "not known", "; ".join(rows)


def entry_document(
    intention: Written, end: Written | None, language: Language = "en", snapshot: Snapshot | None = None
) -> Document:
    """``sgguard/journal-entry/v1``: a deed with its end, and the rows as they were where they are given."""
    document: Document = {
        **_entry(intention, language),
        "schema": "sgguard/journal-entry/v1",
        "id": intention.id,
        "ended": None if end is None else _entry(end, language),
    }
    if snapshot is not None:
        document["before"] = encode_policy_set(snapshot.group)
    return document


def _entry(written: Written, language: Language) -> Document:
    entry: JournalEntry = written.entry
    told: Document = msgspec.to_builtins(entry)
    proof = entry.proof
    return {
        **told,
        "digest": written.digest,
        "when": moment(entry.at),
        "reasons": [say(reason, language) for reason in entry.reasons],
        "steps": [step_document(step) for step in entry.steps],
        "applied": [{**msgspec.to_builtins(a), "step": step_document(a.step)} for a in entry.applied],
        "doubtful": [{**msgspec.to_builtins(a), "step": step_document(a.step)} for a in entry.doubtful],
        "proof": proof
        and {
            **msgspec.to_builtins(proof),
            "objections": [say(objection, language) for objection in proof.objections],
        },
    }
