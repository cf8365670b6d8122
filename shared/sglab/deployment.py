"""The project's functions in the state of an emulated cloud, with the roles that they would have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sgguard.adapters.cos_bucket import read_location
from sgguard.deployment.policies import (
    BY_TIMER,
    Reach,
    function_resources,
    permissions,
    read_policy,
    store_policy,
    trust_of_functions,
    write_policy,
)
from sgguard.model.plan import Mode
from sglab.places import function_folder
from sglab.service import Function, Service
from tcmock.cloud import DEFAULT_ACCOUNT

Document = dict[str, object]

HOME = "ap-guangzhou"
"""The region of the default bus, and so of what it calls
(https://www.tencentcloud.com/document/product/1108/42284)."""


def deployed(
    state: Mapping[str, object],
    service: Service,
    *,
    mode: Mode,
    variables: Mapping[str, str],
    react: bool,
    timers: bool = False,
) -> Document:
    """A `tcmock/state/v1` document with the functions of a service besides.

    Args:
        state: stays as it is; functions that it brings are not touched.
        service: its functions run from their folders, which spares building zips.
        mode: only enforce has a role that may write.
        variables: of every function.
        react: with rules, so that events reach the functions by themselves.
        timers: with timers, which go by the cloud's clock.
    """
    accounts = _members(state.get("accounts")) or {DEFAULT_ACCOUNT: {}}
    uin = next(iter(accounts))
    account = _members(accounts[uin])
    regions = _members(account.get("regions"))
    home = _members(regions.get(HOME))
    for key, function in service.functions.items():
        name = function_name(service, key)
        policies = _policies(name, key, uin, mode, variables.get("SGGUARD_STORE", ""))
        _append(account, "policies", *policies)
        role = {"RoleName": name, "PolicyDocument": trust_of_functions()}
        _append(account, "roles", {**role, "Policies": [policy["PolicyName"] for policy in policies]})
        _append(home, "functions", _function(name, key, function, service, variables, timers=timers))
    rules = [
        _rule(uin, function_name(service, key), trigger.eventbridge.rule, trigger.eventbridge.pattern)
        for key, function in service.functions.items()
        for trigger in function.events
        if trigger.eventbridge and trigger.eventbridge.enable
    ]
    if react and rules:
        _append(home, "event_buses", {"EventBusName": "default", "Rules": rules})
    account["regions"] = {**regions, HOME: home}
    return {**state, "schema": "tcmock/state/v1", "accounts": {**accounts, uin: account}}


def function_name(service: Service, key: str) -> str:
    """The name of a function in the cloud, for example ``sgguard-guard``."""
    return f"{service.service}-{key}"


def _function(
    name: str, key: str, function: Function, service: Service, variables: Mapping[str, str], *, timers: bool
) -> Document:
    memory = function.memory_size or service.provider.memory_size
    schedules = [trigger.timer for trigger in function.events if trigger.timer and timers]
    return {
        "FunctionName": name,
        "Code": {"Folder": str(function_folder(key))},
        "Handler": function.handler,
        "Runtime": service.provider.runtime,
        "Description": function.description,
        "MemorySize": memory,
        "Timeout": function.timeout,
        "Environment": {**variables, "SGGUARD_ROLE": name},
        "Role": name,
        "RetryNum": function.async_retry.attempts,
        "MsgTTL": function.async_retry.max_age,
        "ReservedConcurrencyMem": function.reserved_instances and function.reserved_instances * memory,
        "Triggers": [
            {
                "TriggerName": timer.name,
                "TriggerDesc": timer.cron,
                "Enable": timer.enable,
                "CustomArgument": timer.message,
            }
            for timer in schedules
        ],
    }


def _policies(name: str, key: str, uin: str, mode: Mode, store: str) -> list[Document]:
    needed = permissions()[key]
    reach = Reach(functions=() if key in BY_TIMER else function_resources(HOME, uin, "default", name))
    policies: list[Document] = [{"PolicyName": f"{name}-read", "PolicyDocument": read_policy(needed, reach)}]
    if store.startswith("cos:"):
        place = read_location(store)
        below = store_policy(place.bucket, place.prefix, place.region)
        policies.append({"PolicyName": f"{name}-store", "PolicyDocument": below})
    if mode == "enforce":
        policies.append({"PolicyName": f"{name}-write", "PolicyDocument": write_policy(needed, uin)})
    return policies


def _rule(uin: str, function: str, name: str, pattern: Mapping[str, object]) -> Document:
    target = f"qcs::scf:{HOME}:uin/{uin}:namespace/default/function/{function}/$LATEST"
    return {
        "RuleName": name,
        "EventPattern": dict(pattern),
        "Targets": [{"ResourceDescription": target}],
    }


def _members(value: object) -> Document:
    return dict(cast("Document", value)) if isinstance(value, dict) else {}


def _append(document: Document, section: str, *entries: object) -> None:
    listed = document.get(section)
    document[section] = [*(listed if isinstance(listed, list) else []), *entries]
