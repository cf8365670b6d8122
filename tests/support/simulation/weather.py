"""What goes wrong in one history, and how often. Drawn once, from the history's own dice."""

from __future__ import annotations

from collections import Counter
from random import Random

FAULTS = (
    "event-lost",
    "event-twice",
    "event-late",
    "event-reordered",
    "read-throttled",
    "read-stale",
    "write-throttled",
    "write-conflict",
    "write-unanswered",
    "answer-lost",
    "write-refused",
    "crash",
    "instance-meanwhile",
    "store-down",
    "channel-down",
    "clock-skew",
)
_LIKELY = {
    "event-lost": 0.25,
    "event-twice": 0.3,
    "event-late": 0.2,
    "event-reordered": 0.4,
    "clock-skew": 0.8,
    **dict.fromkeys(("write-throttled", "write-conflict", "write-refused", "write-unanswered"), 0.3),
    "answer-lost": 0.3,
    **dict.fromkeys(("crash", "read-throttled", "instance-meanwhile"), 0.04),
}
"""Chances each time that it could happen: there are more calls than events, and more reads than writes."""
_USUAL = 0.12
_SHARE = 0.4
"""Of histories that know a given kind of fault."""


class Weather:
    """Faults as they come; every one that happens is counted."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._chances = {
            fault: _LIKELY.get(fault, _USUAL) * (0.3 + dice.random())
            for fault in FAULTS
            if dice.random() < _SHARE
        }
        self.calm = False
        """Whether all faults are over."""
        self.seen: Counter[str] = Counter()

    def strikes(self, fault: str) -> bool:
        """Whether this fault happens here and now."""
        if self.calm or fault not in self._chances or self._dice.random() >= self._chances[fault]:
            return False
        self.seen[fault] += 1
        return True

    def knows(self, fault: str) -> bool:
        """Whether this kind of fault can happen in the history."""
        return fault in self._chances
