"""The CloudEvents wrapper of the default bus.

https://www.tencentcloud.com/document/product/1108/46246
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

EVENT_BYTES = 64 * 1024
"""Of one event (https://www.tencentcloud.com/document/product/1108/42286)."""
CONTENT_TYPE = "application/json;charset=utf-8"


class _Resource(msgspec.Struct, rename="camel"):
    resource_id: str


class _Identity(msgspec.Struct, rename="camel"):
    account_id: str


class _Record(msgspec.Struct, rename="camel"):
    """What the envelope takes from a record."""

    event_type: str
    event_time: int
    event_region: str
    resource_type: str
    resource_name: str
    resource_set: list[_Resource]
    user_identity: _Identity


def envelope(record: Mapping[str, object], *, event_id: str) -> dict[str, object]:
    """The event that a target receives for an audit record; `data` is that record.

    Where the documentation only shows placeholders, `region` is the record's and `subject` its first id.

    Raises:
        msgspec.ValidationError: it is no record of this cloud.
    """
    seen = msgspec.convert(record, _Record)
    owner = f"uin/{seen.user_identity.account_id}"
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"{seen.resource_type}.cloud.tencent",
        "type": f"{seen.resource_type}:CloudEvent:{seen.event_type}",
        "subject": seen.resource_set[0].resource_id if seen.resource_set else "",
        "time": seen.event_time * 1000,
        "region": seen.event_region,
        "resource": [
            f"qcs::{seen.resource_type}:{seen.event_region}:{owner}:{name}"
            for name in filter(None, seen.resource_name.split("|"))
        ],
        "datacontenttype": CONTENT_TYPE,
        "tags": {},
        "data": dict(record),
    }
