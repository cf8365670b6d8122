"""What to do about a group."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sgguard.baseline import Expectation
from sgguard.evaluate import ALONE, Circumstances
from sgguard.model.finding import Evaluation, Severity
from sgguard.model.plan import Decision, Mode, Plan, Proof, Step
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.plan.case import Case
from sgguard.plan.proof import prove
from sgguard.plan.remedy import propose
from sgguard.plan.threshold import actionable


class Guardrails(msgspec.Struct, frozen=True, kw_only=True):
    """What the site allows the guard to do."""

    mode: Mode
    min_severity: Severity = "high"
    """Enforce acts on findings that are at least this severe; milder ones are alerted."""
    notes: tuple[Reason, ...] = ()
    """Why the mode is not the one that was asked for, if so; they appear among the reasons."""


def decide(
    evaluation: Evaluation,
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    guardrails: Guardrails,
    circumstances: Circumstances = ALONE,
) -> Plan:
    """The decision on an evaluated group with every reason, and the proven steps that carry it out."""
    case = Case(
        group_id=evaluation.id,
        group=group,
        expectation=expectation,
        circumstances=circumstances,
        min_severity=guardrails.min_severity,
    )
    reasons = _findings_reasons(evaluation, guardrails)
    if not any(actionable(finding, guardrails.min_severity) for finding in evaluation.findings):
        idle: Decision = "none" if evaluation.verdict == "compliant" else "alert"
        return _plan(case, idle, reasons)
    steps = propose(case)
    after, proof = prove(case, steps)
    obstacles = [*_version_obstacles(group), *proof.objections]
    decision: Decision = "refuse" if obstacles else "revert"
    if guardrails.mode == "observe":
        decision = "alert"
        reasons += [reason("decide.observe"), *guardrails.notes]
    reasons += obstacles
    return _plan(case, decision, reasons, steps, after, proof)


def _plan(
    case: Case,
    decision: Decision,
    reasons: Sequence[Reason],
    steps: tuple[Step, ...] = (),
    after: SecurityGroupPolicySet | None = None,
    proof: Proof | None = None,
) -> Plan:
    return Plan(
        group_id=case.group_id,
        decision=decision,
        reasons=tuple(reasons),
        expected_version=case.group.version,
        steps=steps,
        before=case.group,
        after=after or case.group,
        proof=proof,
    )


def _findings_reasons(evaluation: Evaluation, guardrails: Guardrails) -> list[Reason]:
    """The findings, counted by what can be done about them."""
    decisive = [f for f in evaluation.findings if f.kind != "shadowed"]
    if not decisive:
        return [reason("decide.compliant")]
    certain = [f for f in decisive if f.certain]
    severe = [f for f in certain if actionable(f, guardrails.min_severity)]
    mild = [f for f in certain if f not in severe]
    uncertain = [f for f in decisive if not f.certain]
    reasons = []
    if severe:
        reasons.append(reason("decide.actionable", count=len(severe)))
    if mild:
        reasons.append(reason("decide.mild", count=len(mild), severity=guardrails.min_severity))
    if uncertain:
        reasons.append(reason("decide.uncertain", count=len(uncertain)))
    return reasons


def _version_obstacles(group: SecurityGroupPolicySet) -> list[Reason]:
    """Version ``"0"`` means "clear everything" to one call, and no version means "do not compare"."""
    if group.version in {"", "0"} or not group.version.isdigit():
        return [reason("decide.version", version=repr(group.version))]
    return []
