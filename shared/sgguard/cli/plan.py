"""`sgguard plan`: what would be done about a group."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from sgguard.cli import exit_code
from sgguard.cli.case import Files, read_case
from sgguard.cli.options import (
    Before,
    Bindings,
    BindingsBefore,
    Cluster,
    Config,
    Group,
    GroupId,
    Output,
    Spoken,
    Templates,
    TemplatesBefore,
)
from sgguard.cli.table import print_plan
from sgguard.model.plan import Mode
from sgguard.plan import Guardrails, decide, restrain_group
from sgguard.report.document import plan_document


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(_command)


def _command(  # noqa: PLR0913, PLR0917 (an option each)
    group: Group,
    cluster: Cluster,
    templates: Templates = None,
    config: Config = None,
    bindings: Bindings = None,
    before: Before = None,
    templates_before: TemplatesBefore = None,
    bindings_before: BindingsBefore = None,
    group_id: GroupId = None,
    mode: Annotated[
        Mode, typer.Option(help="The mode to decide for; this command never writes.")
    ] = "enforce",
    output: Annotated[Output, typer.Option(help="json or table.")] = "json",
    language: Spoken = "en",
) -> None:
    """Show what enforce would do about a group: decision, reasons, writes, and the proof.

    Nothing is written, and no cloud is asked. What the config says about the group holds: its mode, protected
    groups, maintenance windows. Approvals, freezes, fights and the change budget are not looked at.
    """
    files = Files(
        group=group,
        cluster=cluster,
        group_id=group_id,
        templates=templates,
        config=config,
        bindings=bindings,
        before=before,
        templates_before=templates_before,
        bindings_before=bindings_before,
    )
    given = read_case(files)
    evaluation = given.evaluation()
    guardrails = restrain_group(
        Guardrails(mode=mode, min_severity=given.site.revert.min_severity),
        given.site.revert,
        given.group_id,
        [given.cluster.cluster_id],
        None,
        now=given.circumstances.now,
    )
    # Nobody can approve of what is not kept; freezes and limits are the store's to tell.
    guardrails = msgspec.structs.replace(guardrails, approval=None)
    plan = decide(evaluation, given.group, given.expectation, guardrails, given.circumstances)
    if output == "json":
        sys.stdout.write(msgspec.json.encode(plan_document(plan, language)).decode() + "\n")
    else:
        print_plan(Console(), plan, language)
    raise typer.Exit(exit_code.of_verdicts([evaluation.verdict]))
