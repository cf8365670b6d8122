"""Whether the function's role may do what its code calls, action by action."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from scfshim.spec import services
from sgguard.deployment import current
from sgguard.deployment.cam_names import USES, allowing, allows, is_read, names_of
from sgguard.deployment.checkup.line import Line, ok, problem, unknown
from sgguard.deployment.checkup.patient import Patient
from sgguard.deployment.management_api import CloudError, missing_action
from sgguard.deployment.policies import (
    BY_TIMER,
    Permissions,
    function_resources,
    permissions,
    trust_of_functions,
    write_resources,
)

ROLE, CALLS = "role", "permission"
_ANYTHING = {
    "SecurityGroupId": "sg-00000000",
    "ClusterId": "cls-00000000",
    "ClusterID": "cls-00000000",
}
_REFUSED = ("UnauthorizedOperation", "AuthFailure.UnauthorizedOperation")


def role(patient: Patient) -> Iterator[Line]:
    """What the policies of the role say about each action, without trying it."""
    needed = permissions().get(patient.key)
    if not patient.role:
        yield problem(ROLE, f"{patient.name} has no role, so it can call nothing.", "Deploy again.")
        return
    found = current.role(patient.cloud, patient.role)
    if found is None or needed is None:
        yield problem(ROLE, f"The role {patient.role} does not exist.", "Deploy again, or create it.")
        return
    if found.trust != trust_of_functions() and "scf.qcloud.com" not in json.dumps(found.trust):
        yield problem(ROLE, f"{patient.role} does not trust scf.qcloud.com.", "Deploy again.")
    documents = [
        policy.document
        for policy in current.policies(patient.cloud, "").values()
        if policy.name in found.policies
    ]
    yield from _told(patient, needed, documents)


def _told(patient: Patient, needed: Permissions, documents: list[object]) -> Iterator[Line]:
    enforce = patient.variables.get("SGGUARD_MODE") == "enforce"
    own = write_resources(patient.account)
    for action in needed.reads:
        if action in USES:
            yield from _used(patient, action, documents)
        else:
            yield _line(action, "*", granted=allows(documents, names_of(action), "*"))
    for action in needed.writes:
        granted = any(allows(documents, names_of(action), resource) for resource in own)
        if enforce:
            yield _line(action, ", ".join(own), granted=granted)
        elif granted:
            fix = "Deploy again with mode observe, which takes it away."
            yield problem(ROLE, f"{patient.role} may {action} although the guard only observes.", fix)


def _used(patient: Patient, action: str, documents: list[object]) -> Iterator[Line]:
    """Invoking functions and taking on roles: not everything, and the function itself with what is left."""
    if allows(documents, [action], "*"):
        fix = "Deploy again: the function itself and what the config names are enough."
        yield problem(ROLE, f"{patient.role} may {action} on everything.", fix)
    elif action == "scf:Invoke" and patient.key not in BY_TIMER:
        own = function_resources(patient.region, patient.account, patient.namespace, patient.name)
        yield _line(action, ", ".join(own), granted=allows(documents, [action], own[0]))
    else:
        yield ok(ROLE, f"may {action} on what the config named when it was deployed")


def _line(action: str, resource: str, *, granted: bool) -> Line:
    if granted:
        return ok(ROLE, f"may {action}")
    statement = json.dumps(allowing([action], resource.split(", ")))
    return problem(ROLE, f"may not {action}", f"Deploy again, or add this statement: {statement}")


def calls(patient: Patient) -> Iterator[Line]:
    """Try each read that the function makes, with the credentials at hand, on things that need not exist."""
    needed = permissions().get(patient.key)
    for action in needed.reads if needed else ():
        if action in USES:
            continue  # a function would run, or a role be taken on
        assert is_read(action), action  # noqa: S101 - a check-up changes nothing, whatever the file says
        yield _tried(patient, action)


def _tried(patient: Patient, action: str) -> Line:
    try:
        service, name = _product(action)
        patient.cloud.call(service, name, **_parameters(service, name))
    except CloudError as error:
        if error.code.startswith(_REFUSED):
            missing = missing_action(error) or action
            fix = f"Add this statement: {json.dumps(allowing([missing]))}"
            return problem(CALLS, f"{action} was refused for lack of {missing}", fix)
        if not error.code:
            return unknown(CALLS, f"{action}: {error}", error.next_step)
    return ok(CALLS, f"{action} answers whoever runs this")


def _product(action: str) -> tuple[str, str]:
    """Product, with the API version that has the action where that is not its usual one, and the action."""
    service, _, name = action.partition(":")
    having = (key for key, described in services().items() if name in described.actions)
    return next((key for key in having if key.partition("/")[0] == service), service), name


def _parameters(service: str, action: str) -> Mapping[str, object]:
    """Values for what an action requires."""
    described = services()[service].actions[action].input
    return {key: _ANYTHING.get(key, "probe") for key, kind in described.items() if kind == "string!"}
