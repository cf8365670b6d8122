"""docs/emulator.md runs, and its table is the code's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tcmock import Cloud
from tcmock.catalogue import SERVICES
from tcmock.spec import products

TEXT = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("source", blocks("python"))
def test_the_examples_run(source: str) -> None:
    """As they stand on the page."""
    exec(compile(source, "docs/emulator.md", "exec"), {})  # noqa: S102 - our own page


def test_there_are_examples() -> None:
    """Or the test above would test nothing; the first one keeps its promise."""
    assert len(blocks("python")) == 2
    assert len([line for line in blocks("python")[0].splitlines() if line]) <= 20


def test_the_state_document_loads() -> None:
    """The one that the page shows."""
    (document,) = blocks("json")
    cloud = Cloud()
    cloud.load(json.loads(document))
    assert cloud.credentials.console


def test_the_coverage_table_is_current() -> None:
    """`python -m tcmock.coverage` prints what the page must hold."""
    command = [sys.executable, "-m", "tcmock.coverage"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    held = TEXT.partition("<!-- coverage: python -m tcmock.coverage -->\n")[2].partition(
        "<!-- /coverage -->"
    )[0]
    assert held == printed


def test_the_spec_describes_exactly_what_is_emulated() -> None:
    """An action without a description, or described and not emulated, would be a hole."""
    described = {
        (name, version): set(part.actions)
        for name, versions in products().items()
        for version, part in versions.items()
    }
    assert described == {key: set(service.actions) for key, service in SERVICES.items()}
