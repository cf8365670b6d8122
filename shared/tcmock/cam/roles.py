"""Roles: made, shown, deleted (https://cloud.tencent.com/document/product/598/36221)."""

from __future__ import annotations

import msgspec

from tcmock.account import Account
from tcmock.cam.document import new_role_id
from tcmock.cam.policy_document import trusted
from tcmock.cam.request import checked_name, numbered_page
from tcmock.cam.state import CamState, Role
from tcmock.clock import china_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation

MAX_SESSION = 43200
"""Seconds."""


def find(cam: CamState, role_id: str, name: str) -> Role:
    """The role of that id, or of that name.

    Raises:
        APIError: neither or both are given, or there is no such role.
    """
    if bool(role_id) is bool(name):
        raise APIError("InvalidParameter.ParamError", "Give the id of a role or its name.")
    role = cam.roles.get(role_id) if role_id else cam.role_named(name)
    if role is None:
        raise APIError("InvalidParameter.RoleNotExist", f"The role `{role_id or name}` does not exist.")
    return role


def create(call: Invocation) -> Answer:
    """Make a role without policies."""
    params, cam, now = call.params, call.account[CamState], china_time(call.now)
    if "Tags" in params:
        raise not_emulated("tags of roles")
    name = checked_name(params.text("RoleName"), "InvalidParameter.RoleNameError")
    if cam.role_named(name):
        raise APIError("InvalidParameter.RoleNameInUse", f"The role `{name}` is there already.")
    duration = params.number("SessionDuration") or MAX_SESSION
    if not 0 <= duration <= MAX_SESSION:
        raise APIError("InvalidParameter.ParamError", f"`SessionDuration` goes from 0 to {MAX_SESSION}.")
    role = Role(
        role_id=new_role_id(call.account.ids),
        name=name,
        description=params.text("Description"),
        text=params.text("PolicyDocument"),
        trusted=trusted(params.text("PolicyDocument")),
        session_duration=duration,
        console_login=params.number("ConsoleLogin") or 0,
        added=now,
        updated=now,
    )
    cam.roles[role.role_id] = role
    return {"RoleId": role.role_id}


def delete(call: Invocation) -> Answer:
    """Delete a role, and with it the keys that stand for it."""
    role = _named(call)
    del call.account[CamState].roles[role.role_id]
    call.account.keys[:] = [
        key for key in call.account.keys if key.type != "AssumedRole" or key.role_name != role.name
    ]
    return {}


def update_trust(call: Invocation) -> Answer:
    """Replace whom a role trusts: https://cloud.tencent.com/document/product/598/36218."""
    role, text = _named(call), call.params.text("PolicyDocument")
    call.account[CamState].roles[role.role_id] = msgspec.structs.replace(
        role, text=text, trusted=trusted(text), updated=china_time(call.now)
    )
    return {}


def get(call: Invocation) -> Answer:
    """One role."""
    return {"RoleInfo": _described(call.account, _named(call))}


def describe(call: Invocation) -> Answer:
    """All roles, page by page."""
    if "Tags" in call.params:
        raise not_emulated("tags of roles")
    roles = list(call.account[CamState].roles.values())
    shown = numbered_page(roles, call.params)
    return {"List": [_described(call.account, role) for role in shown], "TotalNum": len(roles)}


def _named(call: Invocation) -> Role:
    return find(call.account[CamState], call.params.text("RoleId"), call.params.text("RoleName"))


def _described(account: Account, role: Role) -> dict[str, object]:
    return {
        "RoleId": role.role_id,
        "RoleName": role.name,
        "PolicyDocument": role.text,
        "Description": role.description,
        "AddTime": role.added,
        "UpdateTime": role.updated,
        "ConsoleLogin": role.console_login,
        "RoleType": "user",
        "SessionDuration": role.session_duration,
        "DeletionTaskId": None,
        "Tags": [],
        "RoleArn": f"qcs::cam::uin/{account.uin}:roleName/{role.name}",
    }
