"""`sgguard apply` and `sgguard undo`: writes that a person asks for."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from sgguard.cli import exit_code
from sgguard.cli.options import Output
from sgguard.cli.store import Person, Where, hands, person
from sgguard.cli.table import print_plan
from sgguard.errand import Done, apply_plan, undo
from sgguard.report.document import outcome_document, plan_document
from sgguard.wording import say

_Output = Annotated[Output, typer.Option(help="table or json.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("apply")(_apply)
    app.command("undo")(_undo)


def _apply(
    plan_id: Annotated[str, typer.Argument(metavar="PLAN", help="The id that the alert asks approval for.")],
    by: Person = "",
    store: Where = "",
    output: _Output = "table",
) -> None:
    """Carry out a plan that waits for approval, as long as its group is at the version it was proven on.

    Asks the cloud, with the keys of the environment; the proof is made again before anything is written.
    Exit code 0 means written and checked; 4 that it was not done, with the reason.
    """
    with hands(store) as guard:
        done = apply_plan(plan_id, guard, by=person(by))
    _print(done, output)


def _undo(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Id in the journal, or the start of it.")],
    by: Person = "",
    store: Where = "",
    freeze: Annotated[
        bool,
        typer.Option(help="Freeze the group, or the guard reverts it again at the next event."),
    ] = True,
    output: _Output = "table",
) -> None:
    """Put a group's rows back as they were before a deed of the guard, and freeze the group.

    The same proof forbids cutting required traffic, and the same comparison of versions guards the write. It
    is refused if anybody wrote to the group since. Exit code 0 means written and checked; 4 not done.
    """
    with hands(store) as guard:
        done = undo(identity, guard, by=person(by), freeze=freeze)
    _print(done, output)


def _print(done: Done, output: Output) -> None:
    if output == "json":
        document = {
            "schema": "sgguard/errand/v1",
            "plan": plan_document(done.plan),
            "outcome": outcome_document(done.outcome),
            "frozen": done.frozen,
        }
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        console = Console()
        print_plan(console, done.plan)
        console.print(Text.assemble("result: ", Text(done.outcome.result, style="bold")))
        for reason in done.outcome.reasons:
            console.print(Text(f"  {say(reason)}"))
        console.print(f"journal: {done.outcome.journal or 'nothing'}")
        if done.frozen:
            console.print(
                f"{done.plan.group_id} is frozen. Lift it: sgguard unfreeze --group {done.plan.group_id}"
            )
    raise typer.Exit(exit_code.CLEAN if done.outcome.result == "reverted" else exit_code.UNDECIDED)
