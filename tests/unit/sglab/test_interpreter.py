"""Which Python runs a function."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sglab.interpreter import CHOSEN, at_hand, for_runtime


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No Python on the path, none of pyenv's, and nothing remembered."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv(CHOSEN, raising=False)
    for_runtime.cache_clear()
    yield
    for_runtime.cache_clear()


def link(place: Path) -> Path:
    """This interpreter under another name."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(sys.executable)
    return place


def broken(place: Path) -> Path:
    """What pyenv leaves on the path for versions that are not activated."""
    place.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    place.chmod(0o755)
    return place


def test_the_one_at_hand_where_there_is_no_other() -> None:
    """With its version."""
    assert for_runtime("Python3.10") == at_hand()
    assert at_hand().version == ".".join(map(str, sys.version_info[:3]))


def test_the_one_on_the_path(tmp_path: Path) -> None:
    """By the runtime's number."""
    link(tmp_path / "python3.10")
    assert for_runtime("Python3.10").version == at_hand().version
    assert for_runtime("Python3.10").path != Path()


def test_one_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    """For one of pyenv's, the newest first."""
    broken(tmp_path / "python3.10")
    link(tmp_path / "pyenv" / "versions" / "3.10.9" / "bin" / "python3.10")
    assert for_runtime("Python3.10").version == at_hand().version


def test_one_that_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any other, for every runtime."""
    broken(tmp_path / "python3.10")
    monkeypatch.setenv(CHOSEN, sys.executable)
    assert for_runtime("Python3.10").path == Path(sys.executable)
