"""The store as the guard needs it.

No method asks for a comparison and a write in one: object stores have none. What must not be overwritten has
a key made of its content; what may be holds nothing that a wrong write could follow from.
"""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from sgguard.errors import GuardError

Kind = Literal[
    "snapshot",
    "journal",
    "claim",
    "plan",
    "waiver",
    "outbox",
    "dead-letter",
    "alert",
    "facts",
    "marker",
]
"""``snapshot``, ``journal``: never changed, never removed. ``claim``: writes of the last minutes, which the
limits count. ``plan``: waits for an approval. ``waiver``: when one was last of use. ``outbox``,
``dead-letter``: removed when settled. ``alert``: problems that are open. ``facts``: what was read of the
cloud. ``marker``: switches and cursors."""


class StoreError(GuardError):
    """The store cannot be reached or written. Without it the guard only observes."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One kept document."""

    kind: Kind
    key: str
    """Parts between slashes, none of them empty or of dots alone."""
    kept_at: float
    """Epoch seconds."""
    document: bytes
    """JSON."""


class Store(Protocol):
    """A durable store of JSON documents. Every method raises StoreError when it cannot do its work."""

    def put(self, entry: Entry) -> None:
        """Keep a document durably. The same kind and key again is the same document: nothing changes."""
        ...

    def replace(self, entry: Entry) -> None:
        """Keep a document durably in place of the one with the same kind and key, if there is one."""
        ...

    def get(self, kind: Kind, key: str) -> Entry | None:
        """One document; None if there is none."""
        ...

    def entries(self, kind: Kind, prefix: str = "") -> tuple[Entry, ...]:
        """All documents of a kind whose key starts so, oldest first."""
        ...

    def remove(self, kind: Kind, key: str) -> None:
        """Forget a document; nothing happens if there is none."""
        ...
