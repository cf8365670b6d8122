"""Runs a function once: ``python -m scfshim FOLDER --event FILE|-``.

The function's log goes to stderr, its result (or SCF's error) as JSON to stdout. Credentials come from the
environment, if there are any. Exit code: 0 on status 200, 1 on any other, 2 if the command is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scfshim.credentials import SCF_VARIABLES, SDK_VARIABLES, Credentials, environment_credentials
from scfshim.errors import SettingError, ShimError
from scfshim.invocation import Invocation, Status
from scfshim.runtime import FunctionRuntime


def parser() -> argparse.ArgumentParser:
    """The command line."""
    command = argparse.ArgumentParser(
        prog="python -m scfshim", description="Run a function as SCF does, once."
    )
    command.add_argument("folder", type=Path, help="what the zip would hold")
    command.add_argument("--event", required=True, metavar="FILE", help="JSON file, - for stdin")
    command.add_argument(
        "--env", action="append", default=[], metavar="K=V", help="a variable of the function"
    )
    command.add_argument("--handler", default="index.main_handler", metavar="FILE.FUNCTION")
    command.add_argument("--memory", type=int, default=128, metavar="MB")
    command.add_argument("--timeout", type=int, default=3000, metavar="MS")
    command.add_argument("--region", default="ap-guangzhou")
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    command = parser()
    options = command.parse_args(arguments)
    try:
        event = json.loads(sys.stdin.read() if options.event == "-" else Path(options.event).read_bytes())
    except (OSError, ValueError) as error:
        command.error(f"--event {options.event} is no JSON that can be read: {error}")
    try:
        run = invoke(options, event)
    except ShimError as error:
        command.error(str(error))
    sys.stderr.write("".join(f"{line}\n" for line in run.log))
    answer = run.result if run.error is None else run.error
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    return 0 if run.status_code == Status.SUCCESS else 1


def invoke(options: argparse.Namespace, event: object) -> Invocation:
    """One cold invocation."""
    for pair in options.env:
        if "=" not in pair:
            raise SettingError(f"--env takes K=V, not {pair!r}")
    with FunctionRuntime(
        options.folder,
        name=options.folder.absolute().name,
        handler=options.handler,
        memory_mb=options.memory,
        timeout_ms=options.timeout,
        environment=dict(pair.split("=", 1) for pair in options.env),
        credentials=credentials(),
        region=options.region,
    ) as function:
        return function.invoke(event)


def credentials() -> Credentials | None:
    """Those in the environment; a function without an execution role has none."""
    named = any(os.environ.get(variables[0]) for variables in (SCF_VARIABLES, SDK_VARIABLES))
    return environment_credentials() if named else None


if __name__ == "__main__":
    sys.exit(main())
