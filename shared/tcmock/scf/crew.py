"""Threads that do what nobody waits for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

_IDLE_SECONDS = 1.0
"""How long a thread without work stays."""


class Crew:
    """Runs jobs in the order they come, up to `size` at a time; its threads exist while there is work."""

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._changed = threading.Condition()
        self._jobs: deque[Callable[[], object]] = deque()
        self._threads = 0
        self._idle = 0
        self._running = 0

    def do(self, job: Callable[[], object]) -> None:
        """Have a job done soon."""
        with self._changed:
            self._jobs.append(job)
            if self._idle < len(self._jobs) and self._threads < self._size:
                self._threads += 1
                threading.Thread(target=self._work, name="tcmock-crew", daemon=True).start()
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        """Wait until no job is left, at most that long. Whether none is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._jobs and not self._running, seconds)

    def clear(self) -> None:
        """Forget jobs that have not begun."""
        with self._changed:
            self._jobs.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while job := self._next():
            try:
                job()
            except BaseException:
                with self._changed:
                    self._threads -= 1  # this one ends with it
                raise
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            self._idle += 1
            found = self._changed.wait_for(lambda: bool(self._jobs), _IDLE_SECONDS)
            self._idle -= 1
            if not found:
                self._threads -= 1
                return None
            self._running += 1
            return self._jobs.popleft()
