"""How many groups the guard covers, as the last sweep counted them."""

from __future__ import annotations

import msgspec

from sgguard.state.ports import Entry, Store

_KEY = "covered-groups"


class Covered(msgspec.Struct, frozen=True):
    """The document."""

    groups: int


def keep_covered_groups(store: Store, groups: int, *, at: float) -> None:
    """Note how many groups there are. Raises StoreError."""
    document = msgspec.json.encode(Covered(groups))
    store.replace(Entry(kind="marker", key=_KEY, kept_at=at, document=document))


def covered_groups(store: Store) -> int | None:
    """How many there were when they were last counted; None if nobody has. Raises StoreError."""
    kept = store.get("marker", _KEY)
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept.document, type=Covered).groups
    except msgspec.DecodeError:
        return 0  # the smallest budget there is
