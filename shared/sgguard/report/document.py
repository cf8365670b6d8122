"""The JSON documents that other tools read; `report.trace` has one more, which no function needs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

import msgspec

from sgguard.baseline import Expectation, Waiver
from sgguard.model.finding import Evaluation, Finding, Practice
from sgguard.model.notification import Notification
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Alternative, Plan, Proof, Step
from sgguard.model.reason import Reason
from sgguard.model.run import Run
from sgguard.wire.policy_set import encode_policy, encode_policy_set
from sgguard.wording import Language, say

Document = dict[str, object]


def evaluation_document(evaluation: Evaluation, language: Language = "en") -> Document:
    """``sgguard/evaluation/v1``. `before`, `delta`, `waivers`, `practices` are there when they say something.

    `basis` is always there: a group that was judged alone may fare otherwise in a stack.
    """
    document = {
        "schema": "sgguard/evaluation/v1",
        **_sparse(evaluation),
        "basis": evaluation.basis,
        "findings": [finding_document(finding, language) for finding in evaluation.findings],
    }
    if evaluation.delta:
        document["delta"] = [_sparse(delta) for delta in evaluation.delta]
    if evaluation.practices:
        document["practices"] = [practice_document(practice, language) for practice in evaluation.practices]
    return document


def finding_document(finding: Finding, language: Language = "en") -> Document:
    """One finding with its explanation."""
    return _explained(finding, finding.reason, language)


def practice_document(practice: Practice, language: Language = "en") -> Document:
    """One practice that is not followed, with its explanation."""
    return _explained(practice, practice.reason, language)


def expectation_document(
    expectation: Expectation,
    *,
    forbidden: Iterable[str] = (),
    waivers: Iterable[Waiver] = (),
    now: float = 0.0,
) -> Document:
    """``sgguard/baseline-show/v1``: the requirements of a group as resolved for its clusters.

    `forbidden` is what the site took out, `waivers` what it lets pass, in force or not at `now`.
    """
    return {
        "schema": "sgguard/baseline-show/v1",
        "requirements": [
            {
                "id": expected.id,
                "direction": expected.requirement.direction,
                "need": expected.requirement.need,
                "protocols": list(expected.requirement.pattern.protocols),
                "ports": expected.requirement.pattern.ports,
                "peers": list(expected.requirement.pattern.peer_texts(expected.scope)),
                "row": expected.requirement.row,
                "why": expected.requirement.why,
                "source": expected.requirement.source,
                "changes": list(expected.requirement.changes),
            }
            for expected in expectation.entries
        ],
        "forbidden": list(forbidden),
        "waivers": [_waiver(waiver, now) for waiver in waivers],
    }


def _waiver(waiver: Waiver, now: float) -> Document:
    return {
        "id": waiver.id,
        "covers": waiver.covers,
        "direction": waiver.direction,
        **_builtins(waiver.pattern),
        "groups": list(waiver.groups),
        "clusters": list(waiver.clusters),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires_at": waiver.expires_at,
        "in_force": waiver.expires_at > now,
    }


def plan_document(plan: Plan, language: Language = "en") -> Document:
    """``sgguard/plan/v1``. Policies have the API's shape."""
    return {
        "schema": "sgguard/plan/v1",
        "id": plan.group_id,
        "plan_id": plan.id,
        "decision": plan.decision,
        "reasons": _said(plan.reasons, language),
        "expected_version": plan.expected_version,
        "steps": [step_document(step) for step in plan.steps],
        "after": encode_policy_set(plan.after),
        "proof": None if plan.proof is None else _proof(plan.proof, language),
        "remedies": list(plan.remedies),
        "runner_up": None if plan.runner_up is None else _alternative(plan.runner_up, language),
    }


def _alternative(other: Alternative, language: Language) -> Document:
    return {
        "direction": other.direction,
        "remedies": list(other.remedies),
        "steps": [step_document(step) for step in other.steps],
        "why": say(other.why, language),
    }


def notification_document(notification: Notification, language: Language = "en") -> Document:
    """``sgguard/notification/v1``."""
    return {
        "schema": "sgguard/notification/v1",
        **_builtins(notification),
        "findings": [finding_document(finding, language) for finding in notification.findings],
        "delta": [_sparse(delta) for delta in notification.delta],
        "proof": None if notification.proof is None else _proof(notification.proof, language),
        "reasons": _said(notification.reasons, language),
    }


def run_document(run: Run) -> Document:
    """``sgguard/run/v1``."""
    return {
        "schema": "sgguard/run/v1",
        "change": None if run.change is None else _builtins(run.change),
        "note": run.note,
        "evaluation": None if run.evaluation is None else evaluation_document(run.evaluation),
        "plan": None if run.plan is None else plan_document(run.plan),
        "outcome": None if run.outcome is None else outcome_document(run.outcome),
        "notifications": [
            {
                "notification": notification_document(sent.notification),
                "deliveries": [_builtins(delivery) for delivery in sent.deliveries],
            }
            for sent in run.notifications
        ],
        "own": run.own,
    }


def outcome_document(outcome: Outcome) -> Document:
    """What became of a plan."""
    return {
        "result": outcome.result,
        "applied": [
            {**_builtins(applied), "step": step_document(applied.step)} for applied in outcome.applied
        ],
        "evaluation": None if outcome.evaluation is None else evaluation_document(outcome.evaluation),
        "reasons": _said(outcome.reasons, "en"),
        "doubtful": [{**_builtins(sent), "step": step_document(sent.step)} for sent in outcome.doubtful],
        "snapshot": outcome.snapshot,
        "journal": outcome.journal,
    }


def step_document(step: Step) -> Document:
    """One write. Policies have the API's shape."""
    return {
        "op": step.op,
        "direction": step.direction,
        "index": step.index,
        "indexes": list(step.indexes),
        "policies": [encode_policy(policy) for policy in step.policies],
    }


def _proof(proof: Proof, language: Language) -> Document:
    return {**_builtins(proof), "objections": _said(proof.objections, language)}


def _explained(told: msgspec.Struct, reason: Reason, language: Language) -> Document:
    document = _sparse(told)
    del document["reason"]
    return {**document, "explanation": say(reason, language)}


def _sparse(value: msgspec.Struct) -> Document:
    """Without what is empty by default: msgspec knows a default by identity, and `()` has several."""
    empty = {field.encode_name for field in _fields(type(value)) if field.default == ()}
    return {key: told for key, told in _builtins(value).items() if told or key not in empty}


_fields = lru_cache(msgspec.structs.fields)


def _said(reasons: Iterable[Reason], language: Language) -> list[str]:
    return [say(reason, language) for reason in reasons]


def _builtins(value: msgspec.Struct) -> Document:
    return cast("Document", msgspec.to_builtins(value))
