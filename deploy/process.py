"""Runs another program and tells what it said when it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sgguard.errors import GuardError

_TAIL = 15


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    next_step: str = "",
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command to its end and return what it printed. Raises GuardError with its last words if it fails.

    Args:
        command: program and arguments.
        what: what failed, should it fail, for example ``The wheels could not be fetched``.
        next_step: what helps then.
        cwd: where to run it.
        environment: variables in place of this process's own.
    """
    done = subprocess.run(  # noqa: S603 - the callers' own commands, never a shell
        [str(part) for part in command],
        cwd=cwd,
        env=dict(os.environ if environment is None else environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-_TAIL:])
        raise GuardError(f"{what}:\n{said}", next_step=next_step)
    return done.stdout
