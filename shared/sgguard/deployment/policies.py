"""The CAM policies of a deployment, made from the API actions that its code can call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from sgguard.deployment.cam_names import USES, allowing, document, is_read

_GROUPS = ("qcs::cvm:*:uin/{uin}:sg/*", "qcs::vpc:*:uin/{uin}:sg/*")
"""Security groups, as documented (https://www.tencentcloud.com/document/product/598/57179) and as tools spell
them."""
BY_TIMER = ("sweep",)
"""Functions that a timer calls. The others are called by events, and invoke themselves with what is left."""
_COS = ("DeleteObject", "GetBucket", "GetObject", "HeadObject", "PutObject")
FILE = Path(__file__).with_name("permissions.json")


class Permissions(msgspec.Struct, frozen=True):
    """The API actions that a function can call, such as ``vpc:DescribeVpcs``."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What a function may use besides what it reads, as policies name it."""

    functions: tuple[str, ...] = ()
    """Functions that it may hand events to."""
    roles: tuple[str, ...] = ()
    """Roles of other accounts that it may take on."""

    def of(self, action: str) -> tuple[str, ...]:
        """Resources of one of `USES`."""
        return self.functions if action == "scf:Invoke" else self.roles


@cache
def permissions() -> Mapping[str, Permissions]:
    """By function, as tools/write_deployment.py found them in the code."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Permissions])


def split(actions: Sequence[str]) -> Permissions:
    """Reads and writes apart."""
    return Permissions(
        reads=tuple(action for action in actions if is_read(action)),
        writes=tuple(action for action in actions if not is_read(action)),
    )


def read_policy(needed: Permissions, reach: Reach = Reach()) -> dict[str, object]:  # noqa: B008 - frozen
    """What observe needs. Listings are checked without a resource, so they are allowed on all.

    Invoking a function and taking on a role are allowed on what is within reach, and not at all without it.
    """
    plain = [action for action in needed.reads if action not in USES]
    uses = [action for action in needed.reads if action in USES and reach.of(action)]
    return document(allowing(plain), *(allowing([action], reach.of(action)) for action in uses))


def function_resources(region: str, uin: str, namespace: str, name: str) -> tuple[str, ...]:
    """A function and its versions: https://www.tencentcloud.com/document/product/598/57195."""
    whole = f"qcs::scf:{region}:uin/{uin}:namespace/{namespace}/function/{name}"
    return whole, f"{whole}/*"


def write_policy(needed: Permissions, uin: str) -> dict[str, object]:
    """What enforce needs besides: writes, to security groups of one account."""
    return document(allowing(needed.writes, write_resources(uin)))


def write_resources(uin: str) -> list[str]:
    """The security groups of an account, as policies name them."""
    return [group.format(uin=uin) for group in _GROUPS]


def store_policy(bucket: str, prefix: str, region: str) -> dict[str, object]:
    """What a store on COS needs: the documents below one prefix of one bucket, and the list of what is there.

    https://www.tencentcloud.com/document/product/436/30581
    """
    by_resource: dict[str, list[str]] = {}
    for action, resource in store_actions(bucket, prefix, region):
        by_resource.setdefault(resource, []).append(f"name/{action}")
    return document(*(allowing(actions, [resource]) for resource, actions in by_resource.items()))


def store_actions(bucket: str, prefix: str, region: str) -> list[tuple[str, str]]:
    """Each action that a store on COS needs, such as ``cos:GetObject``, and on which resource.

    A list is asked of the bucket: whether CAM looks at its prefix is not documented.
    """
    whole = f"qcs::cos:{region}:uid/{bucket.rpartition('-')[2]}:{bucket}"
    below = "/".join(filter(None, (whole, prefix)))
    return [(f"cos:{action}", f"{whole if action == 'GetBucket' else below}/*") for action in _COS]


def trust_of_functions() -> dict[str, object]:
    """Who may take on the role of a function: SCF
    (https://www.tencentcloud.com/document/product/598/19421).
    """
    return _trust({"service": ["scf.qcloud.com"]})


def trust_of_account(uin: str) -> dict[str, object]:
    """Who may take on a role in a member account: the account that the guard runs in."""
    return _trust({"qcs": [f"qcs::cam::uin/{uin}:root"]})


def _trust(principal: Mapping[str, Sequence[str]]) -> dict[str, object]:
    statement = {"action": ["name/sts:AssumeRole"], "effect": "allow", "principal": principal}
    return {"version": "2.0", "statement": [statement]}
