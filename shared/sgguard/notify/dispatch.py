"""Every message through every channel; what is not delivered is kept."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.model.notification import Notification
from sgguard.model.run import Sent
from sgguard.notify.ports import Channel
from sgguard.state import Store, keep_undelivered
from sgguard.state.records import Undelivered


def dispatch(notification: Notification, channels: Sequence[Channel], store: Store, *, at: float) -> Sent:
    """Try each channel once and keep the message for those that did not take it. Raises StoreError."""
    deliveries = tuple(channel.deliver(notification) for channel in channels)
    for delivery in deliveries:
        if delivery.status != "delivered":
            keep_undelivered(store, Undelivered(notification=notification, delivery=delivery), at=at)
    return Sent(notification=notification, deliveries=deliveries)
