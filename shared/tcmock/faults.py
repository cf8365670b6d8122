"""Things that go wrong on request."""

from __future__ import annotations

from collections.abc import Callable

from tcmock.catalogue import SERVICES

LOST_ANSWER = "lost-answer"
"""The call is executed, then the connection drops."""

Effect = str | Callable[[], object]
"""An error code to answer instead of executing, `LOST_ANSWER`, or something to do just before executing."""


class Faults:
    """What shall happen to coming calls, first in, first out for each action."""

    def __init__(self) -> None:
        self._pending: dict[str, list[Effect]] = {}

    def add(self, action: str, effect: Effect, *, calls: int = 1) -> None:
        """Let `effect` happen to the next `calls` calls of `action` that pass the gateway.

        A callable runs without the cloud's lock, so it may call the cloud itself, as another client would.

        Raises:
            ValueError: no such action is emulated, so the fault would never happen.
        """
        if all(action not in service.actions for service in SERVICES.values()):
            raise ValueError(f"`{action}` is not emulated: a fault there would never happen")
        self._pending.setdefault(action, []).extend([effect] * calls)

    def take(self, action: str) -> Effect | None:
        """The effect due now, which is then spent."""
        pending = self._pending.get(action)
        return pending.pop(0) if pending else None
