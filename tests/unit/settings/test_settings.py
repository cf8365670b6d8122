"""Settings: off unless asked, and never more than asked."""

from __future__ import annotations

import pytest

from sgguard.settings import Secret, read_settings

GOOD = {"SGGUARD_MODE": "enforce", "SGGUARD_STORE": "/var/lib/sgguard.sqlite"}


def test_enforce_is_written_down() -> None:
    settings = read_settings({**GOOD, "SGGUARD_WEBHOOK": "https://example.com/hook"})
    assert (settings.mode, settings.min_severity, settings.log_level) == ("enforce", None, "info")
    assert settings.config == ""
    assert settings.webhook == Secret("https://example.com/hook")
    assert settings.problems == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"SGGUARD_MODE": ""}, "SGGUARD_MODE"),
        ({"SGGUARD_MODE": "enforced"}, "SGGUARD_MODE"),
        ({"SGGUARD_STORE": ""}, "SGGUARD_STORE"),
        ({"SGGUARD_MIN_SEVERITY": "severe"}, "SGGUARD_MIN_SEVERITY"),
        ({"SGGUARD_LOG_LEVEL": "loud"}, "SGGUARD_LOG_LEVEL"),
    ],
)
def test_anything_wrong_means_observe(change: dict[str, str], where: str) -> None:
    settings = read_settings({**GOOD, **change})
    assert settings.mode == "observe"
    assert [problem.where for problem in settings.problems] == [where]


def test_nothing_at_all_means_observe() -> None:
    settings = read_settings({})
    assert settings.mode == "observe"
    assert [problem.where for problem in settings.problems] == ["SGGUARD_MODE", "SGGUARD_STORE"]


def test_a_secret_is_not_shown() -> None:
    secret = Secret("https://example.com/hook?key=abc")
    assert "abc" not in f"{secret} {secret!r} {read_settings({'SGGUARD_WEBHOOK': 'abc'})}"
    assert secret.reveal().endswith("abc")
