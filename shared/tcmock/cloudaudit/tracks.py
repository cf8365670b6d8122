"""Delivers records along tracks: to COS in files, as lines of JSON, and to topics one by one.

Layout and lines as seen in buckets: ``<prefix>/<track>/<year>/<month>/…``, without `eventID` and
`apiVersion`.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import partial

import msgspec

from tcmock.clock import china_moment
from tcmock.cloudaudit.state import CloudAuditState, Message, Track
from tcmock.cos.state import CosState, Object
from tcmock.ground import Ground

FILE_SECONDS = 300.0
"""A file is written that long after its first record
(https://www.tencentcloud.com/document/product/1021/30333)."""
_LEFT_OUT = ("eventID", "apiVersion")
_COMPRESSED = 1


class Tracks:
    """All tracks of a cloud."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._waiting: dict[tuple[str, int], list[bytes]] = {}
        """Lines by account and track."""

    def take(self, record: Mapping[str, object]) -> None:
        """Send a record along every track that wants it."""
        uin = str(msgspec.convert(record["userIdentity"], dict[str, object])["accountId"])
        with self._ground.lock:
            account = self._ground.accounts().get(uin)
            state = account[CloudAuditState] if account else CloudAuditState()
            due = [track for track in state.tracks.values() if track.wants(record)]
            new = [track for track in due if self._put(uin, track, state, record)]
        for track in new:
            when = self._ground.clock.now() + FILE_SECONDS
            self._ground.agenda.at(when, partial(self._write, uin, track.track_id))

    def clear(self) -> None:
        """Forget what waits."""
        with self._ground.lock:
            self._waiting.clear()

    def _put(self, uin: str, track: Track, state: CloudAuditState, record: Mapping[str, object]) -> bool:
        """Deliver to a topic, or keep a line for a file; whether that begins one."""
        told = {name: value for name, value in record.items() if name not in _LEFT_OUT}
        line, storage = msgspec.json.encode(told), track.storage
        if storage.storage_type != "cos":
            state.messages.append(
                Message(
                    storage_type=storage.storage_type,
                    region=storage.storage_region,
                    topic=storage.storage_name,
                    body=line.decode(),
                )
            )
            return False
        lines = self._waiting.setdefault((uin, track.track_id), [])
        lines.append(line)
        return len(lines) == 1

    def _write(self, uin: str, track_id: int) -> None:
        """Write the file of a track, unless it or its bucket is gone."""
        ground = self._ground
        with ground.lock:
            lines, account = self._waiting.pop((uin, track_id), []), ground.accounts().get(uin)
            track = account[CloudAuditState].tracks.get(track_id) if account else None
            if not lines or account is None or track is None:
                return
            storage, now = track.storage, ground.clock.now()
            name = f"{storage.storage_name}-{account.app_id}"
            bucket = account.region(storage.storage_region)[CosState].buckets.get(name)
            if bucket is None:
                return
            text = b"".join(line + b"\n" for line in lines)
            packed = storage.compress == _COMPRESSED
            moment = china_moment(now)
            folder = f"{storage.storage_prefix}/{track.name}/{moment.year}/{moment.month}"
            key = f"{folder}/{moment:%d-%H%M%S}-{ground.ids.uuid()[:8]}{'.gz' if packed else ''}"
            bucket.objects[key] = Object(
                body=gzip.compress(text, mtime=0) if packed else text,
                headers={"content-type": "application/octet-stream"},
                modified=now,
            )
