"""What is done about what calls the functions: timers, and rules with their targets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from deploy.plan import Answer, Call, Step, changes
from deploy.service import EventRule, Function
from deploy.target import Target, compact
from sgguard.deployment import current
from sgguard.errors import GuardError


def timer_steps(
    target: Target, function: Function, there: Mapping[str, Mapping[str, object]]
) -> Iterator[Step]:
    """The timers of a function."""
    name = target.service.named(function.key)
    own = {"FunctionName": name, "Namespace": target.service.namespace}
    for timer in function.timers:
        wanted = target.timer_of(timer)
        before = there.get(timer.name)
        if before is None:
            call = Call("scf", "CreateTrigger", {**own, **wanted})
            different = changes({}, {"cron": timer.cron, "enable": timer.enable})
            yield Step(
                verb="create", kind="timer", name=f"{name}/{timer.name}", changes=different, calls=(call,)
            )
            continue
        different = changes(
            {
                "cron": current.cron_of(before),
                "enable": before.get("Enable") in (1, "OPEN"),
                "message": before.get("CustomArgument") or "",
            },
            {"cron": timer.cron, "enable": timer.enable, "message": timer.message},
        )
        call = Call("scf", "UpdateTrigger", {**own, **wanted})
        yield Step(
            verb="update" if different else "keep",
            kind="timer",
            name=f"{name}/{timer.name}",
            changes=different,
            calls=(call,) if different else (),
        )


def timer_removal(target: Target, function: str, timer: str) -> Step:
    """Delete a timer."""
    params = {
        "FunctionName": function,
        "TriggerName": timer,
        "Type": "timer",
        "Namespace": target.service.namespace,
    }
    return Step(
        verb="delete", kind="timer", name=f"{function}/{timer}", calls=(Call("scf", "DeleteTrigger", params),)
    )


def rule_steps(
    target: Target, function: Function, bus: str, there: Mapping[str, current.Rule]
) -> Iterator[Step]:
    """The rules that call a function, each with its target. The target comes last: only then events flow."""
    for rule in function.rules:
        name = target.rule_name(rule)
        before = there.get(name)
        yield _rule_step(target, rule, name, bus, before)
        resource = target.resource_of(function)
        if before and resource in before.targets:
            yield Step(verb="keep", kind="target", name=name)
            continue
        call = Call(
            "eb",
            "CreateTarget",
            {
                "EventBusId": bus,
                "RuleId": before.id if before else Answer("CreateRule", name, "RuleId"),
                "Type": "scf",
                "TargetDescription": {"ResourceDescription": resource},
            },
        )
        different = changes({}, {"calls": resource})
        yield Step(verb="create", kind="target", name=name, changes=different, calls=(call,))


def _rule_step(target: Target, rule: EventRule, name: str, bus: str, before: current.Rule | None) -> Step:
    pattern = json.loads(json.dumps(rule.pattern))
    params = {"EventBusId": bus, "EventPattern": compact(pattern), "Enable": rule.enable}
    if before is None:
        call = Call("eb", "CreateRule", {**params, "RuleName": name, "Description": target.mark})
        different = changes({}, {"pattern": pattern, "enable": rule.enable})
        return Step(verb="create", kind="rule", name=name, changes=different, calls=(call,))
    if before.description != target.mark:
        raise GuardError(
            f"There is a rule {name} already, which this deployment did not make: nothing was changed.",
            next_step="Delete it, or deploy under another service name or stage.",
        )
    different = changes(
        {"pattern": before.pattern, "enable": before.enable}, {"pattern": pattern, "enable": rule.enable}
    )
    call = Call("eb", "UpdateRule", {**params, "RuleId": before.id})
    return Step(
        verb="update" if different else "keep",
        kind="rule",
        name=name,
        changes=different,
        calls=(call,) if different else (),
    )


def rule_removal(bus: str, rule: current.Rule) -> Step:
    """Delete a rule and what it calls."""
    targets = [
        Call("eb", "DeleteTarget", {"EventBusId": bus, "RuleId": rule.id, "TargetId": number})
        for number in rule.targets.values()
    ]
    delete = Call("eb", "DeleteRule", {"EventBusId": bus, "RuleId": rule.id})
    return Step(verb="delete", kind="rule", name=rule.name, calls=(*targets, delete))
