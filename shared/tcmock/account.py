"""Accounts: keys that act in their name, and what they have everywhere or in one region."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from tcmock.clock import Clock
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.region import REGIONS, Region
from tcmock.section import Sections
from tcmock.stores import Stores
from tcmock.structure import Fields, check_known, converted, under

_PLAIN = ("app_id", "regions")
"""Members of an account's document that are no lists of a service."""


Principal = Literal["Root", "CAMUser", "AssumedRole", "TencentCloudService"]
"""`userIdentity.type` of an audit record."""


class Assumer(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Who took on a role; numbers as text."""

    uin: str
    owner_uin: str
    owner_app_id: str


class Key(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A key pair and whom it stands for."""

    secret_id: str
    secret_key: str
    token: str = ""
    """Temporary keys have one, and every call must carry it."""
    expires: int | None = None
    """Seconds since the epoch on the cloud's clock; None for a key that lasts."""
    console: bool = False
    """Whether its calls count as made in the console."""
    type: Principal = "Root"
    """``AssumedRole`` may do what the policies of its role allow; the others may do everything."""
    principal_id: str = ""
    """Digits; ``""`` is the account itself."""
    user_name: str = ""
    """``""`` is what the type suggests: ``root``, the principal, ``roleUser``, or the role's name."""
    role_name: str = ""
    role_session_name: str = ""
    session_policy: str = ""
    """A policy document that narrows what the role allows; ``""`` for none."""
    assumer: Assumer | None = None
    """None if the role was taken on within its own account."""

    def __repr__(self) -> str:
        return f"Key({self.secret_id}, {self.type})"  # neither secret nor token


class Schema(NamedTuple):
    """What state documents may say."""

    account: Sections[Account]
    region: Sections[Region]


class Account(Stores):
    """One root account. Its own stores are those of products without regions."""

    def __init__(self, uin: str, schema: Schema, *, ids: Ids, clock: Clock, app_id: str = "") -> None:
        """Raises StateError if `uin` or `app_id` are no numbers."""
        super().__init__()
        self.uin = _number("", uin)
        self.app_id = _number("app_id", app_id or f"125{uin[-7:]}")
        self.ids = ids
        self.clock = clock
        self.keys: list[Key] = []
        self.regions: dict[str, Region] = {}
        """The regions that were used so far."""
        self._schema = schema

    def add(self, section: str, /, **fields: object) -> str:
        """An entry of any list that a state document's account may have beside its regions; gives its id.

        Raises:
            StateError: it cannot be.
        """
        return self._schema.account.add(self, section, fields)

    def add_key(self, **fields: object) -> Key:
        """A key pair; takes the members of `Key`. Secrets left out follow from account and position.

        Raises:
            StateError: a member is wrong.
        """
        self.add("keys", **fields)
        return self.keys[-1]

    def region(self, name: str) -> Region:
        """One region, empty on first use.

        Raises:
            StateError: there is no such region.
        """
        if name not in REGIONS:
            raise StateError("", f"`{name}` is no region of Tencent Cloud. Known are {', '.join(REGIONS)}")
        if name not in self.regions:
            self.regions[name] = Region(name, self._schema.region, ids=self.ids, clock=self.clock)
        return self.regions[name]

    def load(self, document: Fields) -> None:
        """Add everything of an account's document.

        Raises:
            StateError: naming the place of the first mistake.
        """
        check_known(document, (*_PLAIN, *self._schema.account.names))
        own = {name: value for name, value in document.items() if name not in _PLAIN}
        self._schema.account.load(self, own)
        with under("regions"):
            regions = converted(document.get("regions", {}), dict[str, dict[str, object]])
            for name, sections in regions.items():
                with under(name):
                    self.region(name).load(sections)

    def dump(self) -> dict[str, object]:
        """The document that loads as this account."""
        return {
            "app_id": self.app_id,
            **self._schema.account.dump(self),
            "regions": {name: region.dump() for name, region in self.regions.items()},
        }


def _number(name: str, text: str) -> str:
    if not text.isdecimal():
        raise StateError(name, f"`{text}` must be a number, such as 100000000001")
    return text
