"""Buses: made, shown and deleted. The default one of Guangzhou is only shown."""

from __future__ import annotations

from collections.abc import Mapping

from tcmock.clock import china_iso_time
from tcmock.errors import APIError
from tcmock.eventbridge.models import Bus
from tcmock.eventbridge.request import (
    bus_of,
    checked_description,
    checked_name,
    state_of,
)
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, Keys, filtered, ordered_page

MAX_CUSTOM_BUSES = 10
"""In one region (https://www.tencentcloud.com/document/product/1108/42286)."""
_KEYS: Keys[Bus] = {
    "updated_at": lambda bus: bus.modified,
    "created_at": lambda bus: bus.added,
    "name": lambda bus: bus.name,
}
_FILTERS: Mapping[str, Filter[Bus]] = {
    "EventBusName": lambda bus, value: bus.name == value,
    "EventBusId": lambda bus, value: bus.bus_id == value,
    "Type": lambda bus, value: bus.type == value,
}


def create(call: Invocation) -> Answer:
    """A custom bus."""
    buses = state_of(call).buses
    name = checked_name(call.params.text("EventBusName"), "InvalidParameterValue.EventBusName")
    if any(bus.name == name for bus in buses.values()):
        raise APIError("ResourceInUse.EventBus", f"The event bus `{name}` is there already.")
    if sum(bus.type == "Custom" for bus in buses.values()) >= MAX_CUSTOM_BUSES:
        raise APIError("LimitExceeded.EventBus", f"A region may have {MAX_CUSTOM_BUSES} custom event buses.")
    bus = Bus(
        bus_id=call.region.ids.resource("eb"),
        name=name,
        description=checked_description(call.params),
        type="Custom",
        added=call.now,
        modified=call.now,
        save_days=call.params.number("SaveDays") or 1,
        enable_store=call.params.flag("EnableStore"),
    )
    buses[bus.bus_id] = bus
    return {"EventBusId": bus.bus_id}


def delete(call: Invocation) -> Answer:
    """Delete a custom bus that has no rules."""
    bus = bus_of(call)
    if bus.type == "Cloud":
        raise APIError("ResourceInUse.DefaultEventBus", "The default event bus cannot be deleted.")
    if bus.rules:
        raise APIError("ResourceInUse.Rule", f"`{bus.bus_id}` still has rules: {', '.join(bus.rules)}.")
    del state_of(call).buses[bus.bus_id]
    return {}


def get(call: Invocation) -> Answer:
    """One bus."""
    bus = bus_of(call)
    return {
        "ModTime": china_iso_time(bus.modified),
        "Description": bus.description,
        "ClsTopicId": "",
        "AddTime": china_iso_time(bus.added),
        "ClsLogsetId": "",
        "EventBusName": bus.name,
        "EventBusId": bus.bus_id,
        "Type": bus.type,
        "PayMode": "",
        "SaveDays": bus.save_days,
        "LogTopicId": "",
        "EnableStore": bus.enable_store,
        "LinkMode": "Disorder",
    }


def describe(call: Invocation) -> Answer:
    """All buses, by name, id or type."""
    buses = state_of(call).buses.values()
    found = filtered(buses, call.params, _FILTERS, code="InvalidParameterValue.Filters")
    shown = ordered_page(found, call.params, _KEYS, by="updated_at", direction="DESC")
    return {"EventBuses": [_listed(bus) for bus in shown], "TotalCount": len(found)}


def _listed(bus: Bus) -> Answer:
    targets = [target for rule in bus.rules.values() for target in rule.targets.values()]
    return {
        "ModTime": china_iso_time(bus.modified),
        "Description": bus.description,
        "AddTime": china_iso_time(bus.added),
        "EventBusName": bus.name,
        "EventBusId": bus.bus_id,
        "Type": bus.type,
        "PayMode": "",
        "ConnectionBriefs": [],
        "TargetBriefs": [{"TargetId": target.target_id, "Type": target.type} for target in targets],
    }
