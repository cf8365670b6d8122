"""Finds the interpreter that stands for the functions' runtime."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from sgguard.errors import GuardError

RUNTIME = "Python3.10"
"""The newest that event functions run on (https://www.tencentcloud.com/document/product/583/40323)."""
VERSION = "3.10"
VARIABLE = "SGGUARD_PYTHON310"
_ASK = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name)"


def find_interpreter(environment: Mapping[str, str] = os.environ) -> Path:
    """A CPython 3.10: the one that SGGUARD_PYTHON310 names, or the first that is installed.

    Raises GuardError if there is none: bytecode and wheels for the runtime can be made by no other.
    """
    named = environment.get(VARIABLE)
    if named:
        if version_of(Path(named)) != VERSION:
            raise GuardError(
                f"{VARIABLE} is {named!r}, which is no CPython {VERSION} that can be started.",
                next_step=f"Set it to the path of a python{VERSION}, or unset it.",
            )
        return Path(named)
    for candidate in _candidates(environment):
        if version_of(candidate) == VERSION:
            return candidate
    raise GuardError(
        f"No CPython {VERSION} was found, and the functions run on {RUNTIME}: no other can make their "
        "bytecode and check their imports.",
        next_step=f"Install one (`uv python install {VERSION}`, `pyenv install {VERSION}`, or your system's "
        f"package python{VERSION}), or set {VARIABLE}=/path/to/python{VERSION}.",
    )


def _candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    name = f"python{VERSION}"
    found = shutil.which(name, path=environment.get("PATH", os.defpath))
    if found:
        yield Path(found)
    home = Path(environment.get("HOME", "/"))
    roots = [Path(environment.get("PYENV_ROOT", home / ".pyenv")) / "versions"]
    roots.append(Path(environment.get("UV_PYTHON_INSTALL_DIR", home / ".local/share/uv/python")))
    for root in roots:
        yield from sorted(root.glob(f"*{VERSION}.*/bin/{name}"), reverse=True)


def version_of(python: Path) -> str:
    """``3.10``, or empty if it is no CPython that can be started."""
    try:
        asked = subprocess.run(  # noqa: S603 - an interpreter that the user has installed
            [python, "-I", "-c", _ASK], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version, _, implementation = asked.stdout.strip().partition(" ")
    return version if implementation == "cpython" else ""
