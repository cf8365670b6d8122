"""`sgguard doctor`: looks a deployment over, reading only."""

from __future__ import annotations

import time
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sgguard.cli import exit_code
from sgguard.deployment.checkup import Line, check_up
from sgguard.deployment.management_api import ManagementApi
from sgguard.report.text import plain

_STYLES = {"ok": "green", "problem": "bold red", "unknown": "yellow"}
_LONGEST = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(_doctor)


def _doctor(
    service: Annotated[str, typer.Option("--service", help="As in serverless.yml.")] = "sgguard",
    stage: Annotated[str, typer.Option("--stage", "-s", help="As it was deployed with.")] = "dev",
    region: Annotated[str, typer.Option("--region", help="Of the functions.")] = "ap-guangzhou",
    namespace: Annotated[str, typer.Option("--namespace", help="Of the functions.")] = "default",
    output: Annotated[str, typer.Option("--output", "-o", help="table or json.")] = "table",
) -> None:
    """Check a deployment: credentials, permissions, event path, timer, function, store, channels.

    Nothing is changed. Each line says ok, problem or unknown, and how to fix it.
    """
    lines = list(
        check_up(
            ManagementApi(region),
            prefix=f"{service}-{stage}",
            region=region,
            namespace=namespace,
            now=time.time,  # noqa: TID251 - the command line is where time comes in
        )
    )
    if output == "json":
        document = {"schema": "sgguard/checkup/v1", "lines": lines}
        print(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
    else:
        _print(Console(), lines)
    statuses = {line.status for line in lines}
    if "problem" in statuses:
        raise typer.Exit(exit_code.FINDINGS)
    if "unknown" in statuses:
        raise typer.Exit(exit_code.UNDECIDED)


def _print(console: Console, lines: list[Line]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("check", "status", "found", "how to fix"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        status = Text(line.status, style=_STYLES[line.status])
        found, fix = (escape(plain(text, _LONGEST)) for text in (line.found, line.fix))
        table.add_row(line.check, status, found, fix)
    console.print(table)
