"""Buses as state documents write them, each with its rules and their targets."""

from __future__ import annotations

import msgspec

from tcmock.errors import StateError
from tcmock.eventbridge.models import Batch, Bus, Rule, Target
from tcmock.eventbridge.pattern import parse
from tcmock.eventbridge.state import HOME, EventBridgeState
from tcmock.eventbridge.target_actions import address
from tcmock.region import Region
from tcmock.structure import Fields, as_in_calls, check_unique, converted, under


class _Target(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    resource_description: str
    target_id: str = ""
    enable_batch_delivery: bool = False
    batch_timeout: int = 0
    batch_event_count: int = 0


class _Rule(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    rule_name: str
    event_pattern: dict[str, object] | str
    rule_id: str = ""
    description: str = ""
    enable: bool = True
    targets: list[_Target] = []


class _Bus(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    event_bus_name: str = "default"
    event_bus_id: str = ""
    description: str = ""
    type: str = ""
    audit_delivery: bool = True
    """Of the default bus: whether it takes audit records."""
    rules: list[_Rule] = []


def add_bus(region: Region, fields: Fields) -> str:
    """A bus. One called ``default`` in Guangzhou is the default bus of the account's cloud services."""
    given, state = converted(fields, _Bus), region[EventBridgeState]
    cloud = given.event_bus_name == "default"
    if cloud and region.name != HOME:
        raise StateError("EventBusName", f"the default bus is in {HOME} only")
    check_unique("EventBusName", given.event_bus_name, [bus.name for bus in state.buses.values()])
    bus_id = given.event_bus_id or region.ids.resource("eb")
    check_unique("EventBusId", bus_id, state.buses)
    rules = {}
    for index, rule in enumerate(given.rules):
        with under(f"Rules[{index}]"):
            made = _rule(region, rule)
            rules[made.rule_id] = made
    now = region.clock()
    state.buses[bus_id] = Bus(
        bus_id=bus_id,
        name=given.event_bus_name,
        description=given.description,
        type="Cloud" if cloud else "Custom",
        added=now,
        modified=now,
        rules=rules,
    )
    if cloud:
        state.audit_delivery = given.audit_delivery
    return bus_id


def dump_buses(region: Region) -> list[dict[str, object]]:
    """The entries that load as the buses."""
    state = region[EventBridgeState]
    return [
        {
            "EventBusName": bus.name,
            "EventBusId": bus.bus_id,
            "Description": bus.description,
            "Type": bus.type,
            **({"AuditDelivery": state.audit_delivery} if bus.type == "Cloud" else {}),
            "Rules": [_dumped(rule) for rule in bus.rules.values()],
        }
        for bus in state.buses.values()
    ]


def _rule(region: Region, given: _Rule) -> Rule:
    written, now = given.event_pattern, region.clock()
    with as_in_calls("EventPattern"):
        pattern = parse(written if isinstance(written, str) else msgspec.json.encode(written).decode())
    targets = {}
    for index, target in enumerate(given.targets):
        with as_in_calls(f"Targets[{index}].ResourceDescription"):
            address(target.resource_description)
        target_id = target.target_id or region.ids.resource("target")
        targets[target_id] = Target(
            target_id=target_id,
            resource=target.resource_description,
            batch=Batch(target.enable_batch_delivery, target.batch_timeout, target.batch_event_count),
            added=now,
            modified=now,
        )
    return Rule(
        rule_id=given.rule_id or region.ids.resource("rule"),
        name=given.rule_name,
        description=given.description,
        pattern=pattern,
        enabled=given.enable,
        added=now,
        modified=now,
        targets=targets,
    )


def _dumped(rule: Rule) -> dict[str, object]:
    return {
        "RuleName": rule.name,
        "RuleId": rule.rule_id,
        "Description": rule.description,
        "EventPattern": rule.pattern.text,
        "Enable": rule.enabled,
        "Targets": [
            {
                "TargetId": target.target_id,
                "ResourceDescription": target.resource,
                "EnableBatchDelivery": target.batch.enabled,
                "BatchTimeout": target.batch.timeout,
                "BatchEventCount": target.batch.count,
            }
            for target in rule.targets.values()
        ],
    }
