"""What happened in the lab, in words: one list that the terminal and the page both show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

Kind = Literal["change", "verdict", "revert", "alert", "sweep", "note", "failed"]
Tone = Literal["plain", "quiet", "good", "bad", "warn", "gone", "come"]
"""How something is meant: `gone` and `come` are the rows of a difference."""


class Line(msgspec.Struct, frozen=True):
    """One line below a headline. Its text is safe for a terminal, and must be escaped for anything else."""

    text: str
    tone: Tone = "plain"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    at: float
    """Seconds since the epoch."""
    kind: Kind
    thread: str
    """Request id of the change that all began with; entries with the same one are one story."""
    group_id: str
    headline: str
    """As safe as a line's text."""
    remark: str = ""
    """Figures behind the headline."""
    tone: Tone = "plain"
    lines: tuple[Line, ...] = ()
    verdicts: Mapping[str, str] = {}
    """Of groups from now on, by their ids."""
    own: frozenset[str] = frozenset()
    """Request ids of the guard's own writes, each of which begins a thread as well."""


class Timeline:
    """Entries as they come, for any number of threads."""

    def __init__(self, keep: int = 2000) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._watchers: list[Callable[[Entry], object]] = []
        self.added = 0
        """How many there were ever."""

    def watch(self, callback: Callable[[Entry], object]) -> None:
        """Call back with every new entry, one at a time."""
        self._watchers.append(callback)

    def add(self, *entries: Entry) -> None:
        """Append them; the oldest go when there are too many."""
        with self._lock:
            self._entries.extend(entries)
            del self._entries[: -self._keep]
            self.added += len(entries)
            for entry in entries:
                for watcher in self._watchers:
                    watcher(entry)

    def entries(self) -> list[Entry]:
        """All that are kept, oldest first."""
        with self._lock:
            return list(self._entries)
