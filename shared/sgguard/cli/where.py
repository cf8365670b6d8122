"""Which regions and accounts a command is about."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import msgspec
import typer

from sgguard.config.fleet import Fleet
from sgguard.errors import ConfigError, Problem
from sgguard.sweep import Place, places_of

EVERY_REGION = (
    *("ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing", "ap-chengdu", "ap-chongqing", "ap-hongkong"),
    *("ap-taipei", "ap-seoul", "ap-tokyo", "ap-singapore", "ap-bangkok", "ap-jakarta", "ap-mumbai"),
    *("na-siliconvalley", "na-ashburn", "na-toronto", "sa-saopaulo", "eu-frankfurt"),
)
"""https://www.tencentcloud.com/document/product/213/6091."""

Regions = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--region", help="A region, or all; may be repeated. Default: the config's, else the environment's."
    ),
]
Accounts = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--account", help="UIN of an account of the config's fleet, or own; may be repeated. Default: all."
    ),
]


def places(fleet: Fleet, regions: list[str] | None, accounts: list[str] | None) -> tuple[Place, ...]:
    """The places that are meant. Raises ConfigError."""
    wanted = tuple(dict.fromkeys(regions or ()))
    if wanted:
        chosen = EVERY_REGION if "all" in wanted else wanted
        members = tuple(msgspec.structs.replace(member, regions=()) for member in fleet.members)
        fleet = msgspec.structs.replace(fleet, regions=chosen, members=members)
    found = places_of(fleet, os.environ.get("TENCENTCLOUD_REGION", ""))
    if not found:
        fix = "Give --region, set TENCENTCLOUD_REGION, or write fleet.regions in the config."
        raise ConfigError([Problem("--region", "is not given and no region is configured", fix)])
    return _of_accounts(found, fleet, accounts or [])


def _of_accounts(found: tuple[Place, ...], fleet: Fleet, accounts: list[str]) -> tuple[Place, ...]:
    known = {"own", *(member.account for member in fleet.members)}
    problems = [
        Problem("--account", f"{account} is not in the config's fleet", f"Known: {', '.join(sorted(known))}.")
        for account in accounts
        if account not in known
    ]
    if problems:
        raise ConfigError(problems)
    wanted = {"" if account == "own" else account for account in accounts}
    return tuple(place for place in found if not wanted or place.account in wanted)
