"""From the audit trail to whoever subscribed: at once, unless a fault has it otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from tcmock.clock import Clock
from tcmock.cloudaudit.record import Record
from tcmock.faults import Faults
from tcmock.faults.audit import AuditEffect, Parcel

_MARGIN = 0.01
"""Seconds by which a timer and a clock may disagree."""


class Deliveries:
    """Hands audit records to subscribers, and keeps those that are late.

    A late record leaves when the clock is set or advanced to its time, with the first call after it, or when
    the time comes by itself. Subscribers are called without any lock held.
    """

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[Record], object]] = []
        self._waiting: list[Parcel] = []
        clock.watch(self.release)

    def subscribe(self, callback: Callable[[Record], object]) -> None:
        """Call back with every record."""
        self._subscribers.append(callback)

    def send(self, record: Record, *, faulty: bool) -> None:
        """Deliver a record, or what a fault makes of it. What a subscriber raises comes out here."""
        effect = self._faults.on_the_way(str(record["eventName"])) if faulty else AuditEffect()
        now = self._clock.now()
        parcels = effect.parcels(record, now)
        ready = [parcel for parcel in parcels if parcel.is_due(now)]
        late = [parcel for parcel in parcels if not parcel.is_due(now)]
        followers = self._taken(lambda parcel: parcel.due is None) if ready else []
        with self._lock:
            self._waiting += late
        self._wake(late, now)
        self._hand([*ready, *followers])

    def release(self) -> None:
        """Deliver what is due, in the order of its times."""
        if not self._waiting:
            return
        now = self._clock.now()
        self._hand(self._taken(lambda parcel: parcel.is_due(now)))

    def release_all(self) -> int:
        """Deliver all that waits: late records by their times, then reordered ones. How many there were."""
        parcels = self._taken(lambda _: True)
        self._hand(parcels)
        return len(parcels)

    def clear(self) -> None:
        """Forget what waits; subscribers stay."""
        with self._lock:
            self._waiting.clear()

    def _taken(self, wanted: Callable[[Parcel], bool]) -> list[Parcel]:
        with self._lock:
            parcels = [parcel for parcel in self._waiting if wanted(parcel)]
            self._waiting = [parcel for parcel in self._waiting if not wanted(parcel)]
        return sorted(parcels, key=lambda parcel: (parcel.due is None, parcel.due))

    def _hand(self, parcels: Iterable[Parcel]) -> None:
        rest = list(parcels)
        try:
            while rest:
                record = rest.pop(0).record
                for callback in list(self._subscribers):
                    callback(record)
        finally:
            with self._lock:
                self._waiting[:0] = rest  # what an exception kept from being delivered

    def _wake(self, late: Iterable[Parcel], now: float) -> None:
        """A clock that runs by itself tells nobody: look again when it must have come that far."""
        for parcel in late:
            if parcel.due is not None and not self._clock.frozen:
                timer = threading.Timer(parcel.due - now + _MARGIN, self.release)
                timer.daemon = True
                timer.start()
