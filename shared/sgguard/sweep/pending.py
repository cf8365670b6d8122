"""Batches that nobody is answerable for yet: kept in the store until they are worked off or handed over."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import msgspec

from sgguard.model.batch import Batch
from sgguard.state import Entry, Store

_PREFIX = "batch/"


def keep_batch(store: Store, batch: Batch, *, at: float) -> str:
    """Keep a batch; returns its key. Raises StoreError."""
    document = msgspec.json.encode(batch)
    key = f"{_PREFIX}{batch.sweep}/{sha256(document).hexdigest()[:24]}"
    store.put(Entry(kind="marker", key=key, kept_at=at, document=document))
    return key


def forget_batch(store: Store, key: str) -> None:
    """A batch is worked off, or somebody else's. Raises StoreError."""
    store.remove("marker", key)


def kept_batches(store: Store, sweep: str = "") -> Iterator[tuple[str, Batch]]:
    """Key and batch of all that are kept, or of one sweep's, oldest first. Raises StoreError."""
    prefix = f"{_PREFIX}{sweep}/" if sweep else _PREFIX
    for entry in store.entries("marker", prefix):
        try:
            yield entry.key, msgspec.json.decode(entry.document, type=Batch)
        except msgspec.DecodeError:
            store.remove("marker", entry.key)  # another version of the guard wrote it
