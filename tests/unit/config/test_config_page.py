"""docs/config.md: every example is read, and does what the page says of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
import samples
import yaml

from sgguard.baseline import expect, read_site, site_schema
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import evaluate

PAGE = (Path(__file__).parents[3] / "docs" / "config.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids="+".join)
def test_an_example_is_read(example: dict[str, Any]) -> None:
    read_site(example, "docs/config.md")
    compiled = msgspec.json.decode(msgspec.json.encode(example))
    read_site(compiled, "site.json")
    jsonschema.validate(compiled, dict(site_schema()))


def test_the_first_one_has_every_section_that_is_explained_here() -> None:
    assert {"revert", "baseline", "clusters", "waivers"} <= set(EXAMPLES[0])
    assert len(EXAMPLES) >= 6


def test_ssh_from_the_office_only() -> None:
    example = next(
        e
        for e in EXAMPLES
        if "ssh" in e.get("baseline", {}).get("node", {}).get("restrict", {}) and len(e) == 2
    )
    expectation = expect([read_cluster(samples.cluster(), "cluster")], read_site(example, "page"))
    evaluation = evaluate(samples.group(), expectation, group_id="sg-1")
    assert [(f.kind, f.severity) for f in evaluation.findings] == [("excess", "high")]
