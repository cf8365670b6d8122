"""`sgguard config`: the site's own file, from YAML to what the function reads."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sgguard.baseline import read_site
from sgguard.cli.files import read_source
from sgguard.errors import ConfigError, Problem

File = Annotated[str, typer.Argument(metavar="FILE", help="The site's config, YAML or JSON; - reads it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The site's config.")
    group.callback()(_group)
    group.command("check")(_check)
    group.command("compile")(_compile)
    app.add_typer(group, name="config")


def _group() -> None:
    """The site's config: check it, and compile it for the function."""


def _check(file: File) -> None:
    """Read the config and say everything that is wrong with it, by file and line."""
    read_site(*read_source(file))
    print(f"{file} is valid.", file=sys.stderr)


def _compile(
    file: File,
    output: Annotated[
        str, typer.Option("--output", "-o", help="Where the JSON goes; - prints it. SGGUARD_CONFIG names it.")
    ] = "-",
) -> None:
    """Check the config and write the one JSON file that the function's zip ships.

    The function reads it without a YAML parser. The same config gives the same bytes. Nothing is written if
    anything is wrong.
    """
    content = compiled(file)
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise ConfigError([Problem(output, what, "Choose another place.")]) from error
    print(
        f"{file} compiled into {output}: set SGGUARD_CONFIG to where the function finds it.", file=sys.stderr
    )


def compiled(file: str) -> bytes:
    """What the function's zip ships of a config. Raises ConfigError with everything that is wrong with it."""
    document, source = read_source(file)
    read_site(document, source)
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=_plain), indent=1) + b"\n"


def _plain(value: object) -> str:
    """A date, which YAML makes of an unquoted one."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
