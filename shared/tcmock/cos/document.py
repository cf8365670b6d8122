"""Buckets as state documents write them."""

from __future__ import annotations

import base64

import msgspec

from tcmock.cos.address import is_bucket_name
from tcmock.cos.state import Bucket, CosState, Object
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.structure import Fields, check_unique, converted


class _Object(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    key: str
    body: str = ""
    """Text; what is none is in `BodyBase64` instead."""
    body_base64: bytes = b""
    headers: dict[str, str] = {}
    modified: float | None = None
    appendable: bool = False


class _Bucket(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    bucket: str
    created: float | None = None
    objects: list[_Object] = []


def add_bucket(region: Region, fields: Fields) -> str:
    """A bucket; its name ends in the account's app id."""
    given, known, now = converted(fields, _Bucket), region[CosState].buckets, region.clock()
    if not is_bucket_name(given.bucket):
        raise StateError("Bucket", f"`{given.bucket}` is no name of a bucket; write like `name-1250000001`")
    check_unique("Bucket", given.bucket, known)
    objects = {
        item.key: Object(
            body=item.body.encode() or item.body_base64,
            headers={"content-type": "application/octet-stream", **item.headers},
            modified=now if item.modified is None else item.modified,
            appendable=item.appendable,
        )
        for item in given.objects
    }
    created = now if given.created is None else given.created
    known[given.bucket] = Bucket(name=given.bucket, created=created, objects=objects)
    return given.bucket


def dump_buckets(region: Region) -> list[dict[str, object]]:
    """The entries that load as the buckets."""
    return [
        {
            "Bucket": bucket.name,
            "Created": bucket.created,
            "Objects": [
                {
                    "Key": key,
                    **_written(found.body),
                    "Headers": dict(found.headers),
                    "Modified": found.modified,
                    "Appendable": found.appendable,
                }
                for key, found in bucket.objects.items()
            ],
        }
        for bucket in region[CosState].buckets.values()
    ]


def _written(body: bytes) -> dict[str, str]:
    try:
        return {"Body": body.decode()}
    except UnicodeDecodeError:
        return {"BodyBase64": base64.b64encode(body).decode()}
