"""Temporary keys of a role."""

from __future__ import annotations

from tcmock.account import Account, Assumer, Key
from tcmock.cam.state import Role

_BITS = 64


def open_session(
    account: Account,
    role: Role,
    *,
    name: str,
    expires: int,
    assumer: Assumer | None = None,
    policy: str = "",
) -> Key:
    """A key that stands for a role of that account until a time in seconds since the epoch."""
    ids = account.ids
    first, second, third = (ids.uuid().replace("-", "") for _ in range(3))
    return account.add_key(
        secret_id=f"AKID{first}{third[:8]}",
        secret_key=second,
        token=f"{third}{ids.uuid().replace('-', '')}",
        expires=expires,
        type="AssumedRole",
        principal_id=role.role_id,
        role_name=role.name,
        role_session_name=name,
        session_policy=policy,
        assumer=assumer,
    )
