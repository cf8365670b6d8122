"""What a way to reach people has to offer."""

from __future__ import annotations

from typing import Protocol

from sgguard.model.notification import Delivery, Notification


class Channel(Protocol):
    """One chat, webhook or mailbox."""

    @property
    def name(self) -> str:
        """Names the channel in logs and in the outbox; holds no secret."""
        ...

    def deliver(self, notification: Notification) -> Delivery:
        """Try once. Never raises: what went wrong is in the delivery, without secrets."""
        ...
