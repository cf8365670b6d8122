"""Rules: made, shown, changed, deleted, and tried on an event."""

from __future__ import annotations

import msgspec

from tcmock.clock import china_iso_time
from tcmock.errors import APIError
from tcmock.eventbridge.models import Bus, Rule
from tcmock.eventbridge.pattern import parse
from tcmock.eventbridge.request import (
    bus_of,
    checked_description,
    checked_name,
    rule_of,
)
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Keys, ordered_page

MAX_RULES = {"Cloud": 200, "Custom": 10}
"""On one bus (https://www.tencentcloud.com/document/product/1108/42286)."""
_KEYS: Keys[Rule] = {
    "updated_at": lambda rule: rule.modified,
    "created_at": lambda rule: rule.added,
    "name": lambda rule: rule.name,
}


def create(call: Invocation) -> Answer:
    """A rule without targets; it is on unless told otherwise."""
    bus, params = bus_of(call), call.params
    if len(bus.rules) >= MAX_RULES[bus.type]:
        raise APIError("LimitExceeded.Rule", f"`{bus.bus_id}` may have {MAX_RULES[bus.type]} rules.")
    rule = Rule(
        rule_id=call.region.ids.resource("rule"),
        name=_new_name(bus, params.text("RuleName")),
        description=checked_description(params),
        pattern=parse(params.text("EventPattern")),
        enabled=params.flag("Enable") if "Enable" in params else True,
        added=call.now,
        modified=call.now,
    )
    bus.rules[rule.rule_id] = rule
    return {"RuleId": rule.rule_id}


def update(call: Invocation) -> Answer:
    """Change what is given of a rule."""
    (bus, rule), params = rule_of(call), call.params
    name = params.text("RuleName") or rule.name
    bus.rules[rule.rule_id] = msgspec.structs.replace(
        rule,
        name=rule.name if name == rule.name else _new_name(bus, name),
        description=checked_description(params) if "Description" in params else rule.description,
        pattern=parse(params.text("EventPattern")) if "EventPattern" in params else rule.pattern,
        enabled=params.flag("Enable") if "Enable" in params else rule.enabled,
        modified=call.now,
    )
    return {}


def delete(call: Invocation) -> Answer:
    """Delete a rule that has no targets."""
    bus, rule = rule_of(call)
    if rule.targets:
        raise APIError(
            "FailedOperation.DeleteRule", f"`{rule.rule_id}` still has targets: {', '.join(rule.targets)}."
        )
    del bus.rules[rule.rule_id]
    return {}


def get(call: Invocation) -> Answer:
    """One rule with its pattern."""
    bus, rule = rule_of(call)
    return {**_described(bus, rule), "EventPattern": rule.pattern.text}


def describe(call: Invocation) -> Answer:
    """All rules of a bus, without their patterns."""
    bus = bus_of(call)
    shown = ordered_page(list(bus.rules.values()), call.params, _KEYS, by="updated_at", direction="DESC")
    return {
        "Rules": [
            {
                **_described(bus, rule),
                "Targets": [
                    {"TargetId": target.target_id, "Type": target.type} for target in rule.targets.values()
                ]
                or None,
                "DeadLetterConfig": None,
            }
            for rule in shown
        ],
        "TotalCount": len(bus.rules),
    }


def check(call: Invocation) -> Answer:
    """Whether a pattern matches an event. Nothing says how a mismatch is answered; here it is an error."""
    pattern = parse(call.params.text("EventPattern"), "InvalidParameterValue.InvalidPattern")
    try:
        event = msgspec.json.decode(call.params.text("Event"), type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise APIError(
            "InvalidParameterValue.InvalidEvent", f"The event is no JSON object: {error}."
        ) from error
    if not pattern.matches(event):
        raise APIError("FailedOperation.ErrorFilter", "The event does not match the event pattern.")
    return {}


def _new_name(bus: Bus, name: str) -> str:
    checked_name(name, "InvalidParameterValue.RuleName")
    if any(rule.name == name for rule in bus.rules.values()):
        raise APIError("ResourceInUse.Rule", f"`{bus.bus_id}` has a rule `{name}` already.")
    return name


def _described(bus: Bus, rule: Rule) -> Answer:
    return {
        "Status": "Active",
        "ModTime": china_iso_time(rule.modified),
        "Enable": rule.enabled,
        "Description": rule.description,
        "RuleId": rule.rule_id,
        "AddTime": china_iso_time(rule.added),
        "EventBusId": bus.bus_id,
        "RuleName": rule.name,
    }
