"""Whether a change reaches the function: bus, audit delivery, rule, target, timer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sgguard.deployment import current
from sgguard.deployment.checkup.line import Line, ok, problem, unknown
from sgguard.deployment.checkup.patient import Patient
from sgguard.deployment.management_api import CloudError
from sgguard.event.rule_pattern import rule_pattern

BUS, DELIVERY, RULE, TARGET, TIMER = "event bus", "audit delivery", "rule", "target", "timer"
_CONSOLE = (
    "In the console, region Guangzhou: EventBridge > Event bus > default > Event source > audit event "
    "source, switch delivery on (docs/deployment.md)."
)
_DEPLOY = "Deploy again."
SAMPLE: Mapping[str, object] = {
    "specversion": "1.0",
    "id": "00000000-0000-4000-8000-000000000000",
    "source": "vpc.cloud.tencent",
    "type": "vpc:CloudEvent:ApiCall",
    "subject": "sg-00000000",
    "time": 1700000000000,
    "region": "ap-guangzhou",
    "datacontenttype": "application/json;charset=utf-8",
    "data": {"eventName": "CreateSecurityGroupPolicies", "actionType": "Write", "eventType": "ApiCall"},
}
"""What an edit of a group looks like: https://www.tencentcloud.com/document/product/1108/46246."""


def events(patient: Patient) -> Iterator[Line]:
    """The way of an event: bus, rule, target."""
    bus = current.find_default_bus(patient.cloud)
    if not bus:
        fix = "Open EventBridge once in the console, which makes it: https://console.cloud.tencent.com/eb"
        yield problem(BUS, f"There is no cloud-service bus in {patient.region}.", fix)
        return
    yield ok(BUS, bus)
    resource = (
        f"qcs::scf:{patient.region}:uin/{patient.account}:namespace/{patient.namespace}"
        f"/function/{patient.name}/"
    )
    rules = current.rules(patient.cloud, bus, f"{patient.prefix}-").values()
    calling = [rule for rule in rules if any(name.startswith(resource) for name in rule.targets)]
    if not calling:
        yield problem(RULE, f"No rule of the bus calls {patient.name}.", _DEPLOY)
    for rule in calling:
        yield from _rule(patient, rule)


def _rule(patient: Patient, rule: current.Rule) -> Iterator[Line]:
    if not rule.enable:
        yield problem(RULE, f"{rule.name} is switched off.", "Switch it on in the console, or deploy again.")
    if rule.pattern != rule_pattern():
        yield problem(RULE, f"{rule.name} has another pattern than this version deploys.", _DEPLOY)
    try:
        patient.cloud.call("eb", "CheckRule", Event=json.dumps(SAMPLE), EventPattern=json.dumps(rule.pattern))
    except CloudError as error:
        yield problem(RULE, f"{rule.name} does not match a sample event: {error}", _DEPLOY)
    else:
        yield ok(RULE, f"{rule.name} matches a sample event")
    yield ok(TARGET, f"{rule.name} calls {patient.name}")


def delivery(patient: Patient) -> Iterator[Line]:
    """Whether audit events arrive. No API tells, but a function that was called tells."""
    answer = patient.cloud.call(
        "scf", "GetFunctionLogs", FunctionName=patient.name, Namespace=patient.namespace, Limit=1, Offset=0
    )
    entries = answer.get("Data")
    if isinstance(entries, list) and entries and isinstance(entries[0], Mapping):
        yield ok(DELIVERY, f"{patient.name} was last called at {entries[0].get('StartTime')}")
    else:
        fix = f"{_CONSOLE} Then change the remark of a rule of any security group and run this again."
        yield unknown(DELIVERY, f"{patient.name} was not called yet, so it cannot be told.", fix)


def timers(patient: Patient) -> Iterator[Line]:
    """The schedule of the function."""
    found = current.timers(patient.cloud, patient.name, patient.namespace)
    if not found:
        yield problem(TIMER, f"No timer calls {patient.name}: what events miss is never found.", _DEPLOY)
    for name, timer in found.items():
        if timer.get("Enable") in (1, "OPEN"):
            yield ok(TIMER, f"{name} is on: {current.cron_of(timer)}")
        else:
            yield problem(TIMER, f"{name} is switched off.", "Switch it on in the console, or deploy again.")
