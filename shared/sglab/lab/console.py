"""The lab's log for people, on standard output."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timezone

from rich.console import Console
from rich.text import Text

from sglab.lab.entry import Entry, Tone

STYLES: Mapping[Tone, str] = {
    "plain": "",
    "quiet": "dim",
    "good": "green",
    "bad": "red",
    "warn": "yellow",
    "gone": "red",
    "come": "green",
}
_MARGIN = " " * 14


class Printer:
    """Prints entries as they come: a line for the headline, then what belongs to it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()

    def __call__(self, entry: Entry) -> None:
        """Print one."""
        with self._lock:
            self._console.print(
                Text.assemble(
                    (clock(entry.at), "dim"),
                    "  ",
                    (f"{entry.kind:<8}", f"bold {STYLES[entry.tone]}".strip()),
                    (f"{entry.group_id:<12} ", "bold") if entry.group_id else "",
                    (entry.headline, STYLES[entry.tone]),
                    (f"  ({entry.remark})", "dim") if entry.remark else "",
                )
            )
            for line in entry.lines:
                self._console.print(Text(f"{_MARGIN}{line.text}", style=STYLES[line.tone]))


def clock(at: float) -> str:
    """Time of day where the reader is, for example ``12:01:03.120``."""
    return f"{datetime.fromtimestamp(at, timezone.utc).astimezone():%H:%M:%S.%f}"[:-3]
