"""The documents that are kept."""

from __future__ import annotations

import json
from hashlib import sha256

import msgspec

from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.state.ports import Entry, Store, StoreError


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A group as it was before the guard wrote to it."""

    region: str
    group_id: str
    group: SecurityGroupPolicySet


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that could not be handled, and why."""

    reason: str
    event: object
    """As it came, as far as it is JSON. It may hold secrets of the platform: never log it."""


def keep_snapshot(store: Store, snapshot: Snapshot, *, at: float) -> str:
    """Keep a group's rows before they are changed; returns the snapshot's key, a digest of its content."""
    document = msgspec.json.encode(snapshot)
    key = sha256(document).hexdigest()
    store.put(Entry(kind="snapshot", key=key, kept_at=at, document=document))
    return key


def find_snapshot(store: Store, key: str) -> Snapshot:
    """A snapshot by its key. Raises StoreError where there is none or it is not what was kept."""
    kept = store.get("snapshot", key)
    if kept is None:
        raise StoreError(f"Snapshot {key[:12]} is gone, so nothing can be put back from it.")
    if sha256(kept.document).hexdigest() != key:
        raise StoreError(f"Snapshot {key[:12]} was altered: its content does not have that digest.")
    try:
        return msgspec.json.decode(kept.document, type=Snapshot)
    except msgspec.DecodeError as error:
        raise StoreError(f"Snapshot {key[:12]} cannot be read: {error}.") from error


def keep_dead_letter(store: Store, letter: DeadLetter, *, at: float) -> str:
    """Keep an event that could not be handled; the same event with the same reason is kept once."""
    document = _as_it_came(letter)
    key = sha256(document).hexdigest()
    store.put(Entry(kind="dead-letter", key=key, kept_at=at, document=document))
    return key


def _as_it_came(letter: DeadLetter) -> bytes:
    """JSON of an event that may hold anything: lone surrogates and NaN stay what they were."""
    kept = {"reason": letter.reason, "event": letter.event}
    try:
        text = json.dumps(kept, default=repr)
    except RecursionError:
        text = json.dumps({**kept, "event": "nested too deeply to be kept"})
    return text.encode("ascii")
