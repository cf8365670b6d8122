"""Which interpreter stands in for a runtime of SCF."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

CHOSEN = "TCMOCK_PYTHON"
"""Environment variable: the interpreter to run all functions with."""
_ASK = "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))"


class Interpreter(msgspec.Struct, frozen=True):
    """A Python."""

    path: Path
    version: str
    """Like ``3.10.13``."""


@cache
def for_runtime(runtime: str) -> Interpreter:
    """The interpreter of a runtime, like ``Python3.10``, where it is installed; else the one at hand."""
    for candidate in _candidates(runtime.removeprefix("Python")):
        found = _asked(candidate)
        if found:
            return found
    return at_hand()


def at_hand() -> Interpreter:
    """The one that runs this, with what is installed for it."""
    return Interpreter(Path(sys.executable), ".".join(map(str, sys.version_info[:3])))


def _candidates(version: str) -> Iterator[Path]:
    if os.environ.get(CHOSEN):
        yield Path(os.environ[CHOSEN])
    name = f"python{version}"
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)


def _asked(candidate: Path) -> Interpreter | None:
    """What it says of itself; None if it does not run, as a shim of pyenv may not."""
    try:
        told = subprocess.run(  # noqa: S603 - an interpreter of this machine
            [candidate, "-c", _ASK], capture_output=True, text=True, check=True, timeout=10
        ).stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        return None
    return Interpreter(Path(told[0]), told[1])
