"""`sgguard baseline`: what groups are compared with."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from sgguard.adapters.clock import system_time
from sgguard.baseline import expect
from sgguard.cli.case import read_site_file
from sgguard.cli.files import read_source
from sgguard.cli.options import Cluster, Config, Output
from sgguard.cli.table import print_expectation
from sgguard.config.cluster import read_cluster
from sgguard.report.document import expectation_document


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What groups are compared with.")
    group.callback()(_group)
    group.command("show")(_show)
    app.add_typer(group, name="baseline")


def _group() -> None:
    """What groups are compared with."""


def _show(
    cluster: Cluster,
    config: Config = None,
    output: Annotated[Output, typer.Option(help="table or json.")] = "table",
) -> None:
    """Print every requirement as resolved for a cluster, and where it comes from."""
    site = read_site_file(config)
    scope = read_cluster(*read_source(cluster))
    expectation, forbidden = expect([scope], site), site.baselines[scope.role].forbidden
    # A waiver for groups only cannot be told of here; those for this cluster and for all can.
    waivers = [waiver for waiver in site.waivers if waiver.concerns("", [scope]) or waiver.groups]
    now = system_time()
    if output == "json":
        document = expectation_document(expectation, forbidden=forbidden, waivers=waivers, now=now)
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        print_expectation(Console(), expectation, forbidden, waivers, now)
