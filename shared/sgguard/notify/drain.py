"""Sends what is kept: at least once, for a message is forgotten only after its channel has taken it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sgguard.config.alerts import Alerts
from sgguard.notify.flush import Drained, Flush
from sgguard.notify.ports import Channel
from sgguard.notify.traffic import DIGEST_GAP, keep_traffic
from sgguard.state import Pending, Store, keep_pending, pending_messages

_NOTHING_WRITTEN = Alerts()


def drain(
    store: Store, channels: Sequence[Channel], now: float, alerts: Alerts = _NOTHING_WRITTEN
) -> tuple[Drained, ...]:
    """Send all that is due now, and tell what became of it. For the sweep. Raises StoreError."""
    names = [channel.name for channel in channels]
    fallback = alerts.fallback if alerts.fallback in names else ""
    if fallback:
        _readdress(store, names, fallback)
    found: list[Drained] = []
    for channel in sorted(channels, key=lambda one: one.name == fallback):
        found += _all_due(Flush(store, channel, now, fallback=fallback), store, channel, now)
    return tuple(found)


def send_now(
    message: Pending, store: Store, channel: Channel, now: float, fallback: str
) -> Sequence[Drained]:
    """Send one message that has just been kept, and now and then what is kept besides it. Raises StoreError.

    Looking at everything costs a read a message, so it is done only where something is known to wait.
    """
    flush = Flush(store, channel, now, fallback=fallback)
    traffic = flush.traffic
    if traffic.backlog and now - traffic.digested_at >= DIGEST_GAP:
        # What is critical may pass what waits. Nothing else may: something critical could be waiting.
        hurries = message.notification.severity == "critical" and flush.fits(message)
        if not hurries or now - traffic.looked_at >= DIGEST_GAP:
            return _all_due(flush, store, channel, now)
    return flush.run([message], behind=traffic.backlog)


def _all_due(flush: Flush, store: Store, channel: Channel, now: float) -> Sequence[Drained]:
    kept = pending_messages(store, f"{channel.name}/")
    drained = flush.run(message for message in kept if message.not_before <= now)
    delivered = sum(one.delivery.status == "delivered" for one in drained)
    backlog = delivered < len(kept)
    if backlog or flush.traffic.backlog:
        looked = msgspec.structs.replace(flush.traffic, backlog=backlog, looked_at=now)
        keep_traffic(store, channel.name, looked, now)
    return drained


def _readdress(store: Store, names: Iterable[str], fallback: str) -> None:
    """Give the fallback what was kept for channels that the config does not have any more."""
    known = set(names)
    for message in pending_messages(store):
        if message.channel not in known:
            keep_pending(store, msgspec.structs.replace(message, channel=fallback, not_before=0.0))
            store.remove("outbox", message.key)
