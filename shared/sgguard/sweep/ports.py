"""What the sweep needs besides the guard itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from sgguard.errors import GuardError
from sgguard.pipeline import Guard

Guards = Callable[[str], Guard]
"""Makes a guard for one thread and the account of that UIN; empty for the own one. Raises GuardError."""


class HandoverError(GuardError):
    """An event could not be handed over. Whoever holds it keeps it."""


class TooLongError(HandoverError):
    """The event is longer than one may be; parts of it may not be."""


class Invoker(Protocol):
    """Hands events, batches among them, to other instances."""

    def hand_over(self, event: object) -> None:
        """Return once somebody else is answerable for the event. Raises HandoverError."""
        ...


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is done at once, and for how long."""

    parallel: int = 8
    """Threads."""
    remaining: Callable[[], float] = lambda: float("inf")
    """Seconds left."""
    reserve: float = 10.0
    """Seconds before the end at which nothing new is begun."""

    @property
    def is_over(self) -> bool:
        """Whether nothing new may be begun."""
        return self.remaining() <= self.reserve
