"""Messages that are owed: an instance that dies between its write and its message must not do so in silence.

What would be told of an instance that dies is kept before the first call, and forgotten once the real message
is sent or in the outbox. Whoever looks at the group next tells what is left.
"""

from __future__ import annotations

from contextlib import suppress

import msgspec

from sgguard.model.notification import Notification
from sgguard.state.ports import Entry, Store

PATIENCE = 900.0
"""Seconds after which an instance is taken to be dead: no function runs for longer.
https://www.tencentcloud.com/document/product/583/11637"""


def keep_promise(store: Store, owed: Notification, by: str, *, at: float) -> str:
    """Owe a message about a group; returns the promise's key. Raises StoreError."""
    key = f"owed/{owed.group_id}/{by}"
    store.replace(Entry(kind="marker", key=key, kept_at=at, document=msgspec.json.encode(owed)))
    return key


def settle_promise(store: Store, key: str) -> None:
    """Forget a message that was told otherwise. Raises StoreError."""
    store.remove("marker", key)


def broken_promises(store: Store, group_id: str, *, now: float) -> tuple[tuple[str, Notification], ...]:
    """What instances that died owe about a group, by key. Raises StoreError."""
    found: list[tuple[str, Notification]] = []
    for entry in store.entries("marker", f"owed/{group_id}/"):
        if entry.kept_at <= now - PATIENCE:
            with suppress(msgspec.DecodeError):
                found.append((entry.key, msgspec.json.decode(entry.document, type=Notification)))
    return tuple(found)
