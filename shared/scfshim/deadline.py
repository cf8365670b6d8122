"""How much time is left."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec


class Deadline(msgspec.Struct, frozen=True):
    """A moment that work must not run past.

    SCF's Python runtime offers no such value, only the limit: stamp it on arrival, as in
    `Deadline.after(context["time_limit_in_ms"] / 1000)`.
    """

    at: float
    """Seconds on `clock`."""
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Deadline:
        """The moment `seconds` from now."""
        return cls(clock() + seconds, clock)

    def remaining(self) -> float:
        """Seconds left, negative once past."""
        return self.at - self.clock()
