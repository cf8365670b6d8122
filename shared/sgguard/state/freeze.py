"""The stored kill switch: while a freeze stands, nothing is written."""

from __future__ import annotations

import msgspec

from sgguard.model.reason import as_written
from sgguard.state.journal import WHOLE_GUARD, Deed, JournalEntry, Written, append
from sgguard.state.ports import Entry, Store


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants nothing to be written."""

    group_id: str
    """Empty for every group."""
    by: str
    why: str
    at: float
    """Epoch seconds."""


def keep_freeze(store: Store, freeze: Freeze) -> Written:
    """Freeze one group or all, and journal it. Raises StoreError."""
    document = msgspec.json.encode(freeze)
    store.replace(Entry(kind="marker", key=_key(freeze.group_id), kept_at=freeze.at, document=document))
    return append(store, _switched(freeze, "freeze"))


def lift_freeze(store: Store, lifted: Freeze) -> Written | None:
    """Thaw one group or all, and journal it; None where nothing was frozen. Raises StoreError."""
    if store.get("marker", _key(lifted.group_id)) is None:
        return None
    written = append(store, _switched(lifted, "unfreeze"))
    store.remove("marker", _key(lifted.group_id))
    return written


def freezes_of(store: Store, group_id: str) -> tuple[Freeze, ...]:
    """The freezes that concern a group: its own, and that of all. Raises StoreError."""
    found = (store.get("marker", _key("")), store.get("marker", _key(group_id)))
    return tuple(_read(entry) for entry in found if entry)


def _read(entry: Entry) -> Freeze:
    """A freeze that cannot be read is a freeze all the same."""
    try:
        return msgspec.json.decode(entry.document, type=Freeze)
    except msgspec.DecodeError:
        return Freeze(group_id="", by="somebody", why="the marker cannot be read", at=entry.kept_at)


def _key(group_id: str) -> str:
    return f"freeze/{group_id or 'all'}"


def _switched(freeze: Freeze, deed: Deed) -> JournalEntry:
    return JournalEntry(
        chain=freeze.group_id or WHOLE_GUARD,
        at=freeze.at,
        deed=deed,
        phase="ended",
        by=freeze.by,
        reasons=(as_written(freeze.why),) if freeze.why else (),
    )
