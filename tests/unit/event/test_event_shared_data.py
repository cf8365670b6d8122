"""Recorded events of the real cloud, where they are at hand: a result or an EventError, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sgguard.errors import EventError
from sgguard.event import parse, split
from sgguard.model.change import ChangeEvent, IgnoredEvent

DATA = Path(__file__).parents[4] / "shared" / "data" / "events"
FILES = sorted([*DATA.glob("*.json"), *DATA.glob("*.ndjson")])

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not FILES, reason="no recorded events beside the project"),
]


def inside(value: object) -> Iterator[object]:
    """A value and everything in it, JSON inside text included."""
    yield value
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            yield from inside(json.loads(value))
        except ValueError:
            return
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(item)


def results(event: object) -> Iterator[ChangeEvent | IgnoredEvent]:
    try:
        elements = split(event)
    except EventError:
        return
    for element in elements:
        with suppress(EventError):
            yield parse(element)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_whole_files_and_everything_in_them(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    documents = text.splitlines() if file.suffix == ".ndjson" else [text]
    for document in documents:
        for event in (document, document.encode(), *inside(json.loads(document))):
            for result in results(event):
                assert "REDACTED" not in repr(result)


def test_real_records_are_read() -> None:
    lines = (DATA / "cloudaudit_cos_elastic_2025.ndjson").read_text(encoding="utf-8").splitlines()

    parsed = [result for line in lines for result in results(line)]

    assert len(parsed) == len(lines) == 8
    assert {result.reason for result in parsed if isinstance(result, IgnoredEvent)} == {
        "A read changes nothing."
    }
    assert all(len(result.request_id) == 36 for result in parsed)
