"""CloudEvents envelopes of EventBridge, one or a batch, around CloudAudit records."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.errors import EventError
from sgguard.event.batch import is_batch
from sgguard.event.doors import door_of
from sgguard.event.foreign import epoch_seconds, mapping, text, unwrap

_ENVELOPE_FIELDS = ("source", "specversion", "type")
_NEXT_STEP = "Keep it. Check the function's trigger: CloudAudit events come from EventBridge."


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What an envelope adds to its record; all empty for a bare record.

    Fields: https://www.tencentcloud.com/document/product/1108/46246. Real deliveries differ from that page:
    `time` in seconds or as text, `tags` null, `subject` spelt ``subjuect``.
    """

    is_unrelated: bool = False
    """Its type is not CloudAudit's, for example ``cvm:ErrorEvent:ping_unreachable``."""
    product: str = ""
    """``vpc`` of the type ``vpc:CloudEvent:ApiCall``, else of the source ``vpc.cloud.tencent``."""
    call: str = ""
    """``ApiCall``, ``ConsoleCall`` or ``MiniProgramCall``."""
    region: str = ""
    occurred_at: int | None = None
    """Epoch seconds."""


def split(event: object) -> tuple[Mapping[str, object], ...]:
    """The elements of what a function was handed, each to be parsed on its own, in their order.

    An element is a CloudEvents envelope or a bare CloudAudit record. EventBridge hands over one envelope, or
    ``{"EventList": [envelope, …]}`` where batch delivery is on
    (https://cloud.tencent.com/document/product/248/87558); a replay may hand over a bare record; CLS and
    CKafka hand over records in packings of their own, and the sweep a batch of groups. JSON text of any of
    these will do. A list member that is no object comes out as ``{"data": member}``: it fails when it is
    parsed, and its neighbours do not.

    Raises:
        EventError: it is none of these, for example a timer's event.
    """
    if isinstance(event, bytes):
        event = event.decode("utf-8-sig", "replace")
    found = unwrap(event)
    if isinstance(found, Mapping) and (door := door_of(found)):
        return door(found)
    if not isinstance(found, Mapping):
        raise EventError(f"An event is a JSON object, this is {type(found).__name__}.", next_step=_NEXT_STEP)
    if "EventList" in found:
        return _batch(found["EventList"])
    if (
        is_batch(found)
        or "eventName" in found
        or ("data" in found and any(field in found for field in _ENVELOPE_FIELDS))
    ):
        return (found,)
    raise EventError("Neither an EventBridge envelope nor a CloudAudit record.", next_step=_NEXT_STEP)


def _batch(members: object) -> tuple[Mapping[str, object], ...]:
    if not isinstance(members, list | tuple):
        raise EventError(f"EventList is a list, this is {type(members).__name__}.", next_step=_NEXT_STEP)
    opened = map(unwrap, members)
    return tuple(member if isinstance(member, Mapping) else {"data": member} for member in opened)


def request_of(element: Mapping[str, object]) -> str:
    """The request id of the call that an element tells of; empty if it does not say."""
    record, _ = unpack(element)
    return text(record.get("requestID")) or text(record.get("eventID"))


def unpack(element: Mapping[str, object]) -> tuple[Mapping[str, object], Envelope]:
    """The record in an element and what the envelope adds; an empty record where there is none."""
    if "eventName" in element:
        return element, Envelope()
    kind = text(element.get("type"))
    product, is_audit, call = kind.partition(":CloudEvent:")
    if not is_audit:
        product = text(element.get("source")).partition(".")[0]
    return mapping(element.get("data")), Envelope(
        is_unrelated=bool(kind and not is_audit),
        product=product.lower(),
        call=call,
        region=text(element.get("region")),
        occurred_at=epoch_seconds(element.get("time")),
    )
