"""State as one JSON document, `tcmock/state/v1`. docs/emulator.md shows one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tcmock.account import Account
from tcmock.catalogue import SCHEMA
from tcmock.clock import Clock
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.structure import Fields, converted, text, under

FORMAT = "tcmock/state/v1"


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    accounts: dict[str, dict[str, object]]


def new_account(uin: str, *, ids: Ids, clock: Clock, app_id: str = "") -> Account:
    """An account with nothing in it, not even a key.

    Raises:
        StateError: a number is none.
    """
    return Account(uin, SCHEMA, ids=ids, clock=clock, app_id=app_id)


def accounts_from(document: Mapping[str, object], ids: Ids, clock: Clock) -> dict[str, Account]:
    """The accounts of a document.

    Raises:
        StateError: naming the place of the first mistake.
    """
    given = converted(document, _Document)
    if given.schema != FORMAT:
        raise StateError("schema", f"is `{given.schema}`; this version reads {FORMAT}")
    if not given.accounts:
        raise StateError("accounts", "is empty; one account at least must be there to call with")
    accounts: dict[str, Account] = {}
    for uin, fields in given.accounts.items():
        with under(f"accounts.{uin}"):
            accounts[uin] = _account(uin, fields, ids, clock)
    _check_keys(accounts.values())
    return accounts


def document_of(accounts: Iterable[Account]) -> dict[str, object]:
    """The document that loads as these accounts."""
    return {"schema": FORMAT, "accounts": {account.uin: account.dump() for account in accounts}}


def _account(uin: str, fields: Fields, ids: Ids, clock: Clock) -> Account:
    account = new_account(uin, ids=ids, clock=clock, app_id=text({"app_id": "", **fields}, "app_id"))
    account.load({**fields, "keys": fields.get("keys") or [{}]})
    return account


def _check_keys(accounts: Iterable[Account]) -> None:
    seen: set[str] = set()
    for account in accounts:
        for index, key in enumerate(account.keys):
            if key.secret_id in seen:
                raise StateError(
                    f"accounts.{account.uin}.keys[{index}].secret_id", "another key has it already"
                )
            seen.add(key.secret_id)
