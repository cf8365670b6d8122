"""What is done about roles and policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploy.plan import Call, Step, changes
from deploy.service import Function
from deploy.target import Target, compact
from sgguard.adapters.cos_bucket import Location, read_location
from sgguard.deployment import current
from sgguard.deployment.policies import (
    permissions,
    read_policy,
    store_policy,
    trust_of_functions,
    write_policy,
)
from sgguard.errors import ConfigError, GuardError, Problem


def wanted_policies(target: Target, function: Function) -> dict[str, object]:
    """Documents by the policy's name. Only enforce has one that allows a write."""
    needed, name = permissions().get(function.key), target.role_of(function)
    if needed is None:
        raise GuardError(
            f"It is not known which API actions {function.key} calls: the code has no such function.",
            next_step="After adding one run `make generate`.",
        )
    documents: dict[str, object] = {f"{name}-read": read_policy(needed, target.reach_of(function))}
    store = function.variables.get("SGGUARD_STORE", "")
    if store.startswith("cos:"):
        place = store_location(store, target.service.region)
        documents[f"{name}-store"] = store_policy(place.bucket, place.prefix, place.region)
    if target.service.mode == "enforce":
        documents[f"{name}-write"] = write_policy(needed, target.account)
    return documents


def role_steps(
    target: Target, function: Function, role: current.Role | None, policies: Mapping[str, current.Policy]
) -> Iterator[Step]:
    """A role and its policies, as they are to be.

    A policy that is no longer wanted goes first: a guard that only observes holds no write permission.
    Raises GuardError for a role or policy of that name that was not made here.
    """
    name = target.role_of(function)
    wanted = wanted_policies(target, function)
    _check_own(target, "role", name, role.description if role else None)
    yield _role_step(target, name, role)
    attached = role.policies if role else {}
    for policy in sorted(set(attached) - set(wanted)):
        if policy in policies and policies[policy].description == target.mark:
            yield removal(policies[policy], name)
    for policy, document in wanted.items():
        there = policies.get(policy)
        _check_own(target, "policy", policy, there.description if there else None)
        yield _policy_step(target, policy, document, there, name, attached=policy in attached)


def foreign_policies(target: Target, function: Function, role: current.Role | None) -> list[str]:
    """Policies that a role has and that are not from here."""
    wanted = wanted_policies(target, function)
    own = {*wanted, f"{target.role_of(function)}-write"}
    return sorted(set(role.policies) - own) if role else []


def removal(policy: current.Policy, *roles: str) -> Step:
    """Take a policy from roles and delete it."""
    detach = [
        Call("cam", "DetachRolePolicy", {"DetachRoleName": role, "PolicyName": policy.name}) for role in roles
    ]
    delete = Call("cam", "DeletePolicy", {"PolicyId": [policy.id]})
    return Step(verb="delete", kind="policy", name=policy.name, calls=(*detach, delete))


def store_location(store: str, region: str) -> Location:
    """Where a store on COS is. Raises ConfigError."""
    try:
        return read_location(store, {"TENCENTCLOUD_REGION": region})
    except ValueError as error:
        raise ConfigError([Problem("SGGUARD_STORE", str(error), "Correct it.")]) from error


def _role_step(target: Target, name: str, role: current.Role | None) -> Step:
    trust = trust_of_functions()
    if role is None:
        call = Call(
            "cam",
            "CreateRole",
            {"RoleName": name, "PolicyDocument": compact(trust), "Description": target.mark},
        )
        return Step(verb="create", kind="role", name=name, calls=(call,))
    different = changes({"trust": role.trust}, {"trust": trust})
    if not different:
        return Step(verb="keep", kind="role", name=name)
    call = Call("cam", "UpdateAssumeRolePolicy", {"RoleName": name, "PolicyDocument": compact(trust)})
    return Step(verb="update", kind="role", name=name, changes=different, calls=(call,))


def _policy_step(
    target: Target,
    name: str,
    document: object,
    there: current.Policy | None,
    role: str,
    *,
    attached: bool,
) -> Step:
    attach = () if attached else (_attachment(role, name),)
    text = compact(document)
    if there is None:
        params = {"PolicyName": name, "PolicyDocument": text, "Description": target.mark}
        return Step(
            verb="create",
            kind="policy",
            name=name,
            changes=changes({}, allowed(document)),
            calls=(Call("cam", "CreatePolicy", params), *attach),
        )
    different = there.document != document
    if not different and attached:
        return Step(verb="keep", kind="policy", name=name)
    update = Call("cam", "UpdatePolicy", {"PolicyName": name, "PolicyDocument": text})
    return Step(
        verb="update",
        kind="policy",
        name=name,
        changes=(
            *changes(
                allowed(there.document), {**dict.fromkeys(allowed(there.document), "no"), **allowed(document)}
            ),
            *changes({"attached": attached}, {"attached": True}),
        ),
        calls=(*((update,) if different else ()), *attach),
    )


def allowed(document: object) -> dict[str, object]:
    """What a policy allows: on which resources, by action."""
    statements = document.get("statement") if isinstance(document, Mapping) else None
    return {
        f"allow {action}": ", ".join(statement["resource"])
        for statement in (statements if isinstance(statements, list) else [])
        if isinstance(statement, Mapping) and isinstance(statement.get("action"), list)
        for action in statement["action"]
    }


def _attachment(role: str, policy: str) -> Call:
    return Call("cam", "AttachRolePolicy", {"AttachRoleName": role, "PolicyName": policy})


def _check_own(target: Target, kind: str, name: str, description: str | None) -> None:
    if description is not None and description != target.mark:
        raise GuardError(
            f"There is a {kind} {name} already, which this deployment did not make: nothing was changed.",
            next_step=f"Delete it, deploy under another service name or stage, or, to adopt it, set its "
            f"description to {target.mark!r}.",
        )
