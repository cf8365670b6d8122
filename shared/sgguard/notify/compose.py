"""What a message says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Literal

from sgguard.model.change import ChangeEvent
from sgguard.model.facts import Facts
from sgguard.model.finding import SEVERITIES, Evaluation, Finding, Severity
from sgguard.model.notification import Action, Notification, RowChange
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import as_written
from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.report.fingerprint import fingerprint, fingerprints
from sgguard.report.text import plain, row_text

_VERBS: dict[Action, str] = {
    "reverted": "was reverted",
    "alert only": "violates the baseline; nothing was written",
    "refused": "violates the baseline; the revert was refused",
    "failed": "violates the baseline; the revert failed",
    "could not decide": "could not be judged",
    "resolved": "meets the baseline again",
    "notice": "is not concerned",
    "test": "is not concerned",
}


def compose(
    facts: Facts,
    change: ChangeEvent,
    evaluation: Evaluation,
    plan: Plan,
    outcome: Outcome,
    *,
    acted_at: float | None = None,
) -> Notification | None:
    """The message about one judged change; None where all is well.

    `acted_at`: when the last write was over, in epoch seconds.
    """
    if plan.decision == "none":
        return None
    findings = tuple(f for f in evaluation.findings if f.kind != "shadowed")
    action = _action(evaluation, plan, outcome)
    versions = [applied.version_after for applied in outcome.applied] or [facts.group.version]
    problem = sorted(fingerprints(evaluation, facts.group))
    return Notification(
        id=_identity(facts.region, facts.group_id, change.request_id, facts.group.version, action),
        fingerprint=fingerprint(facts.group_id, facts.region, *problem),
        title=f"{facts.group_id} {_VERBS[action]}",
        action=action,
        decision=plan.decision,
        severity=_worst(findings),
        group_id=facts.group_id,
        region=facts.region,
        clusters=facts.scopes,
        machines=facts.machines,
        version_before=facts.group.version,
        version_after=versions[-1],
        findings=findings,
        before=evaluation.before,
        delta=evaluation.delta,
        rows=tuple(row_changes(plan)),
        proof=plan.proof,
        reasons=(*plan.reasons, *outcome.reasons),
        change=change,
        observed_at=facts.observed_at,
        acted_at=acted_at,
        snapshot=outcome.snapshot,
        # What wrote nothing cannot be undone.
        journal=outcome.journal if outcome.snapshot else "",
        approval=plan.id if any(one.code == "hold.approval" for one in plan.reasons) else "",
    )


def compose_failure(group_id: str, text: str, change: ChangeEvent | None, *, at: float) -> Notification:
    """The message that something could not be judged at all."""
    request_id = "" if change is None else change.request_id
    return Notification(
        id=_identity("", group_id, request_id, text, "could not decide"),
        fingerprint=fingerprint(group_id, text),
        title=f"{group_id or 'An event'} {_VERBS['could not decide']}",
        action="could not decide",
        decision=None,
        severity="high",
        group_id=group_id,
        region=change.regions[0] if change and change.regions else "",
        clusters=(),
        machines=0,
        version_before="",
        version_after="",
        findings=(),
        rows=(),
        proof=None,
        reasons=(as_written(plain(text, 1000)),),
        change=change,
        observed_at=at,
    )


def _action(evaluation: Evaluation, plan: Plan, outcome: Outcome) -> Action:
    if plan.decision == "revert":
        return "reverted" if outcome.result == "reverted" else "failed"
    if plan.decision == "refuse":
        return "refused"
    return "alert only" if evaluation.verdict == "violating" else "could not decide"


def _worst(findings: Sequence[Finding]) -> Severity:
    return max((finding.severity for finding in findings), key=SEVERITIES.index, default="info")


def row_changes(plan: Plan) -> Iterator[RowChange]:
    """The rows of the plan as a difference; a replaced row is one that goes and one that comes."""
    for step in plan.steps:
        direction = step.direction
        if step.op == "replace" and step.index is not None:
            gone = plan.before.rows(direction)[step.index]
            yield _row_change("-", direction, step.index, gone)
        for policy in step.policies:
            going = step.op == "delete"
            yield _row_change("-" if going else "+", direction, policy.index if going else step.index, policy)


def _row_change(
    sign: Literal["+", "-"], direction: Direction, index: int | None, policy: SecurityGroupPolicy
) -> RowChange:
    return RowChange(
        sign=sign,
        direction=direction,
        index=index,
        row=row_text(policy, direction),
        description=plain(policy.description),
    )


def _identity(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
