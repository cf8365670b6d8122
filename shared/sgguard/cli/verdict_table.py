"""A verdict for people at a terminal: everything that the document says, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sgguard.cli.style import STYLES
from sgguard.model.finding import Delta, Evaluation, Finding, Practice, TrafficBlock
from sgguard.model.reason import Reason, reason
from sgguard.report.text import plain
from sgguard.wording import Language, say

_PEERS = 8
"""Peers of a block that are shown before the rest is counted; documents have them all."""


def print_evaluation(console: Console, evaluation: Evaluation, language: Language = "en") -> None:
    """The verdict and what it rests on, a row a finding, what the change did, waivers, and advice."""
    told = _Told(evaluation, language)
    console.print(told.headline())
    for line in told.grounds():
        console.print(line)
    if evaluation.findings:
        console.print(told.findings())
    for line in (*told.deltas(), *told.waivers()):
        console.print(line)
    if evaluation.practices:
        console.print(told.practices())


class _Told:
    """An evaluation in one language, part by part. Foreign text is made safe and never read as markup."""

    def __init__(self, evaluation: Evaluation, language: Language) -> None:
        self._evaluation = evaluation
        self._language = language

    def headline(self) -> Text:
        evaluation = self._evaluation
        verdict = Text(self._word(f"verdict.{evaluation.verdict}"), style=STYLES[evaluation.verdict])
        version = self._word("table.version", version=plain(evaluation.version))
        return Text.assemble(plain(evaluation.id), f" {version}: ", verdict)

    def grounds(self) -> Iterator[Text]:
        evaluation = self._evaluation
        yield Text(self._word(f"table.basis.{evaluation.basis}"), style="dim")
        if evaluation.before:
            before = evaluation.before
            source = reason(f"table.source.{before.source}")
            yield Text(self._word("table.before", version=plain(before.version), source=source), style="dim")

    def findings(self) -> Table:
        table = self._table("finding", "severity", "policies", "traffic", "explanation")
        for finding in self._evaluation.findings:
            table.add_row(
                self._kind(finding),
                self._severity(finding.severity),
                Text(", ".join(map(str, finding.policy_indexes))),
                Text("\n".join(_blocks(finding.traffic))),
                Text(plain(say(finding.reason, self._language), 600) + self._where(finding)),
            )
        return table

    def deltas(self) -> Iterator[Text]:
        for delta in self._evaluation.delta:
            for sort, blocks in (("opened", delta.opened), ("cut", delta.cut)):
                if blocks:
                    yield self._delta(delta, sort, blocks)
        if self._evaluation.delta and not any(d.opened or d.cut for d in self._evaluation.delta):
            yield Text(self._word("table.unchanged"))

    def waivers(self) -> Iterator[Text]:
        for use in self._evaluation.waivers:
            style = "yellow" if use.state == "expired" else "dim"
            yield Text(self._word(f"table.waiver.{use.state}", id=plain(use.id)), style=style)

    def practices(self) -> Table:
        table = self._table("practice", "severity", "policies", "explanation")
        for practice in self._evaluation.practices:
            table.add_row(
                Text("\n".join(self._practice(practice))),
                self._severity(practice.severity),
                Text(", ".join(map(str, practice.policy_indexes))),
                Text(plain(say(practice.reason, self._language), 600)),
            )
        return table

    def _kind(self, finding: Finding) -> Text:
        doubt = "" if finding.certain or finding.kind == "undetermined" else self._word("table.possible")
        lines = [
            f"{self._word(f'kind.{finding.kind}')}{doubt}",
            self._word(f"direction.{finding.direction}"),
            *([plain(finding.requirement)] if finding.requirement else []),
            *([self._word(f"debt.{finding.debt}")] if finding.debt else []),
        ]
        return Text("\n".join(lines))

    def _where(self, finding: Finding) -> str:
        """The stacks that it holds in, where stacks were judged."""
        if self._evaluation.basis != "stacks" or finding.kind not in {"excess", "missing"}:
            return ""
        if not finding.stacks:
            return "\n" + self._word("table.nowhere")
        return "\n" + self._word("table.stacks", stacks=_stacks(finding.stacks))

    def _delta(self, delta: Delta, sort: str, blocks: Sequence[TrafficBlock]) -> Text:
        direction = reason(f"direction.{delta.direction}")
        head = self._word(f"table.{sort}", direction=direction)
        where = f" ({_stacks(delta.stacks)})" if delta.stacks else ""
        lines = [f"  {block}" for block in _blocks(blocks)]
        return Text("\n".join([head + where, *lines]), style="red" if sort == "opened" else "yellow")

    def _practice(self, practice: Practice) -> Iterator[str]:
        yield practice.id
        if practice.direction:
            yield self._word(f"direction.{practice.direction}")
        yield from map(plain, practice.subjects[:_PEERS])
        if len(practice.subjects) > _PEERS:
            yield f"+{len(practice.subjects) - _PEERS}"

    def _severity(self, severity: str) -> Text:
        return Text(self._word(f"severity.{severity}"), style=STYLES[severity])

    def _table(self, *headings: str) -> Table:
        table = Table(box=None, pad_edge=False, show_lines=True)
        for heading in headings:
            table.add_column(self._word(f"table.{heading}"), overflow="fold")
        return table

    def _word(self, code: str, **fields: str | int | Reason) -> str:
        return say(reason(code, **fields), self._language)


def _blocks(blocks: Iterable[TrafficBlock]) -> Iterator[str]:
    for block in blocks:
        shown, more = block.peers[:_PEERS], len(block.peers) - _PEERS
        ports = "" if block.ports == "ALL" else f" {block.ports}"
        rest = f" +{more}" if more > 0 else ""
        yield f"{block.family} {block.protocol}{ports} {', '.join(shown)}{rest}"


def _stacks(stacks: Iterable[Sequence[str]]) -> str:
    return "; ".join(" > ".join(map(plain, ids)) for ids in stacks)
