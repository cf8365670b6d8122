"""One packet's way for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sgguard.evaluate.trace import Meeting, Trace
from sgguard.model.reason import Reason, reason
from sgguard.report.story import story
from sgguard.report.text import plain, row_text
from sgguard.wording import Language, say

_STYLES = {"decides": "bold", "may decide": "yellow", "almost": "dim"}


def print_trace(console: Console, trace: Trace, language: Language = "en") -> None:
    """The story in words, then the policies that it met, in order."""

    def word(code: str, **fields: str | int | Reason) -> str:
        return say(reason(code, **fields), language)

    stack = " > ".join(map(plain, trace.stack))
    if len(trace.stack) > 1:
        console.print(Text(word("table.stacks", stacks=stack), style="dim"))
    for line, why in enumerate(story(trace)):
        style = ("bold red" if trace.wrong else "bold") if line == 0 else ""
        console.print(Text(plain(say(why, language), 600), style=style))
    if not trace.meetings:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("policy", "meets", "row"):
        table.add_column(word(f"table.{heading}"), overflow="fold")
    for meeting in trace.meetings:
        table.add_row(*_cells(meeting, trace, language), style=_STYLES[meeting.outcome])
    console.print(table)


def _cells(meeting: Meeting, trace: Trace, language: Language) -> Iterator[Text]:
    outcome = reason(f"meets.{meeting.outcome.replace(' ', '-')}")
    told = say(outcome, language)
    if meeting.differs:
        told = f"{told} ({say(reason(f'trait.{meeting.differs}'), language)})"
    yield Text(f"{plain(meeting.group_id)} {meeting.policy.index}")
    yield Text(told)
    yield Text(row_text(meeting.policy, trace.packet.direction))
