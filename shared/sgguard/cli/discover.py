"""`sgguard discover`: which groups serve which clusters, and why the others serve none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from sgguard import wiring
from sgguard.adapters.clock import system_time
from sgguard.cli import exit_code
from sgguard.cli.case import read_site_file
from sgguard.cli.options import Config, OptionalText, Output
from sgguard.cli.where import Accounts, Regions, places
from sgguard.config.fleet import Fleet
from sgguard.errors import GuardError
from sgguard.facts import Standing, Status, Survey, View, survey
from sgguard.report.text import plain
from sgguard.sweep import Place

_STATUSES: tuple[Status, ...] = ("covered", "not-covered", "undetermined")
_STYLES = {"covered": "green", "not-covered": "dim", "undetermined": "yellow"}


class Found(msgspec.Struct, frozen=True):
    """One place and what was found there, or why nothing could be."""

    place: Place
    survey: Survey | None
    error: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("discover")(_command)


def _command(
    regions: Regions = None,
    accounts: Accounts = None,
    explain: Annotated[
        OptionalText, typer.Option(help="A security group: say why it is covered, or why not.")
    ] = None,
    every: Annotated[bool, typer.Option("--every", help="List groups that are not covered too.")] = False,
    config: Config = None,
    output: Output = "table",
) -> None:
    """Find the security groups of TKE clusters: which cluster, which role, which networks.

    Reads only. Keys come from the environment: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY.
    """
    fleet = read_site_file(config).fleet
    chosen = places(fleet, regions, accounts)
    progress = Console(stderr=True)
    found = [
        _look(place, fleet)
        for place in track(chosen, "reading", console=progress, disable=not progress.is_terminal)
    ]
    for one in found:
        if one.error:
            print(f"{one.place.name} could not be read: {one.error}", file=sys.stderr)
    if explain:
        found = [_only(explain, one) for one in found]
    if output == "json":
        documents = [_document(one, every=every or bool(explain)) for one in found]
        document = {"schema": "sgguard/discovery/v1", "places": documents}
        print(msgspec.json.encode(document).decode())
    elif explain:
        _print_reasons(explain, found)
    else:
        _print_table(found, every=every)
    raise typer.Exit(_code(found, explain))


def _look(place: Place, fleet: Fleet) -> Found:
    try:
        return Found(
            place, survey(View(place.region, wiring.readers_of(fleet, place.account), now=system_time()))
        )
    except GuardError as error:
        return Found(place, None, error.diagnostics())


def _only(group_id: str, found: Found) -> Found:
    if found.survey is None:
        return found
    groups = tuple(group for group in found.survey.groups if group.group_id == group_id)
    return Found(found.place, msgspec.structs.replace(found.survey, groups=groups))


def _shown(found: Found, *, every: bool) -> tuple[Standing, ...]:
    groups = found.survey.groups if found.survey else ()
    return tuple(group for group in groups if every or group.status != "not-covered")


def _document(found: Found, *, every: bool) -> dict[str, object]:
    place = {"account": found.place.account, "region": found.place.region}
    if found.survey is None:
        return {**place, "error": found.error}
    return {
        **place,
        "observed_at": found.survey.observed_at,
        "clusters": found.survey.clusters,
        "covered": len(found.survey.of("covered")),
        "not_covered": len(found.survey.of("not-covered")),
        "undetermined": len(found.survey.of("undetermined")),
        "groups": msgspec.to_builtins(_shown(found, every=every)),
    }


def _print_table(found: Sequence[Found], *, every: bool) -> None:
    table = Table("Where", "Group", "Name", "Status", "Why", box=None, pad_edge=False)
    for one in found:
        for group in _shown(one, every=every):
            status = f"[{_STYLES[group.status]}]{group.status}[/]"
            why = escape(plain("; ".join(group.reasons), 400))
            table.add_row(one.place.name, group.group_id, escape(plain(group.name, 60)), status, why)
    Console().print(table)
    surveys = [one.survey for one in found if one.survey]
    counts = [sum(len(survey.of(status)) for survey in surveys) for status in _STATUSES]
    clusters = sum(len(survey.clusters) for survey in surveys)
    print(
        f"{clusters} clusters in {len(surveys)} of {len(found)} places: {counts[0]} groups covered, "
        f"{counts[1]} not covered, {counts[2]} could not be told.",
        file=sys.stderr,
    )


def _print_reasons(group_id: str, found: Sequence[Found]) -> None:
    for one in found:
        for group in _shown(one, every=True):
            print(f"{group_id} in {one.place.name} is {group.status.replace('-', ' ')}.")
            for reason in group.reasons:
                print(f"  {plain(reason, 400)}")
            for scope in group.scopes:
                networks = (("pods", scope.pod_cidrs), ("nodes", scope.node_cidrs), ("VPC", scope.vpc_cidrs))
                said = "; ".join(f"{word} {', '.join(cidrs)}" for word, cidrs in networks if cidrs)
                print(f"  {scope.cluster_id} as {scope.role}: {said}")
    if not any(one.survey and one.survey.groups for one in found):
        print(f"{group_id} was found nowhere: give its --region and, for another account, its --account.")


def _code(found: Sequence[Found], explain: str | None) -> int:
    doubtful = any(one.survey is None or bool(one.survey.of("undetermined")) for one in found)
    missing = explain and not any(one.survey and one.survey.groups for one in found)
    return exit_code.UNDECIDED if doubtful or missing else exit_code.CLEAN
