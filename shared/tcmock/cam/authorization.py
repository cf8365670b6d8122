"""Whether a key may do what it asks for.

Only keys that stand for a role are checked. Against which name and resource the vendor checks an action is
documented for a part of them, and seen in refusals for others; where readings differ, either passes.
"""

from __future__ import annotations

from tcmock.account import Account, Key
from tcmock.cam.policy_document import allows, permissions
from tcmock.cam.state import CamState
from tcmock.errors import APIError
from tcmock.invocation import Permission
from tcmock.parameters import Params


def check(
    account: Account, key: Key, action: str, permission: Permission, region: str, params: Params
) -> None:
    """Refuse a call that the key's role does not allow.

    Args:
        account: whom the key belongs to.
        key: that signed the call.
        action: like ``vpc:DescribeVpcs``.
        permission: what else allows the action, and on what.
        region: of the call.
        params: of the call.

    Raises:
        APIError: ``UnauthorizedOperation``, worded as the vendor words it.
    """
    if key.type != "AssumedRole":
        return
    cam, names = account[CamState], (*permission.names, action)
    role, resource = cam.role_named(key.role_name), _resource(account, action, permission, region, params)
    granted = role is not None and allows(cam.statements_of(role), names, resource)
    if granted and key.session_policy:
        granted = allows(permissions(key.session_policy), names, resource)
    if not granted:
        raise APIError(
            "UnauthorizedOperation",
            f"you are not authorized to perform operation ({names[0]})\n"
            f"resource ({resource}) has no permission",
        )


def _resource(account: Account, action: str, permission: Permission, region: str, params: Params) -> str:
    if permission.resource is None:
        return "*"
    resource, product = permission.resource(params), permission.resource_product or action.partition(":")[0]
    whole = resource.startswith("qcs:")
    return resource if whole else f"qcs::{product}:{region}:uin/{account.uin}:{resource}"
