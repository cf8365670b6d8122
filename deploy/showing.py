"""Shows a plan to a person or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from deploy.plan import Answer, Call, Plan, Step, Verb

_SIGNS: dict[Verb, str] = {"create": "+", "update": "~", "delete": "-", "keep": "="}


def lines(plan: Plan) -> Iterator[str]:
    """A plan for a person, a line a step and one for each difference."""
    yield f"account {plan.account}, region {plan.region}"
    for step in plan.steps:
        yield f"{_SIGNS[step.verb]} {step}"
        for change in step.changes:
            yield f"    {change.what}: {change.before} -> {change.after}"
        if step.verb != "keep" and any(call.action == "UpdateFunctionCode" for call in step.calls):
            yield "    code: the zip is sent"
    for note in plan.notes:
        yield f"! {note}"
    counted = Counter(step.verb for step in plan.steps)
    yield ", ".join(f"{counted[verb]} to {verb}" for verb in _SIGNS)


def document(plan: Plan) -> dict[str, object]:
    """A plan as data, ``sgguard/deployment/v1``. What is secret or long is left out."""
    return {
        "schema": "sgguard/deployment/v1",
        "account": plan.account,
        "region": plan.region,
        "steps": [_step(step) for step in plan.steps],
        "notes": list(plan.notes),
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "verb": step.verb,
        "kind": step.kind,
        "name": step.name,
        "changes": [msgspec.to_builtins(change) for change in step.changes],
        "calls": [_call(call) for call in step.calls],
    }


def _call(call: Call) -> dict[str, object]:
    params = {name: _param(name, value, call) for name, value in call.params.items()}
    return {"service": call.service, "action": call.action, "params": params}


def _param(name: str, value: object, call: Call) -> object:
    if name in call.secret:
        return "…"
    if isinstance(value, Answer):
        return f"{value.member} of {value.to} for {value.about}"
    return value
