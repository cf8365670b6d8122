"""Messages on their way: kept before they are sent, forgotten when a channel has taken them."""

from __future__ import annotations

import msgspec

from sgguard.model.notification import Notification, Status
from sgguard.model.reason import Reason
from sgguard.state.ports import Entry, Store


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One notification for one channel."""

    notification: Notification
    channel: str
    queued_at: float
    """Epoch seconds."""
    not_before: float = 0.0
    """When it may be tried; epoch seconds."""
    attempts: int = 0
    status: Status = "held"
    detail: str = ""
    """Why it is still here."""
    fix: str = ""
    """What somebody has to do."""
    note: Reason | None = None
    """What the reader should know about the message itself."""
    plain: bool = False
    """Whether its form was refused."""
    passed_on: bool = False
    """Whether the fallback channel has been given it too."""

    @property
    def key(self) -> str:
        """Names it in the outbox."""
        return f"{self.channel}/{self.notification.id}"


def keep_pending(store: Store, message: Pending) -> None:
    """Keep a message, in place of what was kept of it before."""
    document = msgspec.json.encode(message)
    store.replace(Entry(kind="outbox", key=message.key, kept_at=message.queued_at, document=document))


def pending_messages(store: Store, prefix: str = "") -> tuple[Pending, ...]:
    """The messages whose key begins so, oldest first. One that cannot be read stays where it is."""
    return tuple(message for entry in store.entries("outbox", prefix) if (message := _decoded(entry)))


def _decoded(entry: Entry) -> Pending | None:
    try:
        return msgspec.json.decode(entry.document, type=Pending)
    except msgspec.DecodeError:
        return None
