"""Results for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sgguard.baseline import Expectation, Waiver
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


def print_expectation(
    console: Console,
    expectation: Expectation,
    forbidden: Iterable[str] = (),
    waivers: Iterable[Waiver] = (),
    now: float = 0.0,
) -> None:
    """Every requirement with the traffic it means for the cluster and where it comes from; then waivers."""
    table = Table(box=None, pad_edge=False, show_lines=True)
    for heading in ("requirement", "direction", "need", "traffic", "stated by"):
        table.add_column(heading, overflow="fold")
    for expected in expectation.entries:
        requirement = expected.requirement
        pattern = requirement.pattern
        peers = ", ".join(pattern.peer_texts(expected.scope))
        stated = (requirement.row, requirement.source, *requirement.changes)
        table.add_row(
            Text(plain(expected.id)),
            requirement.direction,
            requirement.need,
            Text(f"{', '.join(pattern.protocols)} {pattern.ports}\n{peers}"),
            Text("\n".join(plain(text, 300) for text in stated if text)),
        )
    console.print(table)
    for gone in forbidden:
        console.print(Text(f"forbidden: {plain(gone)}", style="red"))
    for waiver in waivers:
        console.print(_waiver_line(waiver, now))


def _waiver_line(waiver: Waiver, now: float) -> Text:
    pattern, whom = waiver.pattern, ", ".join((*waiver.groups, *waiver.clusters)) or "every group"
    traffic = f"{', '.join(pattern.protocols)} {pattern.ports} {', '.join(pattern.peers)}"
    line = (
        f"waiver {waiver.id} ({waiver.covers}, {waiver.direction}): {traffic}, for {whom}, of {waiver.owner}"
    )
    if waiver.expires_at <= now:
        return Text(plain(f"{line}: expired, ignored", 400), style="yellow")
    return Text(plain(line, 400))
