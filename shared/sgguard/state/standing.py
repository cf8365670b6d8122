"""What people were told about a group: so that they are not told it all day, and hear when it is over."""

from __future__ import annotations

import msgspec

from sgguard.model.notification import Notification
from sgguard.state.ports import Entry, Store


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of one group, by its fingerprint."""

    notification: Notification
    """As it was told last."""
    told_at: float
    """Epoch seconds."""
    seen: tuple[float, ...]
    """When it was found within the last 24 hours."""
    open: bool
    """Whether it still holds, as far as is known."""

    @property
    def key(self) -> str:
        """Starts with the group, so that all of a group's can be found."""
        return f"{group_prefix(self.notification.group_id)}{self.notification.fingerprint}"


def group_prefix(group_id: str) -> str:
    """What the keys of a group's problems start with."""
    return f"{group_id or '-'}/"


def keep_standing(store: Store, standing: Standing) -> None:
    """Keep it, in place of what was kept of it before."""
    document = msgspec.json.encode(standing)
    store.replace(Entry(kind="alert", key=standing.key, kept_at=standing.told_at, document=document))


def standing_alerts(store: Store, group_id: str) -> tuple[Standing, ...]:
    """What people were told about a group. One that cannot be read counts as not told."""
    return _read(store, group_prefix(group_id))


def all_standing(store: Store) -> tuple[Standing, ...]:
    """What people were told about any group."""
    return _read(store, "")


def _read(store: Store, prefix: str) -> tuple[Standing, ...]:
    found = []
    for entry in store.entries("alert", prefix):
        try:
            found.append(msgspec.json.decode(entry.document, type=Standing))
        except msgspec.DecodeError:
            continue
    return tuple(found)
