"""COS trigger: a tracking set has written a file.

``{"Records": [{"cos": {"cosObject", "cosBucket"}, "event"}]}``:
https://www.tencentcloud.com/document/product/583/9707. CloudAudit writes a file within 5 to 10 minutes
(https://www.tencentcloud.com/document/product/1021/42145).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_plus

import msgspec

from sgguard.errors import EventError
from sgguard.event.foreign import mapping, text

_SHORT: Final[Mapping[str, str]] = {
    "gz": "ap-guangzhou",
    "sh": "ap-shanghai",
    "bj": "ap-beijing",
    "cd": "ap-chengdu",
    "cq": "ap-chongqing",
    "nj": "ap-nanjing",
    "hk": "ap-hongkong",
    "sg": "ap-singapore",
    "jp": "ap-tokyo",
    "kr": "ap-seoul",
    "ca": "na-toronto",
    "usw": "na-siliconvalley",
    "use": "na-ashburn",
    "ger": "eu-frankfurt",
    "in": "ap-mumbai",
    "th": "ap-bangkok",
}
"""The short names that cosBucket.region uses: https://www.tencentcloud.com/document/product/436/6224."""


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    """A file in COS."""

    bucket: str
    """With the account's number: ``audit-1250000000``."""
    region: str
    key: str


def is_cos(event: Mapping[str, object]) -> bool:
    """Whether COS made the event."""
    records = event.get("Records")
    return isinstance(records, list) and bool(records) and "cos" in mapping(records[0])


def objects(event: Mapping[str, object]) -> tuple[StoredObject, ...]:
    """The files that were written; others than ``cos:ObjectCreated:…`` are left out. Raises EventError."""
    return tuple(_objects(event))


def _objects(event: Mapping[str, object]) -> Iterator[StoredObject]:
    records = event.get("Records")
    for record in records if isinstance(records, list) else ():
        about = mapping(record)
        if "ObjectCreated" in text(mapping(about.get("event")).get("eventName")):
            yield _object(mapping(about.get("cos")))


def _object(cos: Mapping[str, object]) -> StoredObject:
    bucket, described = mapping(cos.get("cosBucket")), mapping(cos.get("cosObject"))
    name, app_id, region = (text(bucket.get(key)) for key in ("name", "appid", "region"))
    # Not `text`: a key may be longer than any other text, and is read as it is.
    key = described.get("key")
    if not (name and app_id and region and isinstance(key, str)):
        raise EventError(
            "A COS event that does not say which object.", next_step="Check the function's trigger."
        )
    # "/<appid>/<bucket>/<key>", percent-encoded
    prefix = f"/{app_id}/{name}/"
    return StoredObject(
        bucket=f"{name}-{app_id}",
        region=_SHORT.get(region, region),
        key=unquote_plus(key.removeprefix(prefix)),
    )
