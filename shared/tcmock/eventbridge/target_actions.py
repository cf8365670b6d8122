"""Targets of rules: functions, which is all that is emulated of them."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from tcmock.errors import APIError, not_emulated
from tcmock.eventbridge.models import Batch, Bus, Rule, Target
from tcmock.eventbridge.request import rule_of, target_of
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Keys, ordered_page
from tcmock.parameters import Params

MAX_TARGETS = 10
"""Of one rule (https://www.tencentcloud.com/document/product/1108/42286)."""
MAX_BATCH_TIMEOUT = 60
MAX_BATCH_COUNT = 10_000
_TYPES = ("scf", "cls", "amp", "ckafka", "es")
_FUNCTION = re.compile(
    r"qcs::(?:scf:(?P<region>[a-z0-9-]+):uin/(?P<uin>\w+)"
    r"|custom_scf:(?P<other_region>[a-z0-9-]+):appid/\w+/uin/(?P<other_uin>\w+))"
    r":namespace/(?P<namespace>[\w-]+)/function/(?P<function>[\w-]+)/(?P<version>[$\w-]+)"
)
_KEYS: Keys[Target] = {
    "updated_at": lambda target: target.modified,
    "created_at": lambda target: target.added,
}


class Address(NamedTuple):
    """The function that a resource description names."""

    uin: str
    region: str
    namespace: str
    function: str
    qualifier: str


def address(resource: str) -> Address:
    """The function that a target is.

    Raises:
        APIError: the description is not one of a function.
    """
    found = _FUNCTION.fullmatch(resource)
    if not found:
        raise APIError(
            "InvalidParameterValue.TargetDescription",
            f"`{resource}` must read `qcs::scf:<region>:uin/<uin>:namespace/<ns>/function/<name>/<version>`.",
        )
    return Address(
        uin=found["uin"] or found["other_uin"],
        region=found["region"] or found["other_region"],
        namespace=found["namespace"],
        function=found["function"],
        qualifier=found["version"],
    )


def create(call: Invocation) -> Answer:
    """A target of a rule. The function need not be there: nothing says that it must."""
    (bus, rule), params = rule_of(call), call.params
    kind = params.text("Type")
    if kind not in _TYPES:
        raise APIError("InvalidParameterValue.Type", f"`Type` must be one of {', '.join(_TYPES)}.")
    if kind != "scf":
        raise not_emulated(f"event targets of type `{kind}`")
    if len(rule.targets) >= MAX_TARGETS:
        raise APIError("LimitExceeded.Target", f"A rule may have {MAX_TARGETS} targets.")
    description = params.child("TargetDescription")
    address(description.text("ResourceDescription"))
    target = Target(
        target_id=call.region.ids.resource("target"),
        resource=description.text("ResourceDescription"),
        batch=_batch(params, _batch(description.child("SCFParams"), Batch())),
        added=call.now,
        modified=call.now,
    )
    rule.targets[target.target_id] = target
    _touch(bus, rule, call.now)
    return {"TargetId": target.target_id}


def update(call: Invocation) -> Answer:
    """Change how a target's events are batched."""
    rule, target = target_of(call)
    batch = _batch(call.params, target.batch)
    rule.targets[target.target_id] = msgspec.structs.replace(target, batch=batch, modified=call.now)
    return {}


def delete(call: Invocation) -> Answer:
    """Take a target from its rule."""
    rule, target = target_of(call)
    del rule.targets[target.target_id]
    return {}


def describe(call: Invocation) -> Answer:
    """All targets of a rule."""
    bus, rule = rule_of(call)
    shown = ordered_page(list(rule.targets.values()), call.params, _KEYS, by="updated_at", direction="DESC")
    return {"TotalCount": len(rule.targets), "Targets": [_described(bus, rule, target) for target in shown]}


def _batch(params: Params, before: Batch) -> Batch:
    timeout, count = params.number("BatchTimeout"), params.number("BatchEventCount")
    if timeout is not None and not 0 <= timeout <= MAX_BATCH_TIMEOUT:
        raise APIError(
            "InvalidParameterValue.BatchTimeout", f"`BatchTimeout` must be within 0 and {MAX_BATCH_TIMEOUT}."
        )
    if count is not None and not 0 <= count <= MAX_BATCH_COUNT:
        raise APIError(
            "InvalidParameterValue.BatchEventCount",
            f"`BatchEventCount` must be within 0 and {MAX_BATCH_COUNT}.",
        )
    switched = params.flag("EnableBatchDelivery") if "EnableBatchDelivery" in params else before.enabled
    return Batch(
        enabled=switched,
        timeout=before.timeout if timeout is None else timeout,
        count=before.count if count is None else count,
    )


def _touch(bus: Bus, rule: Rule, now: float) -> None:
    bus.rules[rule.rule_id] = msgspec.structs.replace(rule, modified=now)


def _described(bus: Bus, rule: Rule, target: Target) -> Answer:
    batch = {
        "BatchTimeout": target.batch.timeout,
        "BatchEventCount": target.batch.count,
        "EnableBatchDelivery": target.batch.enabled,
    }
    return {
        "Type": target.type,
        "EventBusId": bus.bus_id,
        "TargetId": target.target_id,
        "TargetDescription": {
            "ResourceDescription": target.resource,
            "SCFParams": batch,
            "CkafkaTargetParams": {
                "TopicName": "",
                "RetryPolicy": {"RetryInterval": 0, "MaxRetryAttempts": 0},
                "EventDeliveryFormat": "",
            },
            "ESTargetParams": {
                "NetMode": "",
                "IndexPrefix": "",
                "RotationInterval": "",
                "OutputMode": "",
                "IndexSuffixMode": "",
                "IndexTemplateType": "",
            },
        },
        "RuleId": rule.rule_id,
        **batch,
    }
