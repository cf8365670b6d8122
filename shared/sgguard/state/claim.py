"""Claims: a group is about to be written. What the limits count, across events and instances.

A claim is kept before the write and looked at after. Of two instances that write at the same time at least
the one whose claim came later sees the other's; so no more groups are written than the budget has, whatever
the clocks of the instances say. Both may see each other and hold back: that is the price of a store without
comparisons, and one instance at a time does not pay it.
"""

from __future__ import annotations

import msgspec

from sgguard.state.ports import Entry, Store

_KEPT = 7200.0
"""Seconds after which a claim is forgotten; no window is longer."""
_FORGOTTEN_AT_ONCE = 20


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One group that is about to be written, or was."""

    group_id: str
    region: str
    at: float
    """Epoch seconds, by the clock of the instance that claims."""
    by: str
    """The invocation, told apart from every other."""
    change: str
    """Request id of the change that it answers to."""

    @property
    def key(self) -> str:
        """Key in the store."""
        return f"{self.group_id}/{round(self.at * 1000):015}-{self.by}"


def keep_claim(store: Store, claim: Claim) -> None:
    """Put a claim on record. Raises StoreError."""
    document = msgspec.json.encode(claim)
    store.put(Entry(kind="claim", key=claim.key, kept_at=claim.at, document=document))


def withdraw_claim(store: Store, claim: Claim) -> None:
    """Take back a claim after which nothing was written. Raises StoreError."""
    store.remove("claim", claim.key)


def recent_claims(store: Store, *, since: float, now: float) -> tuple[Claim, ...]:
    """The claims made since a moment, those of clocks that are ahead included. Forgets old ones.

    Raises StoreError; a claim that cannot be read is one too, for it may stand for a write.
    """
    entries = store.entries("claim")
    for entry in [entry for entry in entries if entry.kept_at < now - _KEPT][:_FORGOTTEN_AT_ONCE]:
        store.remove("claim", entry.key)
    return tuple(_read(entry) for entry in entries if entry.kept_at >= since)


def _read(entry: Entry) -> Claim:
    try:
        return msgspec.json.decode(entry.document, type=Claim)
    except msgspec.DecodeError:
        group_id = entry.key.partition("/")[0]
        return Claim(group_id=group_id, region="", at=entry.kept_at, by="unreadable", change="")
