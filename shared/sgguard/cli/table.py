"""Results for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sgguard.baseline import Expectation
from sgguard.model.finding import Evaluation, Finding, TrafficBlock
from sgguard.model.plan import Plan
from sgguard.notify.compose import row_changes
from sgguard.report.text import plain
from sgguard.wording import Language, say

_STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "dim",
    "info": "dim",
    "compliant": "green",
    "violating": "bold red",
    "undetermined": "yellow",
}


def print_evaluation(console: Console, evaluation: Evaluation, language: Language = "en") -> None:
    """The verdict, then a row a finding."""
    verdict = Text(evaluation.verdict, style=_STYLES[evaluation.verdict])
    console.print(Text.assemble(plain(evaluation.id), f" version {plain(evaluation.version)}: ", verdict))
    if not evaluation.findings:
        return
    table = Table(box=None, pad_edge=False, show_lines=True)
    for heading in ("finding", "severity", "policies", "traffic", "explanation"):
        table.add_column(heading, overflow="fold")
    for finding in evaluation.findings:
        table.add_row(
            f"{finding.kind}{'' if finding.certain else '?'}\n{finding.direction}",
            Text(finding.severity, style=_STYLES[finding.severity]),
            ", ".join(map(str, finding.policy_indexes)),
            escape(_traffic(finding)),
            escape(plain(say(finding.reason, language), 600)),
        )
    console.print(table)


def print_plan(console: Console, plan: Plan, language: Language = "en") -> None:
    """The decision, its reasons, and the rows that go and come."""
    console.print(Text.assemble("decision: ", Text(plan.decision, style="bold")))
    for reason in plan.reasons:
        console.print(f"  {escape(plain(say(reason, language), 300))}")
    for change in row_changes(plan):
        place = "end" if change.index is None else change.index
        line = f"{change.sign} {change.direction} {place}: {change.row}"
        console.print(Text(line, style="green" if change.sign == "+" else "red"))
    if plan.proof:
        proof = plan.proof
        console.print(
            f"required traffic {proof.intact_after}/{proof.requirements} intact "
            f"({proof.intact_before} before), {proof.remaining} findings remain, "
            f"{'something' if proof.newly_permitted else 'nothing'} newly permitted"
        )


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


def _traffic(finding: Finding) -> str:
    return "\n".join(_blocks(finding.traffic))


def _blocks(blocks: Iterable[TrafficBlock]) -> Iterable[str]:
    for block in blocks:
        shown, more = block.peers[:4], len(block.peers) - 4
        peers = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
        ports = "" if block.ports == "ALL" else f" {block.ports}"
        yield f"{block.family} {block.protocol}{ports} {peers}"
