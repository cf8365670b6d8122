"""Where a request goes: a bucket, and perhaps an object in it."""

from __future__ import annotations

import re

import msgspec

from tcmock.wire import Request

_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9-]*-\d+)\.)?cos(?:-internal)?\.(?P<region>[a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?",
    re.IGNORECASE,
)
_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-\d{1,11}")
_SIGNED = "q-sign-algorithm="


class Place(msgspec.Struct, frozen=True):
    """A bucket and what is meant in it."""

    bucket: str
    """With the account's app id, ``name-1250000001``; ``""`` if the request names none."""
    region: str
    """``""`` where the host does not tell."""
    key: str
    """``""`` is the bucket itself."""


def is_cos(request: Request) -> bool:
    """Whether a request is for COS: by its host, or, on any other host, because it is signed as COS's are."""
    return _HOST.fullmatch(request.header("Host")) is not None or request.header("Authorization").startswith(
        _SIGNED
    )


def place_of(request: Request) -> Place:
    """What a request names: the bucket in its host, or at the start of its path."""
    found = _HOST.fullmatch(request.header("Host"))
    path = request.path.removeprefix("/")
    if found and found["bucket"]:
        return Place(found["bucket"].lower(), found["region"].lower(), path)
    bucket, _, key = path.partition("/")
    return Place(bucket, found["region"].lower() if found else "", key)


def is_bucket_name(text: str) -> bool:
    """Whether a bucket may be called so (https://www.tencentcloud.com/document/product/436/13312)."""
    return _BUCKET.fullmatch(text) is not None


def app_id_of(bucket: str) -> str:
    """The app id at the end of a bucket's name."""
    return bucket.rpartition("-")[2]
