"""Every message to the channels that it is for; it is kept before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.config.alerts import Alerts
from sgguard.model.notification import Delivery, Letter, Notification
from sgguard.model.run import Sent
from sgguard.notify.drain import drain, send_now
from sgguard.notify.ports import Channel
from sgguard.notify.routing import quiet_until, routed
from sgguard.notify.standing import consider
from sgguard.state import Pending, Store, StoreError, keep_pending, keep_standing

_NOTHING_WRITTEN = Alerts()


def dispatch(
    notification: Notification,
    channels: Sequence[Channel],
    store: Store,
    *,
    at: float,
    alerts: Alerts = _NOTHING_WRITTEN,
) -> Sent:
    """Tell people, unless they know. What is not delivered is in the outbox.

    Raises StoreError where a message could be neither kept nor delivered.
    """
    names = routed(notification, alerts, [channel.name for channel in channels])
    chosen = [channel for channel in channels if channel.name in names]
    try:
        considered = consider(notification, store, at, alerts.repeat_hours)
        notification, told_before = considered.notification, considered.told_before
        until = quiet_until(notification, alerts, at)
        pending = [_pending(notification, name, at, until) for name in names if told_before is None]
        for message in pending:
            keep_pending(store, message)
        for standing in considered.standing:
            keep_standing(store, standing)
    except StoreError:
        # A store that is down must not silence the guard.
        return _unkept(notification, chosen)
    if told_before is not None:
        suppressed = tuple(_suppressed(name, told_before, at, alerts) for name in names)
        return Sent(notification=notification, deliveries=suppressed)
    if until is not None:
        return Sent(notification=notification, deliveries=tuple(map(_held, pending)))
    drained = _send(pending, channels, store, at, alerts)
    return Sent(notification=notification, deliveries=tuple(drained))


def _pending(notification: Notification, channel: str, at: float, until: float | None) -> Pending:
    return Pending(
        notification=notification,
        channel=channel,
        queued_at=at,
        not_before=until or 0.0,
        detail="" if until is None else "quiet hours",
    )


def _held(message: Pending) -> Delivery:
    wait = max(0.0, message.not_before - message.queued_at)
    return Delivery(channel=message.channel, status="held", detail=message.detail, retry_after=wait)


def _suppressed(name: str, told_at: float, at: float, alerts: Alerts) -> Delivery:
    passed = at - told_at
    return Delivery(
        channel=name,
        status="suppressed",
        detail=f"the same is open and was told {round(passed / 60)} minutes ago",
        retry_after=alerts.repeat_hours * 3600 - passed,
    )


def _send(
    pending: Sequence[Pending], channels: Sequence[Channel], store: Store, at: float, alerts: Alerts
) -> Iterator[Delivery]:
    """What became of the messages, and of what the fallback was given in their place."""
    by_name = {channel.name: channel for channel in channels}
    fallback = alerts.fallback if alerts.fallback in by_name else ""
    passed_on = False
    for message in pending:
        drained = send_now(message, store, by_name[message.channel], at, fallback)
        own = next((one for one in drained if one.message.key == message.key), None)
        if own is None:  # another instance is sending it
            yield _held(message)
            continue
        passed_on |= own.message.passed_on
        yield own.delivery
    if passed_on:
        told = drain(store, [by_name[fallback]], at)
        identity = pending[0].notification.id
        yield from (one.delivery for one in told if one.message.notification.id == identity)


def _unkept(notification: Notification, channels: Sequence[Channel]) -> Sent:
    deliveries = tuple(channel.deliver(Letter(content=notification)) for channel in channels)
    if deliveries and not any(delivery.status == "delivered" for delivery in deliveries):
        raise StoreError(
            "A message could be neither kept nor delivered.",
            next_step="Check SGGUARD_STORE, and each channel with sgguard notify test.",
        )
    return Sent(notification=notification, deliveries=deliveries)
