"""Who made a call, from a record's userIdentity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sgguard.event.foreign import account, mapping, text
from sgguard.model.change import Actor, ActorKind

_KINDS: Final[dict[str, ActorKind]] = {
    "root": "root",
    "camuser": "user",
    "subuser": "user",
    "user": "user",
    "assumedrole": "role",
    "role": "role",
    "service": "service",
    "tencentcloudservice": "service",
}
"""userIdentity.type in lower case. Records say Root, CAMUser, AssumedRole and TencentCloudService; the page
says root, user and AssumedRole: https://www.tencentcloud.com/document/product/1021/40499."""


def account_of(element: Mapping[str, object]) -> str:
    """The UIN of the account that an element of `split` is about; empty if it does not say."""
    record = element if "eventName" in element else mapping(element.get("data"))
    return account(mapping(record.get("userIdentity")).get("accountId"))


def actor_of(identity: object) -> Actor:
    """The actor in a userIdentity, an object or its JSON text; `Actor()` when it tells nothing.

    The user name of an assumed role is the constant ``roleUser``. The role's own name sits in sessionContext,
    a JSON text, under extraInfo, a JSON text again; the session name there or beside. Session tokens and
    secret ids lie next to them, so single fields are picked and nothing is copied.
    """
    fields = mapping(identity)
    kind = _KINDS.get(text(fields.get("type")).lower(), "unknown")
    name, session = text(fields.get("userName")), ""
    if kind not in ("root", "user"):
        extra = mapping(mapping(fields.get("sessionContext")).get("extraInfo"))
        name = text(extra.get("roleName")) or name
        session = text(fields.get("roleSessionName")) or text(extra.get("roleSessionName"))
    return Actor(
        kind=kind,
        account_id=account(fields.get("accountId")),
        principal_id=account(fields.get("principalId")),
        name=name,
        session=session,
    )
