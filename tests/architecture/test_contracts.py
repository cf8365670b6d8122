"""The import contracts hold, and each of them catches the violation that it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")

PLANTED = [
    ("shared/sgguard/evaluate/group.py", "import sgguard.facts.gather", "One way down through the stages"),
    ("shared/sgguard/utils.py", "x = 1", "One way down through the stages"),
    ("shared/sgguard/plan/edit.py", "import os", "The decision core is pure"),
    ("shared/sgguard/traffic/span.py", "import socket", "The decision core is pure"),
    ("shared/tcmock/ids.py", "import sgguard.model.change", "Two independent readings of one API"),
    ("shared/sgguard/wiring.py", "import sglab.stage", "Only the lab sees both"),
    ("shared/tcmock/ids.py", "import scfshim", "The emulator stands alone"),
    ("shared/scfshim/retry.py", "import sgguard.errors", "The shim stands alone"),
    ("functions/guard/index.py", "import sgguard.pipeline", "Functions see the composition root only"),
    ("shared/sgguard/wiring.py", "import deploy.service", "Nothing that ships knows how it is deployed"),
    ("deploy/archive.py", "import tcmock", "What deploys knows the cloud, not its emulator"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": f"{folder / 'shared'}:{folder}", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("shared", "functions", "deploy"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED)
def test_a_planted_violation_is_caught(copy: Path, file: str, line: str, contract: str) -> None:
    with (copy / file).open("a") as target:
        target.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout
