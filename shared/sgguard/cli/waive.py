"""`sgguard waive`: what a person has to write down to accept what an alert told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Annotated

import typer
import yaml

from sgguard.adapters.clock import system_time
from sgguard.cli.store import Where, opened
from sgguard.errors import ConfigError, Problem
from sgguard.model.finding import Finding
from sgguard.report.text import plain
from sgguard.state import Standing, Store, all_standing

_Day = Annotated[int, typer.Option(min=1, max=366, help="Days until it is over.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("waive")(_command)


def _command(
    fingerprint: Annotated[str, typer.Argument(help="Of the alert, or the start of it.")],
    reason: Annotated[str, typer.Option(help="Why it is in order.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    days: _Day = 30,
    store: Where = "",
) -> None:
    """Print the waivers that accept exactly what an alert told, to put under waivers in the site's config.

    Nothing is changed: a deviation is in order once the config that holds it is deployed.
    """
    with opened(store) as found:
        standing = _find(found, fingerprint)
    day = datetime.fromtimestamp(system_time(), timezone.utc).date() + timedelta(days=days)
    entries = list(_entries(standing, reason, owner, day.isoformat()))
    if not entries:
        what = "tells of nothing that a waiver could accept"
        raise ConfigError([Problem(fingerprint, what, "See sgguard explain for what was found.")])
    print(yaml.safe_dump({"waivers": entries}, sort_keys=False, allow_unicode=True), end="")


def _find(store: Store, fingerprint: str) -> Standing:
    found = [one for one in all_standing(store) if one.notification.fingerprint.startswith(fingerprint)]
    if len(found) == 1:
        return found[0]
    what = f"{plain(fingerprint)!r} is the start of {len(found) or 'no'} alert's fingerprint"
    raise ConfigError([Problem("FINGERPRINT", what, "The alert ends with it.")])


def _entries(standing: Standing, why: str, owner: str, expires: str) -> Iterator[dict[str, object]]:
    told = standing.notification
    found = [(finding, block) for finding in told.findings for block in finding.traffic]
    for number, (finding, block) in enumerate(found, 1):
        if finding.kind not in {"excess", "missing"} or block.protocol == "other":
            continue
        yield {
            "id": f"{told.group_id}-{told.fingerprint[:8]}-{number}",
            "direction": finding.direction,
            "protocols": [block.protocol],
            "ports": block.ports,
            "peers": list(block.peers),
            "covers": _covers(finding),
            "groups": [told.group_id],
            "reason": why,
            "owner": owner,
            "expires": expires,
        }


def _covers(finding: Finding) -> str:
    return "missing" if finding.kind == "missing" else "excess"
