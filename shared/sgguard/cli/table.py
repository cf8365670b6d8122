"""Results for people at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sgguard.baseline import Expectation
from sgguard.model.plan import Plan
from sgguard.model.reason import Reason, reason
from sgguard.notify.compose import row_changes
from sgguard.report.text import plain
from sgguard.wording import Language, say


def print_plan(console: Console, plan: Plan, language: Language = "en") -> None:
    """The decision, its reasons, the rows that go and come, and the proof."""

    def word(code: str, **fields: str | int | Reason) -> str:
        return say(reason(code, **fields), language)

    decision = reason(f"decision.{plan.decision}")
    console.print(Text(word("table.decision", decision=decision), style="bold"))
    for why in plan.reasons:
        console.print(Text(f"  {plain(say(why, language), 300)}"))
    for change in row_changes(plan):
        place = word("table.end") if change.index is None else change.index
        line = f"{change.sign} {word(f'direction.{change.direction}')} {place}: {change.row}"
        console.print(Text(line, style="green" if change.sign == "+" else "red"))
    if plan.proof:
        proof = plan.proof
        told = word(
            "table.proof",
            after=proof.intact_after,
            before=proof.intact_before,
            requirements=proof.requirements,
            remaining=proof.remaining,
            opened=reason("table.opens" if proof.newly_permitted else "table.opens-nothing"),
        )
        console.print(Text(told))
        for objection in proof.objections:
            console.print(Text(f"  {plain(say(objection, language), 300)}", style="yellow"))
    if plan.runner_up:
        second = plan.runner_up
        told = word(
            "table.runner-up",
            direction=reason(f"direction.{second.direction}"),
            remedies=", ".join(second.remedies),
            writes=len(second.steps),
            why=second.why,
        )
        console.print(Text(told, style="dim"))


def print_expectation(console: Console, expectation: Expectation) -> None:
    """Every requirement with the traffic it means for the cluster, and where it comes from."""
    table = Table(box=None, pad_edge=False, show_lines=True)
    for heading in ("requirement", "direction", "need", "traffic", "stated by"):
        table.add_column(heading, overflow="fold")
    for expected in expectation.entries:
        requirement = expected.requirement
        spans = requirement.pattern.peer_texts(expected.scope)
        table.add_row(
            escape(expected.id),
            requirement.direction,
            requirement.need,
            escape(
                f"{', '.join(requirement.pattern.protocols)} {requirement.pattern.ports}\n{', '.join(spans)}"
            ),
            escape(f"{requirement.row}\n{requirement.source}"),
        )
    console.print(table)
