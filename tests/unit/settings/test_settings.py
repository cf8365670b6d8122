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
        ({"SGGUARD_DOOR_SECRET": "whsec_abc"}, "SGGUARD_DOOR_SECRET"),
        ({"SGGUARD_DOOR_SECRET": "ssm:door, abc"}, "SGGUARD_DOOR_SECRET"),
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


def test_the_secret_of_the_door_is_somewhere_else() -> None:
    settings = read_settings({**GOOD, "SGGUARD_DOOR_SECRET": " ssm:door@v2, env:DOOR ,"})
    assert settings.problems == ()
    assert [str(place) for place in settings.door] == ["ssm:door@v2", "env:DOOR"]
    assert read_settings(GOOD).door == ()


def test_a_secret_in_the_place_of_a_reference_is_not_repeated() -> None:
    assert "canary" not in repr(read_settings({**GOOD, "SGGUARD_DOOR_SECRET": "whsec_canary"}))


def test_a_secret_is_not_shown() -> None:
    secret = Secret("https://example.com/hook?key=abc")
    assert "abc" not in f"{secret} {secret!r} {read_settings({'SGGUARD_WEBHOOK': 'abc'})}"
    assert secret.reveal().endswith("abc")
