"""CLS trigger: log records of a topic that CloudAudit delivers to, packed.

``{"clslogs": {"data": base64(gzip(json))}}``: https://www.tencentcloud.com/document/product/583/38845.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from sgguard.errors import EventError
from sgguard.event.doors.records import element, unpacked
from sgguard.event.foreign import mapping, unwrap

_NEXT_STEP = "Keep it. Check the function's CLS trigger."


def is_cls(event: Mapping[str, object]) -> bool:
    """Whether CLS made the event."""
    return "clslogs" in event


def elements(event: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """The records of the logs. Raises EventError where the packing cannot be undone."""
    data = mapping(event["clslogs"]).get("data")
    if not isinstance(data, str):
        raise EventError("clslogs.data is no text.", next_step=_NEXT_STEP)
    try:
        packed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EventError(f"clslogs.data is no base64: {error}.", next_step=_NEXT_STEP) from error
    logs = mapping(unpacked(packed).decode("utf-8", "replace")).get("records")
    if not isinstance(logs, list):
        raise EventError("The logs have no records.", next_step=_NEXT_STEP)
    return tuple(_record(mapping(log).get("content", log)) for log in logs)


def _record(content: object) -> Mapping[str, object]:
    """The record in the content of a log: its fields themselves, or the text of one of them."""
    fields = element(content)
    if "eventName" in fields or "data" in fields:
        return fields
    for value in fields.values():
        inner = unwrap(value)
        if isinstance(inner, Mapping) and "eventName" in inner:
            return inner
    return fields
