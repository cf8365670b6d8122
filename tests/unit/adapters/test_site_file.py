"""The config that ships with the function: read as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog

from sgguard import wiring
from sgguard.adapters.site_file import load_site
from sgguard.baseline import default_site
from sgguard.settings import read_settings

CONFIG = {
    "schema": "sgguard/config/v1",
    "revert": {"min_severity": "critical"},
    "baseline": {"node": {"forbid": ["ssh"]}},
}
ENVIRONMENT = {"SGGUARD_MODE": "enforce", "SGGUARD_STORE": ":memory:"}


@pytest.fixture(autouse=True)
def _cold() -> Iterator[None]:
    wiring.forget_instance()
    yield
    wiring.forget_instance()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "site.json"
    path.write_bytes(msgspec.json.encode(CONFIG))
    return path


def test_without_one_the_vendors_baseline_holds() -> None:
    assert load_site("") == (default_site(), ())


def test_it_is_read(config: Path) -> None:
    site, problems = load_site(str(config))
    assert problems == ()
    assert site.revert.min_severity == "critical"
    assert "ssh" not in {requirement.id for requirement in site.baselines["node"].requirements}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file"),
        ("{", "is not JSON"),
        ("[" * 20_000, "is not JSON"),
        ("[]", "is a list, not an object"),
        ('{"schema":"sgguard/config/v1","waiver":[]}', "is not a known key"),
    ],
)
def test_what_is_wrong_with_it_leaves_the_vendors_baseline(
    tmp_path: Path, text: str | None, told: str
) -> None:
    path = tmp_path / "site.json"
    if text is not None:
        path.write_text(text)
    site, problems = load_site(str(path))
    assert site == default_site()
    assert any(told in problem.what for problem in problems)


def guarded(**variables: str) -> tuple[str, str, list[str]]:
    """Mode, threshold and notes of the guard that some variables make."""
    guard = wiring.build_guard(read_settings({**ENVIRONMENT, **variables}), None, structlog.get_logger())
    notes = [str(note.fields["where"]) for note in guard.guardrails.notes]
    return guard.guardrails.mode, guard.guardrails.min_severity, notes


def test_the_guard_takes_the_threshold_from_it(config: Path) -> None:
    assert guarded() == ("enforce", "high", [])
    assert guarded(SGGUARD_CONFIG=str(config)) == ("enforce", "critical", [])


def test_the_environment_outweighs_it(config: Path) -> None:
    found = guarded(SGGUARD_CONFIG=str(config), SGGUARD_MIN_SEVERITY="medium")
    assert found == ("enforce", "medium", [])


def test_a_broken_one_means_observe(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text('{"schema":"sgguard/config/v1","baselines":{}}')
    mode, _, notes = guarded(SGGUARD_CONFIG=str(path))
    assert mode == "observe"
    assert notes == [f"{path}: baselines"]
