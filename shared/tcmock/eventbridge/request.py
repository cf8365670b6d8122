"""What requests of eb have in common: names, ids, order and pages."""

from __future__ import annotations

import re

from tcmock.errors import APIError
from tcmock.eventbridge.models import Bus, Rule, Target
from tcmock.eventbridge.state import EventBridgeState, eventbridge_of
from tcmock.invocation import Invocation
from tcmock.parameters import Params

_NAME = re.compile(r"[A-Za-z\u4e00-\u9fff](?:[\w-]{0,58}[A-Za-z0-9\u4e00-\u9fff])")
_DESCRIPTION = 200


def state_of(call: Invocation) -> EventBridgeState:
    """What the region of the call has."""
    return eventbridge_of(call.account, call.region)


def bus_of(call: Invocation) -> Bus:
    """The bus that the call names. Raises APIError."""
    bus_id = call.params.text("EventBusId")
    bus = state_of(call).buses.get(bus_id)
    if bus is None:
        raise APIError("ResourceNotFound.EventBus", f"The event bus `{bus_id}` does not exist.")
    return bus


def rule_of(call: Invocation) -> tuple[Bus, Rule]:
    """The rule that the call names, and its bus. Raises APIError."""
    bus, rule_id = bus_of(call), call.params.text("RuleId")
    if rule_id not in bus.rules:
        raise APIError("ResourceNotFound.Rule", f"The rule `{rule_id}` does not exist on `{bus.bus_id}`.")
    return bus, bus.rules[rule_id]


def target_of(call: Invocation) -> tuple[Rule, Target]:
    """The target that the call names, and its rule. Raises APIError."""
    (_, rule), target_id = rule_of(call), call.params.text("TargetId")
    if target_id not in rule.targets:
        raise APIError(
            "ResourceNotFound.Target", f"The target `{target_id}` of `{rule.rule_id}` does not exist."
        )
    return rule, rule.targets[target_id]


def checked_name(name: str, code: str) -> str:
    """A name of a bus or rule. Raises APIError with that code."""
    if not _NAME.fullmatch(name):
        raise APIError(
            code,
            f"`{name}` must have 2 to 60 letters, digits, underscores and hyphens, start with a letter and "
            "end with a letter or digit.",
        )
    return name


def checked_description(params: Params) -> str:
    """A description. Raises APIError."""
    text = params.text("Description")
    if len(text) > _DESCRIPTION:
        raise APIError(
            "InvalidParameterValue.Description", f"`Description` may have {_DESCRIPTION} characters."
        )
    return text
