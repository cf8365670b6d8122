"""Tracks: made, shown, changed and deleted (https://www.tencentcloud.com/document/product/1021/45906)."""

from __future__ import annotations

import re

import msgspec

from tcmock.clock import china_time
from tcmock.cloudaudit.state import CloudAuditState, Storage, Track
from tcmock.cos.state import CosState
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.parameters import Params

MAX_TRACKS = 5
MAX_EVENT_NAMES = 10
"""https://www.tencentcloud.com/document/product/1021/30333"""
_NAME = re.compile(r"[A-Za-z0-9_-]{3,48}")
_PREFIX = re.compile(r"[A-Za-z0-9]{3,40}")
_ACTION_TYPES = ("Read", "Write", "*")
_STORAGE_TYPES = ("cos", "cls", "ckafka")


def create(call: Invocation) -> Answer:
    """A track; records of reads are none of what it delivers, for there are none."""
    params, state = call.params, call.account[CloudAuditState]
    if params.number("TrackForAllMembers"):
        raise not_emulated("tracks of an organisation")
    if len(state.tracks) >= MAX_TRACKS:
        raise APIError("LimitExceeded.OverAmount", f"An account may have {MAX_TRACKS} tracks.")
    track = Track(
        track_id=state.last_track + 1,
        name=params.text("Name"),
        status=params.number("Status") or 0,
        storage=_storage(params),
        action_type=params.text("ActionType"),
        resource_type=params.text("ResourceType"),
        event_names=tuple(params.texts("EventNames")),
        created=call.now,
    )
    _check(call, track)
    state.last_track = track.track_id
    state.tracks[track.track_id] = track
    return {"TrackId": track.track_id}


def modify(call: Invocation) -> Answer:
    """Change what is named of a track; its name stays."""
    params, track = call.params, _track(call)
    if params.text("Name") not in ("", track.name):
        raise APIError("InvalidParameterValue.AuditTrackNameNotSupportModify", "The name of a track stays.")
    status, names = params.number("Status"), params.texts("EventNames")
    changed = msgspec.structs.replace(
        track,
        status=track.status if status is None else status,
        storage=_storage(params) if "Storage" in params else track.storage,
        action_type=params.text("ActionType") or track.action_type,
        resource_type=params.text("ResourceType") or track.resource_type,
        event_names=tuple(names) or track.event_names,
    )
    _check(call, changed)
    call.account[CloudAuditState].tracks[track.track_id] = changed
    return {}


def delete(call: Invocation) -> Answer:
    """Delete a track."""
    del call.account[CloudAuditState].tracks[_track(call).track_id]
    return {}


def get(call: Invocation) -> Answer:
    """One track."""
    track = _track(call)
    return {**_described(track), "TrackForAllMembers": 0, "Filters": {"ResourceFields": []}}


def describe(call: Invocation) -> Answer:
    """All tracks, page by page."""
    tracks = list(call.account[CloudAuditState].tracks.values())
    number, size = call.params.number("PageNumber") or 0, call.params.number("PageSize") or 0
    if number < 1 or size < 1:
        raise APIError("InvalidParameter", "`PageNumber` and `PageSize` start at 1.")
    shown = tracks[(number - 1) * size : number * size]
    return {
        "Tracks": [{**_described(track), "TrackId": track.track_id} for track in shown],
        "TotalCount": len(tracks),
    }


def _track(call: Invocation) -> Track:
    track_id = call.params.number("TrackId")
    track = call.account[CloudAuditState].tracks.get(track_id or 0)
    if track is None:
        raise APIError("ResourceNotFound.AuditNotExist", f"The track {track_id} does not exist.")
    return track


def _storage(params: Params) -> Storage:
    given = params.child("Storage")
    kind = given.text("StorageType")
    if kind not in _STORAGE_TYPES:
        raise APIError("InvalidParameter", f"`StorageType` must be one of {', '.join(_STORAGE_TYPES)}.")
    written = {name: given.text(name) for name in given.names if name != "Compress"}
    return msgspec.convert({**written, "Compress": given.number("Compress") or 2}, Storage)


def _check(call: Invocation, track: Track) -> None:
    if not _NAME.fullmatch(track.name):
        raise APIError(
            "InvalidParameter", "`Name` must have 3 to 48 letters, digits, hyphens and underscores."
        )
    if track.status not in (0, 1):
        raise APIError("InvalidParameter", "`Status` must be 0 or 1.")
    if track.action_type not in _ACTION_TYPES:
        raise APIError(
            "InvalidParameterValue.ReadWriteAttributeError",
            f"`ActionType` must be one of {', '.join(_ACTION_TYPES)}.",
        )
    if track.resource_type == "*" and track.event_names != ("*",):
        raise APIError("InvalidParameter", "`EventNames` must be * for all products.")
    if not 1 <= len(track.event_names) <= MAX_EVENT_NAMES:
        raise APIError("InvalidParameter", f"`EventNames` may be {MAX_EVENT_NAMES}.")
    _check_storage(call, track.storage)


def _check_storage(call: Invocation, storage: Storage) -> None:
    if not _PREFIX.fullmatch(storage.storage_prefix):
        raise APIError(
            "InvalidParameterValue.LogFilePrefixError",
            "`StoragePrefix` must have 3 to 40 letters and digits.",
        )
    if storage.storage_type != "cos":
        return
    bucket = f"{storage.storage_name}-{call.account.app_id}"
    if bucket not in call.account.region(storage.storage_region)[CosState].buckets:
        raise APIError("ResourceNotFound.CosNotExist", f"The bucket `{bucket}` does not exist.")


def _described(track: Track) -> Answer:
    return {
        "Name": track.name,
        "ActionType": track.action_type,
        "ResourceType": track.resource_type,
        "Status": track.status,
        "EventNames": list(track.event_names),
        "Storage": msgspec.to_builtins(track.storage),
        "CreateTime": china_time(track.created),
    }
