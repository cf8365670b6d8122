"""`sgguard plan`: what would be done about a group."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from sgguard.cli import exit_code
from sgguard.cli.case import read_case
from sgguard.cli.options import Cluster, Config, Group, Output, Templates
from sgguard.cli.table import print_plan
from sgguard.evaluate import evaluate
from sgguard.model.plan import Mode
from sgguard.plan import Guardrails, decide
from sgguard.report.document import plan_document


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(_command)


def _command(
    group: Group,
    cluster: Cluster,
    templates: Templates = None,
    config: Config = None,
    mode: Annotated[
        Mode, typer.Option(help="The mode to decide for; this command never writes.")
    ] = "enforce",
    output: Annotated[Output, typer.Option(help="json or table.")] = "json",
) -> None:
    """Show what enforce would do about a group: decision, reasons, writes, and the proof.

    Nothing is written, and no cloud is asked.
    """
    given = read_case(group, cluster, templates, config)
    evaluation = evaluate(
        given.group, given.expectation, group_id=given.group_id, circumstances=given.circumstances
    )
    guardrails = Guardrails(mode=mode, min_severity=given.site.min_severity)
    plan = decide(evaluation, given.group, given.expectation, guardrails, given.circumstances)
    if output == "json":
        sys.stdout.write(msgspec.json.encode(plan_document(plan)).decode() + "\n")
    else:
        print_plan(Console(), plan)
    raise typer.Exit(exit_code.of_verdicts([evaluation.verdict]))
