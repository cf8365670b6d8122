"""The store as the guard needs it: it puts, it lists, it never changes."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from sgguard.errors import GuardError

Kind = Literal["snapshot", "outbox", "dead-letter"]


class StoreError(GuardError):
    """The store cannot be reached or written. Without it the guard only observes."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One kept document."""

    kind: Kind
    key: str
    kept_at: float
    """Epoch seconds."""
    document: bytes
    """JSON."""


class Store(Protocol):
    """A durable store of JSON documents. Every method raises StoreError when it cannot do its work."""

    def put(self, entry: Entry) -> None:
        """Keep a document durably. The same kind and key again is the same document: nothing changes."""
        ...

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        """All documents of a kind, oldest first."""
        ...
