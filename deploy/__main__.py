"""``python -m deploy``: what serverless.yml says comes as JSON on standard input, or from a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy import commands
from deploy.build import Places
from deploy.reading import read_service
from sgguard.errors import ConfigError, GuardError, Problem

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 not done, 2 usage or config."""
    options = _parser().parse_args(arguments)
    try:
        service = read_service(_document(options.service))
        output = options.package or ROOT / ".serverless" / "build"
        return commands.COMMANDS[options.command].run(service, Places(ROOT, output), options)
    except ConfigError as error:
        print(error.diagnostics(), file=sys.stderr)
        return 2
    except GuardError as error:
        print(error.diagnostics(), file=sys.stderr)
        return 1


def _document(file: str) -> object:
    try:
        return json.loads(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fix = "Write `npx osls print --format json` into it, or start from docs/service.example.json."
        raise ConfigError([Problem(file, f"is no JSON that can be read: {error}", fix)]) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    names = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in commands.COMMANDS.items():
        options = names.add_parser(name, help=command.help, description=command.help)
        options.add_argument(
            "--service",
            default="-",
            metavar="FILE",
            help="the resolved serverless.yml as JSON (default: stdin)",
        )
        options.add_argument(
            "--package", type=Path, metavar="FOLDER", help="of the build (default: .serverless/build)"
        )
        command.options(options)
    return parser


if __name__ == "__main__":
    sys.exit(main())
