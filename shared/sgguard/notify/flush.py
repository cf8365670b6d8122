"""Sends messages through one channel, as far as its pace allows, and keeps the rest.

Critical ones first, a message each; then the others, those of one cluster together, and not again about a
cluster within 30 seconds; what is over the budget goes into digests, worst first, each group named. Nothing
waits here: what is held is sent by a later event or by the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sgguard.model.finding import SEVERITIES
from sgguard.model.notification import Delivery, Digest, Letter
from sgguard.model.reason import reason
from sgguard.notify.ports import Channel
from sgguard.notify.traffic import (
    DIGEST_GAP,
    FOR_CRITICAL,
    FOR_DIGESTS,
    GROUPING,
    Traffic,
    keep_traffic,
    read_traffic,
)
from sgguard.state import Pending, Store, keep_pending

_LEASE = 120.0
"""Seconds that a message which is being sent is left alone by other instances."""
_PATIENCE = 3
"""Attempts before the fallback channel is told too."""
_LONGEST_WAIT = 3600.0
_BROKEN = 60.0
"""Seconds that a channel rests which cannot be right until somebody acts."""


class Drained(msgspec.Struct, frozen=True):
    """What became of one message."""

    message: Pending
    """As it is kept now; as it was where it was delivered."""
    delivery: Delivery


class Flush:
    """One channel, now. `fallback` names the channel that is told what this one does not take, if any."""

    def __init__(self, store: Store, channel: Channel, now: float, *, fallback: str = "") -> None:
        self._store = store
        self._channel = channel
        self._now = now
        self._fallback = "" if fallback == channel.name else fallback
        self.traffic = read_traffic(store, channel.name)
        self._drained: list[Drained] = []

    def run(self, due: Iterable[Pending], *, behind: bool = False) -> Sequence[Drained]:
        """Send what is due; `behind` others, only what is critical. Raises StoreError."""
        urgent = sorted(due, key=_urgency)
        left = self._one_by_one([one for one in urgent if one.notification.severity == "critical"])
        others = [one for one in urgent if one.notification.severity != "critical"]
        left += self._by_cluster(others, behind=behind or bool(left))
        self._digest(left)
        return self._drained

    def _one_by_one(self, critical: list[Pending]) -> list[Pending]:
        """Critical ones may use all of the pace but what digests have; returns what is left."""
        single = self.traffic.room(self._channel, len(critical), self._now, share=FOR_DIGESTS)
        for message in critical[:single]:
            self._send([message])
        return critical[single:]

    def _by_cluster(self, others: list[Pending], *, behind: bool) -> list[Pending]:
        """The others may use a third, unless critical ones wait; returns what is left and not held."""
        left: list[Pending] = []
        for cluster, messages in _by_cluster(others):
            opened = self.traffic.clusters.get(cluster, 0.0)
            if self._channel.digest_size > 1 and self._now - opened < GROUPING:
                self._hold(messages, opened + GROUPING, f"put together with others about {cluster}")
            elif not behind and len(messages) <= self._channel.digest_size and self._room(share=FOR_CRITICAL):
                self._send(messages, cluster)
            else:
                left += messages
        return left

    def _digest(self, left: list[Pending]) -> None:
        """What is over the budget, one message at a time."""
        size = self._channel.digest_size
        ready = size == 1 or self._now - self.traffic.digested_at >= DIGEST_GAP
        left = sorted(left, key=_urgency)
        while left and ready and self._room():
            chunk, left = left[:size], left[size:]
            self._send(chunk, waiting=len(left), storm=size > 1)
            ready = size == 1
        resting = self.traffic.resting_until > self._now
        self._hold(left, 0.0, "the channel rests after a failure" if resting else "over the channel's rate")

    def fits(self, message: Pending) -> bool:
        """Whether a message could be sent now by itself."""
        critical = message.notification.severity == "critical"
        return self._room(share=FOR_DIGESTS if critical else FOR_CRITICAL)

    def _room(self, *, share: float = 0.0) -> bool:
        return self.traffic.room(self._channel, 1, self._now, share=share) > 0

    def _send(
        self, messages: list[Pending], cluster: str = "", *, waiting: int = 0, storm: bool = False
    ) -> None:
        told = tuple(one.notification for one in messages)
        digest = len(told) > 1
        about = cluster or ("" if digest else _cluster(messages[0]))
        self._keep(self.traffic.counted(self._channel, about, self._now, digest=storm))
        for message in messages:
            leased = msgspec.structs.replace(message, not_before=self._now + _LEASE, detail="being sent")
            keep_pending(self._store, leased)
        content = Digest(notifications=told, waiting=waiting, cluster=cluster) if digest else told[0]
        note = None if digest else messages[0].note
        plain = any(one.plain for one in messages)
        delivery = self._channel.deliver(Letter(content=content, note=note, plain=plain))
        if delivery.status != "delivered":
            rest = _BROKEN if delivery.status == "dead" else max(5.0, delivery.retry_after or 0.0)
            told_of = {name: when for name, when in self.traffic.clusters.items() if name != about}
            resting = self._now + rest
            self._keep(
                msgspec.structs.replace(self.traffic, resting_until=resting, backlog=True, clusters=told_of)
            )
        for message in messages:
            self._settle(message, delivery)

    def _settle(self, message: Pending, delivery: Delivery) -> None:
        if delivery.status == "delivered":
            self._store.remove("outbox", message.key)
            self._drained.append(Drained(message, delivery))
            return
        attempts = message.attempts + 1
        wait = _LONGEST_WAIT if delivery.status == "dead" else min(5.0 * 2**attempts, _LONGEST_WAIT)
        kept = msgspec.structs.replace(
            message,
            attempts=attempts,
            not_before=self._now + max(wait, delivery.retry_after or 0.0),
            status=delivery.status,
            detail=delivery.detail,
            fix=delivery.fix,
            plain=message.plain or delivery.form_refused,
        )
        if self._fallback and not kept.passed_on and _wants_another(kept, delivery):
            kept = msgspec.structs.replace(kept, passed_on=True)
            self._pass_on(kept)
        keep_pending(self._store, kept)
        self._drained.append(Drained(kept, delivery))

    def _pass_on(self, message: Pending) -> None:
        note = reason("alert.fallback", channel=message.channel, why=message.detail)
        passed = Pending(
            notification=message.notification,
            channel=self._fallback,
            queued_at=message.queued_at,
            note=note,
        )
        keep_pending(self._store, passed)

    def _hold(self, messages: Sequence[Pending], until: float, why: str) -> None:
        if messages and not self.traffic.backlog:
            self._keep(msgspec.structs.replace(self.traffic, backlog=True))
        for message in messages:
            held = message
            if message.status == "held" and (message.detail, message.not_before) != (why, until):
                held = msgspec.structs.replace(message, not_before=until, detail=why)
                keep_pending(self._store, held)
            wait = max(0.0, until - self._now)
            delivery = Delivery(channel=self._channel.name, status="held", detail=why, retry_after=wait)
            self._drained.append(Drained(held, delivery))

    def _keep(self, traffic: Traffic) -> None:
        self.traffic = traffic
        keep_traffic(self._store, self._channel.name, traffic, self._now)


def _wants_another(message: Pending, delivery: Delivery) -> bool:
    """Whether another channel is told too: this one is broken, tired, or too slow for what is critical."""
    slow = message.notification.severity == "critical" and (delivery.retry_after or 0.0) >= _BROKEN
    return delivery.status == "dead" or message.attempts >= _PATIENCE or slow


def _urgency(message: Pending) -> tuple[int, float]:
    return -SEVERITIES.index(message.notification.severity), message.queued_at


def _cluster(message: Pending) -> str:
    clusters = message.notification.clusters
    return clusters[0].cluster_id if clusters else ""


def _by_cluster(messages: Iterable[Pending]) -> list[tuple[str, list[Pending]]]:
    """Messages of one cluster together, in order; each that has none alone."""
    found: dict[str, list[Pending]] = {}
    alone = []
    for message in messages:
        if cluster := _cluster(message):
            found.setdefault(cluster, []).append(message)
        else:
            alone.append(("", [message]))
    return [*found.items(), *alone]
