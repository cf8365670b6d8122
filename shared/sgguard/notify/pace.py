"""How often a channel is posted to. Every window is counted exactly: no minute holds more than allowed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Pace(msgspec.Struct, frozen=True):
    """At most so many posts in any window of so many seconds."""

    posts: int
    seconds: float

    def left(self, sent: Sequence[float], now: float) -> int:
        """How many may still be sent now, after those `sent` at these times."""
        return self.posts - sum(1 for at in sent if now - at < self.seconds)


def allowance(paces: Sequence[Pace], sent: Sequence[float], now: float) -> int:
    """How many posts all paces together still allow now."""
    return max(0, min((pace.left(sent, now) for pace in paces), default=1000))


def recent(paces: Sequence[Pace], sent: Sequence[float], now: float) -> tuple[float, ...]:
    """The times that still matter to some pace."""
    longest = max((pace.seconds for pace in paces), default=0.0)
    return tuple(at for at in sent if now - at < longest)
