"""docs/emulator.md runs, and its table is the code's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tcmock import Cloud, Request
from tcmock.catalogue import SCHEMA, SERVICES
from tcmock.control import _ROUTES, control
from tcmock.recorder import read_recording
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


def test_the_control_api_is_described() -> None:
    """Every path with every method, and none that is not there."""
    section = TEXT.partition("## Control API\n")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `([A-Z]+) ([a-z/-]+)`", section, re.MULTILINE))
    assert told == {(method, path) for path, methods in _ROUTES.items() for method in methods}


def test_the_bodies_that_the_control_api_takes() -> None:
    """Each one on the page is taken."""
    section = TEXT.partition("## Control API\n")[2].partition("\n## ")[0]
    bodies = re.findall(r"^\| `POST ([a-z/]+)` `(\{.*?\})`", section, re.MULTILINE)
    assert [path for path, _ in bodies] == ["seed", "clock/set", "clock/advance", "settle", "faults"]
    for path, body in bodies:
        request = Request("POST", f"/_tcmock/{path}", "", {"Host": "localhost"}, body.encode())
        assert control(Cloud(), request).status == 200


def test_the_recorded_line_is_one() -> None:
    """It reads, and the words beside it are its members."""
    section = TEXT.partition("## Recording\n")[2]
    (line,) = read_recording([section.partition("```\n")[2].partition("```")[0].encode()])
    assert (line.action, line.key, line.code) == ("DescribeVpcs", 0, "")


def test_the_page_names_every_list_of_a_document() -> None:
    """Or nobody would find it."""
    assert [name for name in (*SCHEMA.region.names, *SCHEMA.account.names) if f"`{name}`" not in TEXT] == []
