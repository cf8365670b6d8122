"""docs/remedy.md says what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import samples

from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.plan import Guardrails, decide
from sgguard.report.text import row_text
from sgguard.wording import say

PAGE = (Path(__file__).parents[3] / "docs" / "remedy.md").read_text(encoding="utf-8")
CASES = re.findall(r"```case\n(.+?)```", PAGE, re.DOTALL)
SLICE = re.compile(r"NODE\[(\d*):(\d*)\]")


def read(text: str) -> list[samples.Row]:
    """Rows as the page writes them."""
    rows: list[samples.Row] = []
    for part in re.split(r", ", text):
        if part == "NODE":
            rows += samples.NODE_ROWS
        elif found := SLICE.fullmatch(part):
            first, last = (int(number) if number else None for number in found.groups())
            rows += samples.NODE_ROWS[first:last]
        else:
            words = part.split()
            action = words.pop() if words[-1] == "DROP" else "ACCEPT"
            protocol, *ports, peer = words
            rows.append((protocol, *(ports or ["ALL"]), peer, action))  # type: ignore[arg-type]
    return rows


@pytest.mark.parametrize("case", CASES)
def test_example(case: str) -> None:
    told = {key: text.strip() for key, _, text in (line.partition(":") for line in case.splitlines())}
    group, expectation = samples.group(read(told["now"])), samples.expectation()
    before = samples.group(read(told["before"]), version="6") if "before" in told else None
    known = Circumstances(earlier=Earlier(group=before, source="memory") if before else None)
    evaluation = evaluate(group, expectation, group_id="sg-1", circumstances=known)
    plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"), known)
    assert plan.decision == "revert"
    written = [
        f"{step.op} {','.join(map(str, step.indexes)) or step.index}: {row_text(row, step.direction)}"
        for step in plan.steps
        for row in step.policies
    ]
    assert ("; ".join(written), ", ".join(plan.remedies)) == (told["plan"], told["by"])
    if "second" in told:
        assert plan.runner_up is not None
        second = f"{', '.join(plan.runner_up.remedies)}, for {say(plan.runner_up.why)}"
        assert second == told["second"]


def test_there_are_examples() -> None:
    assert len(CASES) >= 9
