"""Policies, roles and keys as state documents write them, with what may be left out filled in."""

from __future__ import annotations

import uuid

import msgspec

from tcmock.account import Account, Key
from tcmock.cam.policy_document import permissions, trusted
from tcmock.cam.state import CamState, Policy, Role
from tcmock.clock import china_time
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.structure import Fields, as_in_calls, check_unique, converted

_FIRST_ROLE = 4611686018_000000000
"""Ids of roles begin like this in published records."""


class _Policy(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    policy_name: str
    policy_document: dict[str, object] | str
    policy_id: int = 0
    description: str = ""
    add_time: str = ""
    update_time: str = ""


class _Role(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    role_name: str
    policy_document: dict[str, object] | str = ""
    role_id: str = ""
    description: str = ""
    session_duration: int = 43200
    console_login: int = 0
    add_time: str = ""
    update_time: str = ""
    policies: list[str] = []
    """Names."""


def new_policy_id(ids: Ids) -> int:
    """Eight digits."""
    return 10_000_000 + uuid.UUID(ids.uuid()).int % 90_000_000


def new_role_id(ids: Ids) -> str:
    """Nineteen digits."""
    return str(_FIRST_ROLE + uuid.UUID(ids.uuid()).int % 1_000_000_000)


def add_policy(account: Account, fields: Fields) -> str:
    """A policy; needs `PolicyName` and `PolicyDocument`, which may be an object or the text of one."""
    cam, given, now = account[CamState], converted(fields, _Policy), china_time(account.clock())
    text = _text(given.policy_document)
    with as_in_calls("PolicyDocument"):
        statements = permissions(text)
    policy = Policy(
        policy_id=given.policy_id or new_policy_id(account.ids),
        name=given.policy_name,
        description=given.description,
        text=text,
        statements=statements,
        added=given.add_time or now,
        updated=given.update_time or now,
    )
    check_unique("PolicyName", policy.name, [known.name for known in cam.policies.values()])
    check_unique("PolicyId", str(policy.policy_id), [str(known) for known in cam.policies])
    cam.policies[policy.policy_id] = policy
    return policy.name


def add_role(account: Account, fields: Fields) -> str:
    """A role; needs `RoleName`. `Policies` names what is attached; it trusts its own account by default."""
    cam, given, now = account[CamState], converted(fields, _Role), china_time(account.clock())
    text = _text(given.policy_document or _trust(account))
    with as_in_calls("PolicyDocument"):
        principals = trusted(text)
    known = {policy.name: policy.policy_id for policy in cam.policies.values()}
    for index, name in enumerate(given.policies):
        if name not in known:
            raise StateError(f"Policies[{index}]", f"`{name}` does not exist. Add it to `policies` first")
    role = Role(
        role_id=given.role_id or new_role_id(account.ids),
        name=given.role_name,
        description=given.description,
        text=text,
        trusted=principals,
        session_duration=given.session_duration,
        console_login=given.console_login,
        added=given.add_time or now,
        updated=given.update_time or now,
        policies=tuple(dict.fromkeys(known[name] for name in given.policies)),
    )
    check_unique("RoleName", role.name, [other.name for other in cam.roles.values()])
    check_unique("RoleId", role.role_id, cam.roles)
    cam.roles[role.role_id] = role
    return role.name


def add_key(account: Account, fields: Fields) -> str:
    """A key. One with a `role_name` stands for that role unless its `type` says otherwise."""
    name = f"{account.uin}-{len(account.keys)}"
    made_up: dict[str, object] = {"secret_id": f"AKIDtcmock{name}", "secret_key": f"opens-nothing-{name}"}
    if fields.get("role_name"):
        made_up["type"] = "AssumedRole"
    key = converted({**made_up, **fields}, Key)
    if key.type == "AssumedRole":
        role = account[CamState].role_named(key.role_name)
        if role is None:
            raise StateError("role_name", f"`{key.role_name}` is no role. Add it to `roles` first")
        key = msgspec.structs.replace(key, principal_id=key.principal_id or role.role_id)
    if key.principal_id and not key.principal_id.isdecimal():
        raise StateError("principal_id", f"`{key.principal_id}` must be a number, such as 100000000001")
    check_unique("secret_id", key.secret_id, [known.secret_id for known in account.keys])
    account.keys.append(key)
    return key.secret_id


def dump_policies(account: Account) -> list[dict[str, object]]:
    """The entries that load as the policies."""
    return [
        {
            "PolicyId": policy.policy_id,
            "PolicyName": policy.name,
            "Description": policy.description,
            "PolicyDocument": policy.text,
            "AddTime": policy.added,
            "UpdateTime": policy.updated,
        }
        for policy in account[CamState].policies.values()
    ]


def dump_roles(account: Account) -> list[dict[str, object]]:
    """The entries that load as the roles."""
    cam = account[CamState]
    return [
        {
            "RoleId": role.role_id,
            "RoleName": role.name,
            "Description": role.description,
            "PolicyDocument": role.text,
            "SessionDuration": role.session_duration,
            "ConsoleLogin": role.console_login,
            "AddTime": role.added,
            "UpdateTime": role.updated,
            "Policies": [cam.policies[policy_id].name for policy_id in role.policies],
        }
        for role in cam.roles.values()
    ]


def dump_keys(account: Account) -> list[object]:
    """The entries that load as the keys."""
    return [msgspec.to_builtins(key) for key in account.keys]


def _text(document: dict[str, object] | str) -> str:
    return document if isinstance(document, str) else msgspec.json.encode(document).decode()


def _trust(account: Account) -> dict[str, object]:
    principal = {"qcs": [f"qcs::cam::uin/{account.uin}:root"]}
    sentence = {"action": "name/sts:AssumeRole", "effect": "allow", "principal": principal}
    return {"version": "2.0", "statement": [sentence]}
