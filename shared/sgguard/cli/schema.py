"""`sgguard schema`: JSON Schemas of what people write and what tools read."""

from __future__ import annotations

import sys

import msgspec
import typer

from sgguard.baseline import site_schema
from sgguard.config.schema import Schema
from sgguard.report.schema import evaluation_schema


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="JSON Schemas of what people write and what tools read.")
    group.callback()(_group)
    group.command("config")(_config)
    group.command("evaluation")(_evaluation)
    app.add_typer(group, name="schema")


def _group() -> None:
    """JSON Schemas of what people write and what tools read."""


def _config() -> None:
    """Print the JSON Schema of the site's config, for an editor or a check of its own.

    Editors with a YAML language server read it where the file begins with
    "# yaml-language-server: $schema=sgguard.schema.json".
    """
    _print(site_schema())


def _evaluation() -> None:
    """Print the JSON Schema of what evaluate --output json and jsonl write."""
    _print(evaluation_schema())


def _print(schema: Schema) -> None:
    text = msgspec.json.format(msgspec.json.encode(schema), indent=2)
    sys.stdout.write(text.decode() + "\n")
