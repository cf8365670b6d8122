"""Timers: they push an event whenever their time comes on the cloud's clock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import msgspec

from tcmock.clock import utc_time
from tcmock.ground import Ground
from tcmock.invocation import Asked
from tcmock.scf.events import Events
from tcmock.scf.models import Trigger
from tcmock.scf.state import ScfState

CATCH_UP_SECONDS = 86_400.0
"""When the clock jumps, timers fire for that long of what was skipped."""


class Place(NamedTuple):
    """Where a timer stands."""

    uin: str
    region: str
    namespace: str
    function: str
    trigger: str


class Timers:
    """All timers of a cloud."""

    def __init__(self, ground: Ground, events: Events) -> None:
        self._ground = ground
        self._events = events
        self._planned: dict[Place, Trigger] = {}

    def refresh(self) -> None:
        """Plan timers that are new or changed."""
        with self._ground.lock:
            standing = dict(self._standing())
            new = [
                (place, trigger)
                for place, trigger in standing.items()
                if self._planned.get(place) is not trigger
            ]
            self._planned = standing
        for place, trigger in new:
            self._plan(place, trigger, trigger.modified)

    def clear(self) -> None:
        """Forget all plans."""
        with self._ground.lock:
            self._planned.clear()

    def _standing(self) -> Iterator[tuple[Place, Trigger]]:
        for account in self._ground.accounts().values():
            for region in account.regions.values():
                for (namespace, name), function in region[ScfState].functions.items():
                    for trigger in function.triggers.values():
                        if trigger.enabled:
                            yield Place(account.uin, region.name, namespace, name, trigger.name), trigger

    def _plan(self, place: Place, trigger: Trigger, last: float) -> None:
        due = trigger.cron.after(max(last, self._ground.clock.now() - CATCH_UP_SECONDS))
        if due is not None:
            self._ground.agenda.at(due, partial(self._fire, place, trigger, due))

    def _fire(self, place: Place, trigger: Trigger, due: float) -> None:
        with self._ground.lock:
            if self._planned.get(place) is not trigger:
                return  # switched off, changed or deleted since
            request_id = self._ground.ids.uuid()
        event = {
            "Type": "Timer",
            "TriggerName": trigger.name,
            "Time": utc_time(due),
            "Message": trigger.argument,
        }
        self._events.push(
            Asked(
                uin=place.uin,
                region=place.region,
                namespace=place.namespace,
                function=place.function,
                qualifier=trigger.qualifier,
                event=msgspec.json.encode(event).decode(),
                request_id=request_id,
                asynchronous=True,
                source="timer",
            )
        )
        self._plan(place, trigger, due)
