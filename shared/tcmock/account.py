"""Accounts and the keys that act in their name."""

from __future__ import annotations

from typing import Literal

import msgspec

from tcmock.clock import Clock
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.region import REGIONS, Region
from tcmock.structure import check_unique, converted

Principal = Literal["Root", "CAMUser", "AssumedRole", "TencentCloudService"]
"""`userIdentity.type` of an audit record."""


class Key(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A key pair and whom it stands for in the audit records."""

    secret_id: str
    secret_key: str
    token: str = ""
    """Temporary keys have one, and every call must carry it."""
    console: bool = False
    """Whether its calls count as made in the console."""
    type: Principal = "Root"
    principal_id: str = ""
    """Digits; ``""`` is the account itself."""
    user_name: str = ""
    """``""`` is what the type suggests: ``root``, the principal, ``roleUser``, or the role's name."""
    role_name: str = ""
    role_session_name: str = ""

    def __repr__(self) -> str:
        return f"Key({self.secret_id}, {self.type})"  # neither secret nor token


class Account:
    """One root account: its keys and its regions."""

    def __init__(self, uin: str, *, ids: Ids, clock: Clock, app_id: str = "") -> None:
        """Raises StateError if `uin` or `app_id` are no numbers."""
        self.uin = _number("", uin)
        self.app_id = _number("app_id", app_id or f"125{uin[-7:]}")
        self.keys: list[Key] = []
        self.regions: dict[str, Region] = {}
        """The regions that were used so far."""
        self._ids = ids
        self._clock = clock

    def add_key(self, **fields: object) -> Key:
        """A key pair; takes the members of `Key`. Secrets left out follow from account and position.

        Raises:
            StateError: a member is wrong.
        """
        name = f"{self.uin}-{len(self.keys)}"
        made_up = {"secret_id": f"AKIDtcmock{name}", "secret_key": f"opens-nothing-{name}"}
        key = converted({**made_up, **fields}, Key)
        _number("principal_id", key.principal_id or self.uin)
        check_unique("secret_id", key.secret_id, [known.secret_id for known in self.keys])
        self.keys.append(key)
        return key

    def region(self, name: str) -> Region:
        """One region, empty on first use.

        Raises:
            StateError: there is no such region.
        """
        if name not in REGIONS:
            raise StateError("", f"`{name}` is no region of Tencent Cloud. Known are {', '.join(REGIONS)}")
        if name not in self.regions:
            self.regions[name] = Region(name, self._ids, self._clock)
        return self.regions[name]


def _number(name: str, text: str) -> str:
    if not text.isdecimal():
        raise StateError(name, f"`{text}` must be a number, such as 100000000001")
    return text
