"""What serverless.yml may say, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deploy.reading import read_service
from sgguard.errors import ConfigError

Document = dict[str, Any]


def problems(document: object) -> str:
    with pytest.raises(ConfigError) as caught:
        read_service(document)
    return str(caught.value)


def test_the_example(document: Document) -> None:
    service = read_service(document)
    guard, sweep = service.functions
    assert [timer.name for timer in sweep.timers] == ["every-half-hour"]
    assert (service.named("guard"), service.mode, guard.memory_mb, guard.timeout) == (
        "sgguard-dev-guard",
        "observe",
        128,
        60,
    )
    assert [rule.name for rule in guard.rules] == ["security-groups"]


def test_there_is_no_default_mode(document: Document) -> None:
    del document["provider"]["mode"]
    assert "provider.mode: is missing. Write observe (alerts only) or enforce" in problems(document)


def provider(**changes: object) -> Callable[[Document], None]:
    return lambda document: document["provider"].update(changes)


def guard(**changes: object) -> Callable[[Document], None]:
    return lambda document: document["functions"]["guard"].update(changes)


def timer(**changes: object) -> Callable[[Document], None]:
    return guard(events=[{"timer": {"name": "t", "cron": "0 */15 * * * * *", **changes}}])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (provider(mode="enforced"), "provider.mode: is 'enforced'. Did you mean 'enforce'?"),
        (provider(stagee="x"), "provider.stagee: is not a known key. Did you mean 'stage'?"),
        (provider(runtime="Python3.9"), "provider.runtime: is 'Python3.9'. Did you mean 'Python3.10'?"),
        (provider(region="Guangzhou"), "provider.region: is 'Guangzhou'. Write a region"),
        (provider(region="ap-chengdu"), "which ap-chengdu has not. Set the region to ap-guangzhou"),
        (provider(account="abc"), "provider.account: is 'abc'"),
        (provider(logs={"topic": "t"}), "provider.logs: names one of logset and topic"),
        (provider(tags={"team": 1}), "provider.tags.team: is no text"),
        (provider(environment={"variables": {"SGGUARD_MODE": "enforce"}}), "sets SGGUARD_MODE. Remove it"),
        (
            provider(environment={"variables": {"TENCENTCLOUD_X": "1"}}),
            "sets 'TENCENTCLOUD_X', which SCF refuses",
        ),
        (provider(environment={"variables": {"A": "x" * 4000}}), "takes 4001 bytes. SCF allows 4096"),
        (guard(events=[{"cos": {}}]), "functions.guard.events[0]: is no event that is known here"),
        (
            guard(events=[{"eventbridge": {"rule": "r", "pattern": {}}}]),
            "events[0].eventbridge.pattern: is no",
        ),
        (guard(handler="main.handler"), "functions.guard.handler: is 'main.handler'"),
        (guard(memorySize=200), "functions.guard.memorySize: is 200. Write 64 or a multiple of 128"),
        (guard(memorySize="128"), "memorySize: is '128'. Write a whole number"),
        (guard(timeout=900), "functions.guard.timeout: is 900. Write at most 300"),
        (guard(asyncRetry={"attempts": 3}), "asyncRetry.attempts: is 3. Write a whole number from 0 to 2"),
        (guard(deadLetter={"type": "topic"}), "deadLetter.name: is missing"),
        (guard(reservedInstances=0), "reservedInstances: is 0"),
        (timer(cron="*/15 * * * *"), "timer.cron: is '*/15 * * * *'. Write seven fields"),
        (timer(enable="yes"), "timer.enable: is 'yes'. Write true or false"),
        (lambda document: document["functions"].clear(), "functions: has no function"),
        (lambda document: document.update(service="Sgguard!"), "service: is 'Sgguard!'"),
    ],
)
def test_what_is_wrong_is_told(document: Document, change: Callable[[Document], None], said: str) -> None:
    change(document)
    assert said in problems(document)


def test_everything_wrong_is_told_at_once(document: Document) -> None:
    provider(mode="", region="X")(document)
    guard(timeout=0, handler="x")(document)
    told = problems(document)
    assert all(
        f"{path}: " in told for path in ("provider.mode", "provider.region", "guard.timeout", "guard.handler")
    )


def test_the_functions_own_variables_come_last(document: Document) -> None:
    guard(environment={"variables": {"SGGUARD_LOG_LEVEL": "debug"}})(document)
    function = read_service(document).functions[0]
    assert function.variables == {"SGGUARD_LOG_LEVEL": "debug"}


def test_one_functions_variables_are_not_anothers(document: Document) -> None:
    guard(environment={"variables": {"ONLY_GUARD": "1"}})(document)
    document["functions"]["other"] = {"handler": "index.main_handler"}
    other = read_service(document).functions[-1]
    assert "ONLY_GUARD" not in other.variables


def test_a_name_that_is_too_long(document: Document) -> None:
    document["service"] = "s" * 56
    assert "60 characters in all" in problems(document)
