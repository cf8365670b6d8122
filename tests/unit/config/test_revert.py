"""The section `revert`: what is written down, what holds when, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sgguard.baseline import read_site
from sgguard.config.revert import Budget, Modes, Revert
from sgguard.config.window import Window
from sgguard.errors import ConfigError


def read(revert: Any) -> Revert:
    return read_site({"schema": "sgguard/config/v1", "revert": revert}, "site").revert


def problems(document: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_site({"schema": "sgguard/config/v1", **document}, "site")
    return [str(problem) for problem in caught.value.problems]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_nothing_written_down() -> None:
    assert read({}) == Revert()
    assert (Revert().budget.groups, Revert().budget.percent, Revert().fight.reverts) == (5, 10, 3)


@pytest.mark.parametrize(
    ("covered", "limit"), [(None, 5), (0, 1), (1, 1), (10, 1), (11, 2), (49, 5), (1000, 5)]
)
def test_the_budget_is_the_smaller_of_both(covered: int | None, limit: int) -> None:
    assert Budget().limit(covered) == limit


def test_a_group_outweighs_its_clusters_and_of_those_the_strictest_counts() -> None:
    modes = Modes(
        default="observe", clusters={"cls-a": "enforce", "cls-b": "observe"}, groups={"sg-a": "enforce"}
    )
    assert modes.of("sg-x", ["cls-a"]) == "enforce"
    assert modes.of("sg-x", ["cls-a", "cls-b"]) == "observe"
    assert modes.of("sg-x", ["cls-a", "cls-c"]) == "observe", "a cluster that is not named has the default"
    assert modes.of("sg-a", ["cls-b"]) == "enforce"
    assert Modes().of("sg-x", ["cls-a"]) == "enforce"


WEEKLY = {"days": ["fri", "sat"], "from": "22:00", "to": "06:00", "zone": "+08:00", "reason": "patches"}


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-27T21:59:59+08:00", False),
        ("2026-11-27T22:00:00+08:00", True),
        ("2026-11-28T05:59:59+08:00", True),
        ("2026-11-28T06:00:00+08:00", False),
        ("2026-11-29T05:00:00+08:00", True),
        ("2026-11-29T22:30:00+08:00", False),
        ("2026-11-27T14:30:00+00:00", True),
    ],
)
def test_a_window_over_midnight_in_its_zone(when: str, *, is_open: bool) -> None:
    (window,) = read({"windows": [WEEKLY]}).windows
    assert window.is_open(moment(when)) is is_open


def test_a_window_that_comes_once() -> None:
    once = {"from": "2026-12-01T22:00:00+08:00", "to": "2026-12-02T02:00:00+08:00", "reason": "move"}
    (window,) = read({"windows": [once]}).windows
    assert window.is_open(moment("2026-12-01T23:00:00+08:00"))
    assert not window.is_open(moment("2026-12-02T02:00:00+08:00"))


def test_whom_a_window_concerns() -> None:
    assert Window(start=0, end=1, reason="x").concerns("sg-a", [])
    some = Window(start=0, end=1, reason="x", groups=("sg-a",), clusters=("cls-a",))
    assert [some.concerns(*case) for case in (("sg-a", []), ("sg-b", ["cls-a"]), ("sg-b", ["cls-b"]))] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("revert", "words"),
    [
        ({"budget": {"groups": 0}}, "site: revert.budget.groups: is 0"),
        ({"budget": {"groups": True}}, "is a boolean, not a whole number"),
        ({"fight": {"minutes": 61}}, "revert.fight.minutes: is 61"),
        ({"settle_seconds": "10"}, "is a text, not a whole number"),
        ({"mode": {"clusters": {"sg-a": "observe"}}}, "Ids start with cls-"),
        ({"mode": {"default": "on"}}, "revert.mode.default: is 'on'"),
        ({"protected": ["cls-a"]}, "does not start with sg-"),
        ({"windows": [{**WEEKLY, "from": "24:00"}]}, "no time of day"),
        ({"windows": [{**WEEKLY, "zone": "CST"}]}, "no offset from UTC"),
        ({"windows": [{**WEEKLY, "days": []}]}, "names no day"),
        ({"windows": [{"from": "22:00", "to": "23:00", "reason": "x"}]}, "no moment with its zone"),
        (
            {"windows": [{"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z", "reason": "x"}]},
            "is not after from",
        ),
        ({"budgets": {}}, "Did you mean 'budget'?"),
    ],
)
def test_what_is_refused(revert: Any, words: str) -> None:
    assert any(words in problem for problem in problems({"revert": revert}))


@pytest.mark.parametrize("lifeline", ["pod-network", "node-network", "egress-pod-network"])
def test_a_config_that_would_let_the_guard_cut_the_clusters_own_network(lifeline: str) -> None:
    (problem,) = problems({"baseline": {"node": {"relax": [lifeline]}}})
    assert "it could be cut by the guard's own writes" in problem
    assert "covers: missing" in problem
