from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.interpreter import find_interpreter
from sgguard.errors import GuardError


def pretender(folder: Path, said: str) -> Path:
    """A program that answers as an interpreter of some version does."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "python3.10"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    return program


def test_none_is_said_with_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(GuardError, match=r"No CPython 3\.10 was found") as caught:
        find_interpreter({"HOME": str(tmp_path), "PATH": str(tmp_path)})
    assert "uv python install 3.10" in caught.value.next_step
    assert "SGGUARD_PYTHON310" in caught.value.next_step


def test_the_first_on_the_path(tmp_path: Path) -> None:
    program = pretender(tmp_path / "bin", "3.10 cpython")
    assert find_interpreter({"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}{os.pathsep}/bin"}) == program


@pytest.mark.parametrize("said", ["3.11 cpython", "3.10 pypy", "no"])
def test_not_another_version_or_implementation(tmp_path: Path, said: str) -> None:
    program = pretender(tmp_path, said)
    with pytest.raises(GuardError, match="which is no CPython"):
        find_interpreter({"SGGUARD_PYTHON310": str(program), "PATH": "/bin"})


def test_what_pyenv_has(tmp_path: Path) -> None:
    program = pretender(tmp_path / ".pyenv" / "versions" / "3.10.13" / "bin", "3.10 cpython")
    assert find_interpreter({"HOME": str(tmp_path), "PATH": ""}) == program
