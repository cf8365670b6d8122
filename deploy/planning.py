"""Compares the cloud with the file: what would have to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from deploy import function_steps, role_steps, trigger_steps
from deploy.function_steps import There
from deploy.inventory import Manifest
from deploy.plan import Call, Plan, Step
from deploy.service import Function, Service
from deploy.target import Target, is_built_for
from sgguard.deployment import current
from sgguard.deployment.management_api import Cloud
from sgguard.errors import ConfigError, Problem


class Scope(msgspec.Struct, frozen=True):
    """How much of the file a plan is about."""

    function: str = ""
    """Only this one; empty for all."""
    prune: bool = False
    """Also remove what was made here and is no longer in the file."""


def plan_deployment(
    cloud: Cloud,
    service: Service,
    manifest: Manifest,
    package: Path,
    scope: Scope = Scope(),  # noqa: B008 - frozen
) -> Plan:
    """What makes the cloud what the file says. Reads only.

    The order is that of need: permissions, functions, and last what calls them; a run that ends half-way
    leaves nothing that is called before it is whole, and the next run goes on from what it finds.

    Raises:
        ConfigError: it is the wrong account, or there is no such function.
        GuardError: something of that name is there and was not made here, or a read fails.
    """
    target = _target(cloud, service, manifest, package)
    chosen = _chosen(service, scope)
    policies = current.policies(cloud, f"{service.prefix}-")
    there = {function.key: _there(cloud, service, function) for function in chosen}
    steps: list[Step] = []
    notes: list[str] = []
    for function in chosen:
        role = current.role(cloud, target.role_of(function))
        if service.role:
            _check_given_role(service, role)
        else:
            steps += role_steps.role_steps(target, function, role, policies)
            notes += [
                f"{target.role_of(function)} also has the policy {name}, which is not from here."
                for name in role_steps.foreign_policies(target, function, role)
            ]
        steps += function_steps.function_steps(target, function, there[function.key])
        notes += function_steps.notes(target, function, there[function.key])
    for function in chosen:
        steps += trigger_steps.timer_steps(target, function, there[function.key].timers)
    steps += _rule_steps(cloud, target, chosen)
    if not scope.function:
        left = list(_leftovers(cloud, target, policies))
        if scope.prune:
            steps += left
        else:
            notes += [
                f"{step.kind} {step.name} is no longer in the file; --prune removes it." for step in left
            ]
    return Plan(account=target.account, region=service.region, steps=tuple(steps), notes=tuple(notes))


def plan_removal(cloud: Cloud, service: Service) -> Plan:
    """What takes away everything that was made here; the store is not touched. Reads only."""
    manifest = Manifest(version="", requirements="", config=None, functions={})
    target = _target(cloud, msgspec.structs.replace(service, functions=()), manifest, Path())
    steps = tuple(_leftovers(cloud, target, current.policies(cloud, f"{service.prefix}-")))
    return Plan(account=target.account, region=service.region, steps=steps)


def _target(cloud: Cloud, service: Service, manifest: Manifest, package: Path) -> Target:
    account = current.account(cloud)
    if service.account and account != service.account:
        what = f"is {service.account}, but the credentials are of account {account}"
        fix = "Use the credentials of the right account, or correct it; nothing was changed."
        raise ConfigError([Problem("serverless.yml: provider.account", what, fix)])
    return Target(service, manifest, package, account)


def _chosen(service: Service, scope: Scope) -> list[Function]:
    chosen = [function for function in service.functions if scope.function in {"", function.key}]
    if not chosen:
        known = ", ".join(function.key for function in service.functions)
        raise ConfigError([Problem("--function", f"is {scope.function!r}", f"There are: {known}.")])
    return chosen


def _check_given_role(service: Service, role: current.Role | None) -> None:
    if role is None:
        fix = "Create it with the policies of docs/permissions.md, or write role: managed."
        raise ConfigError([Problem("serverless.yml: provider.role", f"{service.role!r} does not exist", fix)])


def _there(cloud: Cloud, service: Service, function: Function) -> There:
    name, namespace = service.named(function.key), service.namespace
    settings = current.function(cloud, name, namespace)
    if settings is None:
        return There(settings=None, invocation={}, reserved=0, timers={})
    return There(
        settings=settings,
        invocation=current.invocation(cloud, name, namespace),
        reserved=current.reserved(cloud, name, namespace),
        timers=current.timers(cloud, name, namespace),
    )


def _rule_steps(cloud: Cloud, target: Target, chosen: list[Function]) -> Iterator[Step]:
    if any(function.rules for function in chosen):
        bus = current.default_bus(cloud, target.service.region)
        there = current.rules(cloud, bus, f"{target.service.prefix}-")
        for function in chosen:
            yield from trigger_steps.rule_steps(target, function, bus, there)


def _leftovers(cloud: Cloud, target: Target, policies: Mapping[str, current.Policy]) -> Iterator[Step]:
    """Deletions of what was made here and is not in the file, what calls something before it."""
    service = target.service
    prefix, namespace = f"{service.prefix}-", service.namespace
    rules = {target.rule_name(rule) for function in service.functions for rule in function.rules}
    bus = current.find_default_bus(cloud)
    if bus:
        for rule in current.rules(cloud, bus, prefix).values():
            if rule.name not in rules and rule.description == target.mark:
                yield trigger_steps.rule_removal(bus, rule)
    kept = {service.named(function.key): function for function in service.functions}
    for name in current.functions(cloud, prefix, namespace):
        if name in kept:
            timers = {timer.name for timer in kept[name].timers}
            for timer in sorted(set(current.timers(cloud, name, namespace)) - timers):
                yield trigger_steps.timer_removal(target, name, timer)
        elif is_built_for(current.function(cloud, name, namespace) or {}, service):
            call = Call("scf", "DeleteFunction", {"FunctionName": name, "Namespace": namespace})
            yield Step(verb="delete", kind="function", name=name, calls=(call,))
    yield from _left_roles(cloud, target, policies)


def _left_roles(cloud: Cloud, target: Target, policies: Mapping[str, current.Policy]) -> Iterator[Step]:
    service = target.service
    managed = {} if service.role else {target.role_of(f): f for f in service.functions}
    wanted = {
        name
        for f in managed.values()
        for name in (*role_steps.wanted_policies(target, f), f"{target.role_of(f)}-write")
    }
    roles = [
        role for name in current.roles(cloud, f"{service.prefix}-") if (role := current.role(cloud, name))
    ]
    for policy in policies.values():
        if policy.name not in wanted and policy.description == target.mark:
            holders = [role.name for role in roles if policy.name in role.policies]
            yield role_steps.removal(policy, *holders)
    for role in roles:
        if role.name not in managed and role.description == target.mark:
            call = Call("cam", "DeleteRole", {"RoleName": role.name})
            yield Step(verb="delete", kind="role", name=role.name, calls=(call,))
