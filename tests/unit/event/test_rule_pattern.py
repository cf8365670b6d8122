"""The rule lets through every event that can change a verdict, and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sgguard.event.apis import CHURN, EFFECTS
from sgguard.event.rule_pattern import rule_pattern

ROOT = Path(__file__).parents[3]
RAW = ROOT / "events" / "raw" / "eventbridge"


def matches(pattern: object, event: object) -> bool:
    """EventBridge's matching, as far as the pattern uses it: nested keys, lists of texts, suffixes."""
    if isinstance(pattern, Mapping):
        return isinstance(event, Mapping) and all(
            key in event and matches(below, event[key]) for key, below in pattern.items()
        )
    assert isinstance(pattern, list)
    return any(
        str(event).endswith(member["suffix"]) if isinstance(member, Mapping) else event == member
        for member in pattern
    )


def event(name: str, product: str = "vpc", kind: str = "ApiCall") -> dict[str, object]:
    return {
        "source": f"{product}.cloud.tencent",
        "type": f"{product}:CloudEvent:{kind}",
        "data": {"eventName": name},
    }


@pytest.mark.parametrize("kind", ["ApiCall", "ConsoleCall", "MiniProgramCall"])
@pytest.mark.parametrize("product", ["vpc", "cvm"])
def test_whatever_the_product_and_the_door(product: str, kind: str) -> None:
    assert matches(rule_pattern(), event("ReplaceSecurityGroupPolicies", product, kind))


@pytest.mark.parametrize(("api", "effect"), sorted(EFFECTS.items()))
def test_every_api_that_changes_a_verdict_and_no_other(api: str, effect: str) -> None:
    assert matches(rule_pattern(), event(api)) is (
        effect not in {"deletion", "label", "new-template"} and api not in CHURN
    )


@pytest.mark.parametrize("name", ["DescribeSecurityGroupPolicies", "CreateVpc", "TerminateInstances"])
def test_not_what_changes_none(name: str) -> None:
    assert not matches(rule_pattern(), event(name))


def test_not_what_the_monitor_reports() -> None:
    assert not matches(rule_pattern(), json.loads((RAW / "monitor-event.json").read_text()))


@pytest.mark.parametrize(
    "file",
    [
        "create-policies",
        "delete-policies-console-role",
        "modify-policies-mini-program",
        "run-instances-default-group",
    ],
)
def test_recorded_events(file: str) -> None:
    assert matches(rule_pattern(), json.loads((RAW / f"{file}.json").read_text()))


def test_the_deployed_pattern_is_this_one() -> None:
    assert json.loads((ROOT / "deploy" / "pattern.json").read_text()) == rule_pattern()
