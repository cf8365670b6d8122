"""What runs on somebody else's machines is pinned, and may do no more than it must."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FILES = sorted((Path(__file__).parents[3] / ".github" / "workflows").glob("*.yml"))
WRITES = {"release.yml/attest": {"attestations": "write", "id-token": "write"}}


def jobs() -> list[Any]:
    return [
        pytest.param(file, job, id=f"{file.name}/{name}")
        for file in FILES
        for name, job in yaml.safe_load(file.read_text())["jobs"].items()
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_permitted_by_default(file: Path) -> None:
    assert yaml.safe_load(file.read_text())["permissions"] == {}


@pytest.mark.parametrize(("file", "job"), jobs())
def test_a_job_has_a_time_limit_and_least_permissions(
    file: Path, job: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    assert job["timeout-minutes"] <= 30
    assert job["permissions"] == WRITES.get(name, {"contents": "read"}), file


@pytest.mark.parametrize(("file", "job"), jobs())
def test_actions_are_pinned_to_commits(file: Path, job: dict[str, Any]) -> None:
    for step in job["steps"]:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step.get("uses", "actions/x@" + "0" * 40)), file
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_every_supported_python_is_tested() -> None:
    (test,) = [yaml.safe_load(f.read_text())["jobs"]["test"] for f in FILES if f.name == "ci.yml"]
    assert test["strategy"]["matrix"]["python"] == ["3.10", "3.11", "3.12", "3.13"]
