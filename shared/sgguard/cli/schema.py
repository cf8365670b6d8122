"""`sgguard schema`: JSON Schemas of the files that a person writes."""

from __future__ import annotations

import sys

import msgspec
import typer

from sgguard.baseline import site_schema


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="JSON Schemas of the files that a person writes.")
    group.callback()(_group)
    group.command("config")(_config)
    app.add_typer(group, name="schema")


def _group() -> None:
    """JSON Schemas of the files that a person writes."""


def _config() -> None:
    """Print the JSON Schema of the site's config, for an editor or a check of its own.

    Editors with a YAML language server read it where the file begins with
    "# yaml-language-server: $schema=sgguard.schema.json".
    """
    schema = msgspec.json.format(msgspec.json.encode(site_schema()), indent=2)
    sys.stdout.write(schema.decode() + "\n")
