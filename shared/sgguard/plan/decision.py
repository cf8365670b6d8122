"""What to do about a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.baseline import Expectation
from sgguard.evaluate import ALONE, Circumstances
from sgguard.model.finding import SEVERITIES, Evaluation, Severity
from sgguard.model.plan import Decision, Plan, Proof
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import DIRECTIONS, SecurityGroupPolicySet
from sgguard.plan.case import Case
from sgguard.plan.guardrails import Guardrails
from sgguard.plan.proof import MAX_ROWS, prove
from sgguard.plan.remedy import Choice, search
from sgguard.plan.threshold import Scope, actionable


def decide(
    evaluation: Evaluation,
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    guardrails: Guardrails,
    circumstances: Circumstances = ALONE,
) -> Plan:
    """The decision on an evaluated group with every reason, and the proven steps that carry it out."""
    scope, unsettled = _scope(evaluation, guardrails)
    case = Case(
        group_id=evaluation.id,
        group=group,
        expectation=expectation,
        circumstances=circumstances,
        scope=scope,
    )
    reasons = _findings_reasons(evaluation, guardrails.min_severity)
    if not any(actionable(finding, scope) for finding in evaluation.findings):
        idle: Decision = "none" if evaluation.verdict == "compliant" else "alert"
        return _plan(case, idle, reasons)
    choice = search(case)
    after, proof = prove(case, choice.steps)
    plan = _plan(case, "revert", reasons, _Remedy(choice, after, proof))
    obstacles = [*_version_obstacles(group), *proof.objections]
    holds = [*_holds(guardrails), *unsettled.holds]
    if not obstacles and guardrails.mode == "enforce":
        holds += _approval(evaluation, guardrails, scope, plan)
    decision: Decision = "alert" if holds else "refuse" if obstacles else "revert"
    told = (*plan.reasons, *unsettled.notes, *_order_notes(plan), *holds, *obstacles)
    return msgspec.structs.replace(plan, decision=decision, reasons=told)


def withhold(plan: Plan, holds: Sequence[Reason]) -> Plan:
    """The plan with more reasons for not writing; without any it stays what it is."""
    if not holds:
        return plan
    decision: Decision = "alert" if plan.decision == "revert" else plan.decision
    return msgspec.structs.replace(plan, decision=decision, reasons=(*plan.reasons, *holds))


class _Remedy(msgspec.Struct, frozen=True):
    choice: Choice
    after: SecurityGroupPolicySet
    proof: Proof


class _Unsettled(msgspec.Struct, frozen=True):
    """What follows from a group that may still be changing."""

    holds: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()


def _scope(evaluation: Evaluation, guardrails: Guardrails) -> tuple[Scope, _Unsettled]:
    """What is to be acted on: everything severe, or only what cannot wait."""
    whole = Scope(guardrails.min_severity)
    if guardrails.unsettled is None:
        return whole, _Unsettled()
    urgent = Scope(guardrails.min_severity, exposure_only=True)
    if any(actionable(finding, urgent) for finding in evaluation.findings):
        if all(actionable(f, urgent) for f in evaluation.findings if actionable(f, whole)):
            return whole, _Unsettled()
        return urgent, _Unsettled(notes=(guardrails.unsettled, reason("decide.exposure-only")))
    return whole, _Unsettled(holds=(guardrails.unsettled,))


def _holds(guardrails: Guardrails) -> Iterator[Reason]:
    if guardrails.mode == "observe":
        yield reason("decide.observe")
        yield from guardrails.notes
    yield from guardrails.holds


def _order_notes(plan: Plan) -> Iterator[Reason]:
    """Rows are added before others go; where that is not so, it is said."""
    for direction in DIRECTIONS:
        ops = [step.op for step in plan.steps if step.direction == direction]
        if "delete" in ops and "create" in ops[ops.index("delete") :]:
            yield reason("decide.removes-first", direction=reason(f"direction.{direction}"), limit=MAX_ROWS)


def _approval(evaluation: Evaluation, guardrails: Guardrails, scope: Scope, plan: Plan) -> Iterator[Reason]:
    """Whether somebody has to approve; the command is for the version that was evaluated."""
    if guardrails.approval is None:
        return
    worst = max(SEVERITIES.index(f.severity) for f in evaluation.findings if actionable(f, scope))
    if worst >= SEVERITIES.index(guardrails.approval):
        yield reason("hold.approval", plan=plan.id, version=plan.expected_version)


def _plan(case: Case, decision: Decision, reasons: Sequence[Reason], remedy: _Remedy | None = None) -> Plan:
    return Plan(
        group_id=case.group_id,
        decision=decision,
        reasons=tuple(reasons),
        expected_version=case.group.version,
        steps=remedy.choice.steps if remedy else (),
        before=case.group,
        after=remedy.after if remedy else case.group,
        proof=remedy.proof if remedy else None,
        remedies=remedy.choice.remedies if remedy else (),
        runner_up=remedy.choice.runner_up if remedy else None,
    )


def _findings_reasons(evaluation: Evaluation, min_severity: Severity) -> list[Reason]:
    """The findings, counted by what can be done about them."""
    decisive = [f for f in evaluation.findings if f.kind != "shadowed"]
    if not decisive:
        return [reason("decide.compliant")]
    certain = [f for f in decisive if f.certain]
    severe = [f for f in certain if actionable(f, Scope(min_severity))]
    mild = [f for f in certain if f not in severe]
    uncertain = [f for f in decisive if not f.certain]
    reasons = []
    if severe:
        reasons.append(reason("decide.actionable", count=len(severe)))
    if mild:
        reasons.append(reason("decide.mild", count=len(mild), severity=min_severity))
    if uncertain:
        reasons.append(reason("decide.uncertain", count=len(uncertain)))
    return reasons


def _version_obstacles(group: SecurityGroupPolicySet) -> list[Reason]:
    """Version ``"0"`` means "clear everything" to one call, and no version means "do not compare"."""
    if group.version in {"", "0"} or not group.version.isdigit():
        return [reason("decide.version", version=repr(group.version))]
    return []
