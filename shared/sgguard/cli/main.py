"""The `sgguard` command.

Exit codes: 0 clean, 1 unexpected error, 2 usage or config, 3 findings, 4 could not decide. Data goes to
standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points, version
from typing import Annotated

import typer

from sgguard.cli import (
    baseline,
    config,
    discover,
    doctor,
    errands,
    evaluate,
    exit_code,
    explain,
    freeze,
    journal,
    notify,
    outbox,
    plan,
    schema,
    sweep,
    waive,
)
from sgguard.errors import ConfigError, GuardError

COMMANDS = (
    evaluate,
    explain,
    plan,
    baseline,
    config,
    schema,
    doctor,
    discover,
    sweep,
    journal,
    errands,
    freeze,
    notify,
    outbox,
    waive,
)
"""In the order of the help."""


def build_app() -> typer.Typer:
    """The command with everything that is installed; plug-ins add theirs by the group `sgguard.commands`."""
    app = typer.Typer(
        name="sgguard",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Guards the security groups of Tencent Kubernetes Engine clusters.",
        epilog="Exit codes: 0 clean, 1 unexpected error, 2 usage or config, 3 findings, 4 could not decide.",
    )
    app.callback()(_options)
    for command in COMMANDS:
        command.register(app)
    for plug_in in sorted(entry_points(group="sgguard.commands"), key=lambda entry: entry.name):
        plug_in.load()(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        print(version("sgguard"))
        raise typer.Exit


def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Guards the security groups of Tencent Kubernetes Engine clusters."""


def main() -> None:
    """Run the command; every error ends in one message and a documented exit code."""
    try:
        build_app()()
    except ConfigError as error:
        _fail(error.diagnostics(), exit_code.USAGE)
    except GuardError as error:
        _fail(error.diagnostics(), exit_code.UNDECIDED)
    except BrokenPipeError:
        # Whoever read the output has enough; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(exit_code.UNEXPECTED)
    except Exception as error:
        if os.environ.get("SGGUARD_DEBUG"):
            raise
        advice = "Set SGGUARD_DEBUG=1 and run it again to see where."
        _fail(f"Unexpected {type(error).__name__}: {error}\n{advice}", exit_code.UNEXPECTED)


def _fail(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)
