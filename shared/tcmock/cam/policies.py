"""Policies: made, shown, deleted, given to roles and taken from them.

The vendor's own ones are not emulated.
"""

from __future__ import annotations

import msgspec

from tcmock.cam.document import new_policy_id
from tcmock.cam.policy_document import permissions
from tcmock.cam.request import checked_name, numbered_page
from tcmock.cam.roles import find as find_role
from tcmock.cam.state import CamState, Policy, Role
from tcmock.clock import china_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation

_SCOPES = ("All", "QCS", "Local")


def create(call: Invocation) -> Answer:
    """Make a policy."""
    params, cam, now = call.params, call.account[CamState], china_time(call.now)
    if "Tags" in params:
        raise not_emulated("tags of policies")
    name = checked_name(params.text("PolicyName"), "InvalidParameter.PolicyNameError")
    if cam.policy_named(name):
        raise APIError("FailedOperation.PolicyNameInUse", f"The policy `{name}` is there already.")
    policy = Policy(
        policy_id=new_policy_id(call.account.ids),
        name=name,
        description=params.text("Description"),
        text=params.text("PolicyDocument"),
        statements=permissions(params.text("PolicyDocument")),
        added=now,
        updated=now,
    )
    cam.policies[policy.policy_id] = policy
    return {"PolicyId": policy.policy_id}


def delete(call: Invocation) -> Answer:
    """Delete policies. Roles that have them lose them."""
    cam = call.account[CamState]
    gone = [_find(cam, policy_id, "").policy_id for policy_id in call.params.numbers("PolicyId")]
    for role in list(cam.roles.values()):
        rest = tuple(policy_id for policy_id in role.policies if policy_id not in gone)
        cam.roles[role.role_id] = msgspec.structs.replace(role, policies=rest)
    for policy_id in dict.fromkeys(gone):
        del cam.policies[policy_id]
    return {}


def get(call: Invocation) -> Answer:
    """One policy."""
    policy = _find(call.account[CamState], call.params.number("PolicyId"), "")
    return {
        "PolicyName": policy.name,
        "Description": policy.description,
        "Type": 1,
        "AddTime": policy.added,
        "UpdateTime": policy.updated,
        "PolicyDocument": policy.text,
        "PresetAlias": "",
        "IsServiceLinkedRolePolicy": 0,
        "Tags": [],
    }


def describe(call: Invocation) -> Answer:
    """Policies whose name has the keyword, page by page."""
    cam, scope = call.account[CamState], call.params.text("Scope") or "All"
    if scope not in _SCOPES:
        raise APIError("InvalidParameter.ScopeError", f"`Scope` must be one of {', '.join(_SCOPES)}.")
    word = call.params.text("Keyword")
    found = [policy for policy in cam.policies.values() if word in policy.name and scope != "QCS"]
    return {
        "TotalNum": len(found),
        "List": [_listed(cam, policy) for policy in numbered_page(found, call.params)],
        "ServiceTypeList": [],
    }


def update(call: Invocation) -> Answer:
    """Replace the document or the description of a policy; who has it is unchanged.

    https://cloud.tencent.com/document/product/598/34584
    """
    params, cam = call.params, call.account[CamState]
    if "Alias" in params:
        raise not_emulated("aliases of policies")
    policy = _find(cam, params.number("PolicyId"), params.text("PolicyName"))
    text = params.text("PolicyDocument") or policy.text
    cam.policies[policy.policy_id] = msgspec.structs.replace(
        policy,
        text=text,
        statements=permissions(text),
        description=params.text("Description") if "Description" in params else policy.description,
        updated=china_time(call.now),
    )
    return {"PolicyId": policy.policy_id}


def describe_attached(call: Invocation) -> Answer:
    """The policies that a role has, page by page: https://cloud.tencent.com/document/product/598/36227."""
    cam, params = call.account[CamState], call.params
    kind, word = params.text("PolicyType"), params.text("Keyword")
    if kind not in {"", "User", "QCS"}:
        raise APIError("InvalidParameter.ParamError", "`PolicyType` must be User or QCS.")
    role = find_role(cam, params.text("RoleId"), params.text("RoleName"))
    found = [cam.policies[policy_id] for policy_id in role.policies if kind != "QCS"]
    found = [policy for policy in found if word in policy.name]
    return {
        "TotalNum": len(found),
        "List": [
            {
                "PolicyId": policy.policy_id,
                "PolicyName": policy.name,
                "AddTime": policy.added,
                "PolicyType": "User",
                "CreateMode": 2,
                "Deactived": 0,
                "DeactivedDetail": [],
                "Description": policy.description,
            }
            for policy in numbered_page(found, params)
        ],
    }


def attach(call: Invocation) -> Answer:
    """Give a role a policy; it may have it already."""
    role, policy = _pair(call, "AttachRole")
    return _replaced(call, role, tuple(dict.fromkeys((*role.policies, policy.policy_id))))


def detach(call: Invocation) -> Answer:
    """Take a policy from a role that may not have it."""
    role, policy = _pair(call, "DetachRole")
    return _replaced(call, role, tuple(known for known in role.policies if known != policy.policy_id))


def _pair(call: Invocation, prefix: str) -> tuple[Role, Policy]:
    cam, params = call.account[CamState], call.params
    role = find_role(cam, params.text(f"{prefix}Id"), params.text(f"{prefix}Name"))
    return role, _find(cam, params.number("PolicyId"), params.text("PolicyName"))


def _replaced(call: Invocation, role: Role, policies: tuple[int, ...]) -> Answer:
    roles = call.account[CamState].roles
    roles[role.role_id] = msgspec.structs.replace(role, policies=policies, updated=china_time(call.now))
    return {}


def _find(cam: CamState, policy_id: int | None, name: str) -> Policy:
    if (policy_id is None) is not bool(name):
        raise APIError("InvalidParameter.ParamError", "Give the id of a policy or its name.")
    policy = cam.policy_named(name) if policy_id is None else cam.policies.get(policy_id)
    if policy is None:
        raise APIError(
            "ResourceNotFound.PolicyIdNotFound", f"The policy `{name or policy_id}` does not exist."
        )
    return policy


def _listed(cam: CamState, policy: Policy) -> dict[str, object]:
    uses = sum(policy.policy_id in role.policies for role in cam.roles.values())
    return {
        "PolicyId": policy.policy_id,
        "PolicyName": policy.name,
        "AddTime": policy.added,
        "Type": 1,
        "Description": policy.description,
        "CreateMode": 2,
        "Attachments": uses,
        "ServiceType": "",
        "IsAttached": None,
        "Deactived": 0,
        "DeactivedDetail": [],
        "IsServiceLinkedPolicy": 0,
        "AttachEntityCount": uses,
        "AttachEntityBoundaryCount": 0,
        "UpdateTime": policy.updated,
        "Tags": [],
        "PermissionLevel": "",
    }
