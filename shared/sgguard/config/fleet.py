"""The section `fleet`: where the groups are, and how the sweep goes about them."""

from __future__ import annotations

import re

import msgspec

from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_list, a_number, a_text, an_object, keys

_REGION = r"^[a-z]{2,}(-[a-z0-9]+)+$"
_UIN = r"^[0-9]{5,20}$"
_ROLE = r"^[\w+=,.@-]{1,128}$"
_FUNCTION = r"^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$"
MEMBER: Schema = an_object(
    {
        "account": a_text(pattern=_UIN, about="UIN of the account."),
        "role": a_text(pattern=_ROLE, about="Name of the role there that trusts this account."),
        "regions": a_list(a_text(pattern=_REGION), about="Default: the fleet's regions."),
    },
    needs=("account", "role"),
    about="Another account, reached by sts:AssumeRole.",
)
SCHEMA: Schema = an_object(
    {
        "regions": a_list(a_text(pattern=_REGION), about="Default: the function's own region."),
        "accounts": a_list(MEMBER, about="Accounts besides the function's own."),
        "guard": a_text(
            pattern=_FUNCTION,
            about="The function that the sweep hands batches to. Without it the sweep works alone.",
        ),
        "batch": a_number(least=1, most=1000, about="Groups handed over at once. Default: 100."),
        "parallel": a_number(least=1, most=32, about="Groups looked at at once. Default: 8."),
        "facts_minutes": a_number(
            least=0, most=1440, about="How old facts may be that nothing is told or written on. Default: 60."
        ),
        "event_minutes": a_number(
            least=1, most=1440, about="How late the event of a change may come. Default: 15."
        ),
        "heartbeat_hours": a_number(
            least=1, most=168, about="The sweep says that all is well once in so many. Default: 24."
        ),
    },
    about="Where the groups are, and how the sweep goes about them.",
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An account besides the function's own."""

    account: str
    """UIN, digits."""
    role: str
    regions: tuple[str, ...] = ()
    """Empty: the fleet's."""

    @property
    def arn(self) -> str:
        """https://www.tencentcloud.com/document/product/598/35838."""
        return f"qcs::cam::uin/{self.account}:roleName/{self.role}"


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """Where the groups are."""

    regions: tuple[str, ...] = ()
    """Empty: the region that the code runs in."""
    members: tuple[Member, ...] = ()
    guard: str = ""
    """Name of the function that batches are handed to; empty: the sweep works alone."""
    batch: int = 100
    parallel: int = 8
    facts_minutes: int = 60
    event_minutes: int = 15
    heartbeat_hours: int = 24

    def member(self, account: str) -> Member | None:
        """The account of that UIN; None for the function's own and for one that is not written down."""
        return next((member for member in self.members if member.account == account), None)


def read_fleet(reader: Reader) -> Fleet:
    """The section. Notes what is wrong."""
    reader.only(keys(SCHEMA))
    default = Fleet()
    members = tuple(_read_member(entry) for entry in reader.sections("accounts"))
    seen = [member.account for member in members if member.account]
    for repeated in sorted({account for account in seen if seen.count(account) > 1}):
        reader.problem("accounts", f"has {repeated} twice", "Write each account once.")
    return Fleet(
        regions=reader.texts("regions", _check(_REGION, "a region"), required=False),
        members=members,
        guard=_text(reader, "guard", _FUNCTION, "the name of a function") if reader.has("guard") else "",
        batch=reader.number("batch", default.batch, least=1, most=1000),
        parallel=reader.number("parallel", default.parallel, least=1, most=32),
        facts_minutes=reader.number("facts_minutes", default.facts_minutes, least=0, most=1440),
        event_minutes=reader.number("event_minutes", default.event_minutes, least=1, most=1440),
        heartbeat_hours=reader.number("heartbeat_hours", default.heartbeat_hours, least=1, most=168),
    )


def _read_member(reader: Reader) -> Member:
    reader.only(keys(MEMBER))
    return Member(
        account=_text(reader, "account", _UIN, "a UIN, digits in quotes"),
        role=_text(reader, "role", _ROLE, "the name of a role"),
        regions=reader.texts("regions", _check(_REGION, "a region"), required=False),
    )


def _text(reader: Reader, key: str, pattern: str, what: str) -> str:
    found = reader.text(key)
    if found and not re.fullmatch(pattern, found):
        reader.problem(key, f"is {found!r}, not {what}", "Correct it.")
        return ""
    return found


class _check:  # noqa: N801 (reads as a call)
    """Raises ValueError for a text of another form."""

    def __init__(self, pattern: str, what: str) -> None:
        self._pattern, self._what = pattern, what

    def __call__(self, text: str) -> None:
        if not re.fullmatch(self._pattern, text):
            raise ValueError(f"{text!r} is not {self._what}")
