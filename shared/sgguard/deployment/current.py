"""Reads what is in the cloud now."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from sgguard.deployment.management_api import Cloud, CloudError, listed
from sgguard.errors import GuardError

_ROLE_ABSENT = ("InvalidParameter.RoleNotExist", "ResourceNotFound")
_PAGE = 200


class Account(msgspec.Struct, frozen=True, rename="pascal"):
    """Whose credentials these are."""

    owner_uin: str


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of the account's own."""

    id: int
    name: str
    description: str
    document: object


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A role, and the names of the policies that it has."""

    name: str
    description: str
    trust: object
    policies: Mapping[str, int]
    """Id by name."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """An EventBridge rule and the functions that it calls."""

    id: str
    name: str
    description: str
    enable: bool
    pattern: object
    targets: Mapping[str, str]
    """Id by the function's resource description."""


def account(cloud: Cloud) -> str:
    """UIN of the account."""
    answer = cloud.call("cam", "GetUserAppId")
    return msgspec.convert(answer, Account).owner_uin


def role(cloud: Cloud, name: str) -> Role | None:
    """A role, None if there is none of that name."""
    try:
        answer = cloud.call("cam", "GetRole", RoleName=name)
    except CloudError as error:
        if error.code.startswith(_ROLE_ABSENT):
            return None
        raise
    info = _object(answer, "RoleInfo")
    attached = cloud.call("cam", "ListAttachedRolePolicies", RoleName=name, Page=1, Rp=_PAGE)
    return Role(
        name=name,
        description=_text(info, "Description"),
        trust=parsed(_text(info, "PolicyDocument")),
        policies={
            _text(each, "PolicyName"): _number(each, "PolicyId") for each in _objects(attached, "List")
        },
    )


def roles(cloud: Cloud, prefix: str) -> list[str]:
    """The names of all roles that begin with `prefix`."""
    found: list[str] = []
    page = 1
    while True:
        answer = cloud.call("cam", "DescribeRoleList", Page=page, Rp=_PAGE)
        items = _objects(answer, "List")
        found += [name for each in items if (name := _text(each, "RoleName")).startswith(prefix)]
        if len(items) < _PAGE:
            return sorted(found)
        page += 1


def policies(cloud: Cloud, prefix: str) -> dict[str, Policy]:
    """The account's own policies whose name begins with `prefix`."""
    answer = cloud.call("cam", "ListPolicies", Keyword=prefix, Scope="Local", Page=1, Rp=_PAGE)
    found = {}
    for each in _objects(answer, "List"):
        name, number = _text(each, "PolicyName"), _number(each, "PolicyId")
        if name.startswith(prefix):
            whole = cloud.call("cam", "GetPolicy", PolicyId=number)
            found[name] = Policy(
                id=number,
                name=name,
                description=_text(whole, "Description"),
                document=parsed(_text(whole, "PolicyDocument")),
            )
    return found


def function(cloud: Cloud, name: str, namespace: str) -> Mapping[str, object] | None:
    """The answer of GetFunction, None if there is no such function."""
    return _unless_absent(cloud, "GetFunction", FunctionName=name, Namespace=namespace)


def functions(cloud: Cloud, prefix: str, namespace: str) -> list[str]:
    """The names of all functions that begin with `prefix`."""
    found = listed(cloud, "scf", "ListFunctions", "Functions", SearchKey=prefix, Namespace=namespace)
    return sorted(name for each in found if (name := _text(each, "FunctionName")).startswith(prefix))


def invocation(cloud: Cloud, name: str, namespace: str) -> dict[str, object]:
    """Attempts and age of asynchronous invocations: RetryNum and MsgTTL."""
    answer = (
        _unless_absent(cloud, "GetFunctionEventInvokeConfig", FunctionName=name, Namespace=namespace) or {}
    )
    settings = _object(answer, "AsyncTriggerConfig")
    retries = _objects(settings, "RetryConfig")
    # the first speaks of errors of the function, a second one of the platform's
    return {"RetryNum": retries[0].get("RetryNum") if retries else None, "MsgTTL": settings.get("MsgTTL")}


def reserved(cloud: Cloud, name: str, namespace: str) -> int:
    """Reserved concurrency in MB, 0 for none."""
    answer = (
        _unless_absent(cloud, "GetReservedConcurrencyConfig", FunctionName=name, Namespace=namespace) or {}
    )
    memory = answer.get("ReservedMem")
    return memory if isinstance(memory, int) else 0


def timers(cloud: Cloud, name: str, namespace: str) -> dict[str, Mapping[str, object]]:
    """The timers of a function, by name."""
    found = listed(cloud, "scf", "ListTriggers", "Triggers", FunctionName=name, Namespace=namespace)
    return {_text(each, "TriggerName"): each for each in found if each.get("Type") == "timer"}


def find_default_bus(cloud: Cloud) -> str:
    """Id of the cloud-service bus; empty if there is none."""
    for bus in listed(cloud, "eb", "ListEventBuses", "EventBuses"):
        if _text(bus, "Type").lower() == "cloud":
            return _text(bus, "EventBusId")
    return ""


def default_bus(cloud: Cloud, region: str) -> str:
    """Id of the cloud-service bus, which can be neither made nor deleted.

    Raises GuardError if there is none: EventBridge was never opened in this account.
    """
    bus = find_default_bus(cloud)
    if bus:
        return bus
    raise GuardError(
        f"There is no cloud-service event bus in {region}: nothing could tell the guard of a change.",
        next_step="Open EventBridge once in the console (https://console.cloud.tencent.com/eb), which makes "
        "it, and switch the audit event source on there: docs/deployment.md, step 3.",
    )


def rules(cloud: Cloud, bus: str, prefix: str) -> dict[str, Rule]:
    """The rules of a bus whose name begins with `prefix`."""
    found = {}
    for each in listed(cloud, "eb", "ListRules", "Rules", EventBusId=bus):
        name, number = _text(each, "RuleName"), _text(each, "RuleId")
        if name.startswith(prefix):
            whole = cloud.call("eb", "GetRule", EventBusId=bus, RuleId=number)
            targets = listed(cloud, "eb", "ListTargets", "Targets", EventBusId=bus, RuleId=number)
            found[name] = Rule(
                id=number,
                name=name,
                description=_text(whole, "Description"),
                enable=whole.get("Enable") is True,
                pattern=parsed(_text(whole, "EventPattern")),
                targets={
                    _text(_object(target, "TargetDescription"), "ResourceDescription"): _text(
                        target, "TargetId"
                    )
                    for target in targets
                },
            )
    return found


def cron_of(trigger: Mapping[str, object]) -> str:
    """Answers say ``{"cron": "…"}`` where requests say the bare text."""
    text = str(trigger.get("TriggerDesc") or "")
    document = parsed(text)
    return str(document.get("cron", "")) if isinstance(document, Mapping) else text


def variables(settings: Mapping[str, object]) -> dict[str, str]:
    """The environment in an answer of GetFunction."""
    environment = settings.get("Environment")
    pairs = environment.get("Variables") if isinstance(environment, Mapping) else None
    return {str(pair["Key"]): str(pair["Value"]) for pair in pairs or [] if isinstance(pair, Mapping)}


def parsed(text: str) -> object:
    """JSON as a value, or the text itself where it is none: it then differs from whatever is wanted."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _unless_absent(cloud: Cloud, action: str, **params: object) -> Mapping[str, object] | None:
    try:
        return cloud.call("scf", action, **params)
    except CloudError as error:
        if error.code.startswith("ResourceNotFound"):
            return None
        raise


def _text(values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _number(values: Mapping[str, object], key: str) -> int:
    return msgspec.convert(values.get(key), int, strict=False)


def _object(values: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _objects(values: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = values.get(key)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
