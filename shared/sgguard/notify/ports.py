"""What a way to reach people has to offer."""

from __future__ import annotations

from typing import Protocol

from sgguard.model.notification import Delivery, Letter
from sgguard.notify.pace import Pace


class Channel(Protocol):
    """One chat, webhook or mailbox."""

    @property
    def name(self) -> str:
        """Names the channel in logs and in the outbox; holds no secret."""
        ...

    @property
    def paces(self) -> tuple[Pace, ...]:
        """How often it is posted to: less often than the vendor allows."""
        ...

    @property
    def digest_size(self) -> int:
        """How many notifications one message can list by name; 1 where they are never put together."""
        ...

    def deliver(self, letter: Letter) -> Delivery:
        """Try now. Never raises: what went wrong is in the delivery, without secrets."""
        ...
