"""State as one JSON document, `tcmock/state/v1`. docs/emulator.md shows one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from tcmock.account import Account
from tcmock.clock import Clock
from tcmock.errors import StateError
from tcmock.ids import Ids
from tcmock.region import Region
from tcmock.structure import Fields, converted, under
from tcmock.tke.document import cluster_document
from tcmock.vpc.document import group_document, policy_set

SCHEMA = "tcmock/state/v1"

_SECTIONS = ("vpcs", "subnets", "security_groups", "instances", "clusters")


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    accounts: dict[str, dict[str, object]]


class _AccountDocument(msgspec.Struct, forbid_unknown_fields=True):
    app_id: str = ""
    keys: list[dict[str, object]] = []
    regions: dict[str, dict[str, object]] = {}


def accounts_from(document: Mapping[str, object], ids: Ids, clock: Clock) -> dict[str, Account]:
    """The accounts of a document.

    Raises:
        StateError: naming the place of the first mistake.
    """
    given = converted(document, _Document)
    if given.schema != SCHEMA:
        raise StateError("schema", f"is `{given.schema}`; this version reads {SCHEMA}")
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
    return {
        "schema": SCHEMA,
        "accounts": {
            account.uin: {
                "app_id": account.app_id,
                "keys": msgspec.to_builtins(account.keys),
                "regions": {name: _region_document(region) for name, region in account.regions.items()},
            }
            for account in accounts
        },
    }


def _account(uin: str, fields: Fields, ids: Ids, clock: Clock) -> Account:
    given = converted(fields, _AccountDocument)
    account = Account(uin, ids=ids, clock=clock, app_id=given.app_id)
    for index, key in enumerate(given.keys or [{}]):
        with under(f"keys[{index}]"):
            account.add_key(**key)
    for name, sections in given.regions.items():
        with under(f"regions.{name}"):
            _fill(account.region(name), sections)
    return account


def _fill(region: Region, sections: Fields) -> None:
    """Put everything there in the order of dependence; rows come last, for they may name any group."""
    for name in sections:
        if name not in _SECTIONS:
            raise StateError(name, f"is unknown; a region has {', '.join(_SECTIONS)}")
    _add_all(sections, "vpcs", region.add_vpc)
    _add_all(sections, "subnets", region.add_subnet)
    groups = _listed(sections, "security_groups")
    for index, fields in enumerate(groups):
        with under(f"security_groups[{index}]"):
            bare = {name: value for name, value in fields.items() if name != "SecurityGroupPolicySet"}
            region.add_security_group(**bare)
    for index, (fields, group) in enumerate(zip(groups, region.security_groups.values(), strict=True)):
        with under(f"security_groups[{index}]"):
            group.policies = policy_set(fields, region)
    _add_all(sections, "instances", region.add_instance)
    _add_all(sections, "clusters", region.add_cluster)


def _add_all(sections: Fields, name: str, add: Callable[..., object]) -> None:
    for index, fields in enumerate(_listed(sections, name)):
        with under(f"{name}[{index}]"):
            add(**fields)


def _listed(sections: Fields, name: str) -> list[dict[str, object]]:
    with under(name):
        return converted(sections.get(name, []), list[dict[str, object]])


def _region_document(region: Region) -> dict[str, object]:
    return {
        "vpcs": msgspec.to_builtins(list(region.vpcs.values())),
        "subnets": msgspec.to_builtins(list(region.subnets.values())),
        "security_groups": [group_document(group) for group in region.security_groups.values()],
        "instances": msgspec.to_builtins(list(region.instances.values())),
        "clusters": [cluster_document(cluster) for cluster in region.clusters.values()],
    }


def _check_keys(accounts: Iterable[Account]) -> None:
    seen: set[str] = set()
    for account in accounts:
        for index, key in enumerate(account.keys):
            if key.secret_id in seen:
                raise StateError(
                    f"accounts.{account.uin}.keys[{index}].secret_id", "another key has it already"
                )
            seen.add(key.secret_id)
