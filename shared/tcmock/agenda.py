"""What shall happen at a time of the cloud's clock, whoever moves that clock."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable

from tcmock.clock import Clock

_MARGIN = 0.001
"""Seconds by which a wait and a clock may disagree."""


class Agenda:
    """Callbacks by time.

    What is due runs when the clock is set or advanced, in the thread that does it; while the clock runs by
    itself, in a thread of the agenda's own, which exists only while something is planned.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._entries: list[tuple[float, int, Callable[[], object]]] = []
        self._thread: threading.Thread | None = None
        clock.watch(self._moved)

    def at(self, due: float, callback: Callable[[], object]) -> None:
        """Call back at that time, in seconds since the epoch, or as soon as it is past."""
        with self._changed:
            heapq.heappush(self._entries, (due, next(self._order), callback))
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._attend, name="tcmock-agenda", daemon=True)
                self._thread.start()

    def release(self) -> None:
        """Run whatever is due, in the order of its times."""
        while True:
            with self._changed:
                if not self._entries or self._entries[0][0] > self._clock.now():
                    return
                _, _, callback = heapq.heappop(self._entries)
            callback()

    def clear(self) -> None:
        """Forget all that is planned."""
        with self._changed:
            self._entries.clear()
            self._changed.notify()

    def _moved(self) -> None:
        self.release()
        with self._changed:
            self._changed.notify()  # the wait was for another clock

    def _attend(self) -> None:
        while True:
            with self._changed:
                if not self._entries:
                    self._thread = None
                    return
                wait = None if self._clock.frozen else self._entries[0][0] - self._clock.now() + _MARGIN
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
            self.release()
