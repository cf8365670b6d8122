"""AssumeRole and GetCallerIdentity."""

from __future__ import annotations

import re
from urllib.parse import unquote

from tcmock.account import Account, Assumer
from tcmock.cam.policy_document import permissions
from tcmock.cam.state import CamState, Role
from tcmock.clock import utc_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.parameters import Params
from tcmock.sts.session import open_session

DEFAULT_DURATION = 7200
MAX_DURATION = 43200
"""Seconds."""
_ARN = re.compile(r"qcs::cam::uin/(?P<uin>\d+):(?P<kind>role|roleName)/(?P<name>[\w+=,.@-]+)")
_SESSION = re.compile(r"[\w+=,.@-]{2,128}")
_LEFT_OUT = ("ExternalId", "Tags", "SourceIdentity", "SerialNumber", "TokenCode")


def assume(call: Invocation) -> Answer:
    """Temporary keys of a role (https://www.tencentcloud.com/document/api/1150/49456).

    They come with a token, which every call must send. Taking on a role changes nothing and leaves no record.
    """
    for name in _LEFT_OUT:
        if name in call.params:
            raise not_emulated(f"`{name}` of AssumeRole")
    session, policy = call.params.text("RoleSessionName"), unquote(call.params.text("Policy"))
    if not _SESSION.fullmatch(session):
        raise _bad("RoleSessionName", session)
    if policy:
        permissions(policy)
    owner, role = _role(call)
    _check_trust(call, role)
    expires = int(call.now) + _duration(call.params, role)
    key = open_session(owner, role, name=session, expires=expires, assumer=_assumer(call), policy=policy)
    credentials = {"Token": key.token, "TmpSecretId": key.secret_id, "TmpSecretKey": key.secret_key}
    return {"Credentials": credentials, "ExpiredTime": expires, "Expiration": utc_time(expires)}


def get_caller_identity(call: Invocation) -> Answer:
    """Who signed the call. The description shows no answer to a root account; here it reads like a user's."""
    uin, key = call.account.uin, call.key
    if key.type == "AssumedRole":
        return {
            "Type": "CAMRole",
            "AccountId": uin,
            "UserId": f"{key.principal_id}:{key.role_session_name}",
            "PrincipalId": key.assumer.uin if key.assumer else uin,
            "Arn": f"qcs::sts:{uin}:assumed-role/{key.principal_id}",
        }
    principal = key.principal_id or uin
    return {
        "Type": "CAMUser",
        "AccountId": uin,
        "UserId": principal,
        "PrincipalId": principal,
        "Arn": f"qcs::cam:{uin}:uin/{principal}",
    }


def _role(call: Invocation) -> tuple[Account, Role]:
    arn = call.params.text("RoleArn")
    found = _ARN.fullmatch(arn)
    if not found:
        raise _bad("RoleArn", arn)
    owner = call.accounts.get(found["uin"])
    if owner is None:
        raise APIError("InvalidParameter.AccountNotAvaliable", f"The account {found['uin']} does not exist.")
    cam = owner[CamState]
    role = cam.roles.get(found["name"]) if found["kind"] == "role" else cam.role_named(found["name"])
    if role is None:
        raise APIError("ResourceNotFound.RoleNotFound", f"The role `{arn}` does not exist.")
    return owner, role


def _check_trust(call: Invocation, role: Role) -> None:
    """Refuse a caller whom the role does not trust; an account that it trusts may send anybody."""
    account = f"qcs::cam::uin/{call.account.uin}"
    if not {f"{account}:root", f"{account}:uin/{_uin(call)}"} & set(role.trusted):
        raise APIError(
            "UnauthorizedOperation",
            f"you are not authorized to perform operation (sts:AssumeRole)\n"
            f"resource ({call.params.text('RoleArn')}) has no permission",
        )


def _duration(params: Params, role: Role) -> int:
    seconds = params.number("DurationSeconds")
    if seconds is None:
        return min(DEFAULT_DURATION, role.session_duration)
    if not 0 < seconds <= min(MAX_DURATION, role.session_duration):
        raise APIError(
            "InvalidParameter.OverTimeError", f"`DurationSeconds` is {seconds}, which is too long."
        )
    return seconds


def _assumer(call: Invocation) -> Assumer:
    return Assumer(uin=_uin(call), owner_uin=call.account.uin, owner_app_id=call.account.app_id)


def _uin(call: Invocation) -> str:
    """The number of the caller: a role's is its id."""
    return call.key.principal_id or call.account.uin


def _bad(name: str, text: str) -> APIError:
    return APIError("InvalidParameter.ParamError", f"The format of `{name}` is invalid: `{text}`.")
