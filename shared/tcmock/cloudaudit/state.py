"""What cloudaudit keeps of one account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

StorageType = Literal["cos", "cls", "ckafka"]


class Storage(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """Where a track delivers."""

    storage_type: StorageType
    storage_region: str
    storage_name: str
    """Of a bucket without the app id, or a topic."""
    storage_prefix: str
    storage_account_id: str = ""
    storage_app_id: str = ""
    compress: int = 2
    """1 for gzip, 2 for none."""


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are delivered where."""

    track_id: int
    name: str
    status: int
    """1 delivers, 0 does not."""
    storage: Storage
    action_type: str
    """``Read``, ``Write`` or ``*``."""
    resource_type: str
    """A product, or ``*``."""
    event_names: tuple[str, ...]
    """``*`` for all."""
    created: float

    def wants(self, record: Mapping[str, object]) -> bool:
        """Whether a record is to be delivered."""
        return (
            self.status == 1
            and self.action_type in ("*", record["actionType"])
            and self.resource_type in ("*", record["resourceType"])
            and ("*" in self.event_names or record["eventName"] in self.event_names)
        )


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was delivered to a topic of cls or ckafka."""

    storage_type: StorageType
    region: str
    topic: str
    body: str
    """The record as JSON. Nobody has published one of these: this is the shape of those in COS."""


class CloudAuditState(msgspec.Struct):
    """Records of writes, oldest first, and the tracks by id."""

    records: list[dict[str, object]] = []
    tracks: dict[int, Track] = {}
    messages: list[Message] = []
    last_track: int = 21_000
