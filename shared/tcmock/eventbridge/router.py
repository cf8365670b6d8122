"""From an event on a bus to the targets of the rules that it matches.

Targets are called asynchronously (https://www.tencentcloud.com/document/product/583/59100). A target gets at
most `DAILY_QUOTA` events a day, and no event of more than `EVENT_BYTES`; nothing says what becomes of the
others, and here they are not delivered. What became of each stands in `EventBridgeState.deliveries`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from tcmock.clock import china_moment
from tcmock.cloudaudit.record import Record
from tcmock.errors import APIError
from tcmock.eventbridge.cloud_event import EVENT_BYTES, envelope
from tcmock.eventbridge.models import Delivery, Outcome, Target
from tcmock.eventbridge.state import HOME, EventBridgeState, eventbridge_of
from tcmock.eventbridge.target_actions import Address, address
from tcmock.ground import Ground

DAILY_QUOTA = 2000
"""Events to one target in one day; the page does not say whose day, here it is China's.
https://www.tencentcloud.com/document/product/1108/46254"""

Event = Mapping[str, object]
Send = Callable[[Address, str], object]
"""Invokes a function with the text of an event; raises APIError if there is none."""


class Leg(msgspec.Struct, frozen=True):
    """The last part of an event's way: from a rule to one of its targets."""

    uin: str
    region: str
    rule_id: str
    target: Target

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others of the cloud."""
        return self.uin, self.region, self.target.target_id


class Router:
    """Routes the events of all buses of a cloud."""

    def __init__(self, ground: Ground, send: Send) -> None:
        self._ground = ground
        self._send = send
        self._gathered: dict[tuple[str, str, str], list[Event]] = {}
        """Events that wait for more of their batch, by leg."""

    def take(self, record: Record) -> None:
        """Put an audit record on the default bus of its account, if that has the switch on."""
        uin = str(msgspec.convert(record["userIdentity"], dict[str, object])["accountId"])
        with self._ground.lock:
            account = self._ground.accounts().get(uin)
            if account is None or HOME not in account.regions:  # nobody has made a rule there
                return
            state = eventbridge_of(account, account.region(HOME))
            bus_id = next(bus.bus_id for bus in state.buses.values() if bus.type == "Cloud")
            if not state.audit_delivery or not state.buses[bus_id].rules:
                return
        self.route(uin, HOME, bus_id, envelope(record, event_id=str(record["requestID"])))

    def route(self, uin: str, region: str, bus_id: str, event: Event) -> None:
        """Send an event of a bus to the targets of every rule that is on and that it matches."""
        with self._ground.lock:
            bus = self._state(uin, region).buses.get(bus_id)
            legs = [
                Leg(uin, region, rule.rule_id, target)
                for rule in (bus.rules.values() if bus else ())
                if rule.enabled and rule.pattern.matches(event)
                for target in rule.targets.values()
            ]
        for leg in legs:
            if leg.target.batch.enabled:
                self._gather(leg, event)
            else:
                self._deliver(leg, [event], event)

    def clear(self) -> None:
        """Forget what waits."""
        with self._ground.lock:
            self._gathered.clear()

    def _gather(self, leg: Leg, event: Event) -> None:
        batch = leg.target.batch
        with self._ground.lock:
            waiting = self._gathered.setdefault(leg.key, [])
            waiting.append(event)
            full = not batch.timeout or (batch.count and len(waiting) >= batch.count)
        if full:
            self._flush(leg)
        elif len(waiting) == 1:
            due = self._ground.clock.now() + batch.timeout
            self._ground.agenda.at(due, lambda: self._flush(leg))

    def _flush(self, leg: Leg) -> None:
        with self._ground.lock:
            events = self._gathered.pop(leg.key, [])
        if events:
            self._deliver(leg, events, {"EventList": events})

    def _deliver(self, leg: Leg, events: Sequence[Event], payload: Mapping[str, object]) -> None:
        text = msgspec.json.encode(payload).decode()
        with self._ground.lock:
            outcome = self._verdict(leg, events)
        reason = ""
        if outcome == "delivered":
            try:
                self._send(address(leg.target.resource), text)
            except APIError as error:
                outcome, reason = "failed", str(error)
        delivery = Delivery(
            at=self._ground.clock.now(),
            rule_id=leg.rule_id,
            target_id=leg.target.target_id,
            event_ids=tuple(str(event["id"]) for event in events),
            outcome=outcome,
            reason=reason,
        )
        with self._ground.lock:
            self._state(leg.uin, leg.region).deliveries.append(delivery)

    def _verdict(self, leg: Leg, events: Sequence[Event]) -> Outcome:
        """Whether the events may go; those that may are counted."""
        if any(len(msgspec.json.encode(event)) > EVENT_BYTES for event in events):
            return "too-large"
        state, today = self._state(leg.uin, leg.region), f"{china_moment(self._ground.clock.now()):%Y-%m-%d}"
        key = (leg.target.target_id, today)
        if state.delivered[key] + len(events) > DAILY_QUOTA:
            return "over-quota"
        state.delivered[key] += len(events)
        return "delivered"

    def _state(self, uin: str, region: str) -> EventBridgeState:
        account = self._ground.accounts()[uin]
        return eventbridge_of(account, account.region(region))
