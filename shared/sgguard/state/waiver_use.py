"""When each waiver was last of use, so that those nobody needs can be struck."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sgguard.state.ports import Entry, Store

_DAY = 86400.0


class WaiverUseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver that something depended on."""

    waiver: str
    group_id: str
    at: float
    """Epoch seconds of the last use, within a day."""


def keep_waiver_uses(store: Store, group_id: str, waivers: Iterable[str], *, at: float) -> None:
    """Note that waivers were of use to a group; once a day is enough. Raises StoreError."""
    for waiver in waivers:
        key = f"{waiver}/{group_id}"
        known = store.get("waiver", key)
        if known is None or at - known.kept_at >= _DAY:
            document = msgspec.json.encode(WaiverUseRecord(waiver=waiver, group_id=group_id, at=at))
            store.replace(Entry(kind="waiver", key=key, kept_at=at, document=document))
