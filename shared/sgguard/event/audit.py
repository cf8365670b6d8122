"""A CloudAudit record to the change it tells of, or to the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sgguard.errors import EventError
from sgguard.event.actor import actor_of
from sgguard.event.apis import NAMES_A_GROUP, NO_CHANGE, Effect, effect_of, stale_parts
from sgguard.event.batch import is_batch, read_batch, swept
from sgguard.event.claim import claim_of
from sgguard.event.envelope import Envelope, unpack
from sgguard.event.foreign import epoch_seconds, mapping, text, unwrap
from sgguard.event.groups import named_groups
from sgguard.event.subjects import named_subjects
from sgguard.model.change import ChangeEvent, IgnoredEvent, Via

_REGION = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+)+")
_READS = ("Describe", "Get", "List")
_SUCCESS = frozenset({"", "0", "ok", "success"})
_VIA: Final[dict[str, Via]] = {"apicall": "api", "consolecall": "console", "miniprogramcall": "mini-program"}
_NEXT_STEP = "Keep it. The next sweep reads every covered group, so the change itself is not lost."


def parse(element: Mapping[str, object]) -> ChangeEvent | IgnoredEvent:
    """The change that an element of `split` tells of, or why it needs no action.

    A write of a product that serves security groups is a change as soon as it names a group, also where its
    API is not in the table: groups are read again anyway, so a false alarm costs one read. A call that names
    something that groups depend on (a template, a cluster, a machine) is a change of whatever groups that
    affects. Reads, failed calls and calls without effect on traffic are ignored. Fields of a record:
    https://www.tencentcloud.com/document/product/1021/40499.

    Raises:
        EventError: no record, or a write to a security group that does not say which one.
    """
    if is_batch(element):
        return swept(read_batch(element))
    record, envelope = unpack(element)
    api = text(record.get("eventName"))
    if not api and envelope.is_unrelated:
        return IgnoredEvent(reason="The event is not CloudAudit's.")
    if not api:
        raise EventError("Not a CloudAudit record: eventName is missing or no text.", next_step=_NEXT_STEP)
    products = _products(record, envelope)
    effect = effect_of(api, products)
    request_id = text(record.get("requestID")) or text(record.get("eventID"))
    reason = _no_change(record, api, effect)
    groups = () if reason else _groups(record, element, effect)
    subjects = () if reason else named_subjects(record, effect)
    stale = () if reason else stale_parts(api, effect)
    if not groups and not subjects and not (stale and effect in ("template", "topology")):
        reason = reason or "The call names no security group."
        return IgnoredEvent(reason=reason, api=api, request_id=request_id)
    return ChangeEvent(
        group_ids=groups,
        subjects=subjects,
        stale=stale,
        regions=tuple(dict.fromkeys(_regions(record, envelope, effect))),
        api=api,
        product=next(iter(products), ""),
        request_id=request_id,
        occurred_at=epoch_seconds(record.get("eventTime")) or envelope.occurred_at,
        actor=actor_of(record.get("userIdentity")),
        source_address=text(record.get("sourceIPAddress")),
        via=_VIA.get(text(record.get("eventType")).lower()) or _VIA.get(envelope.call.lower(), "unknown"),
        user_agent=text(record.get("userAgent")),
        binds=effect in {"binding", "option"},
        claim=claim_of(record, api),
    )


def _no_change(record: Mapping[str, object], api: str, effect: Effect) -> str:
    """Why a call changes nothing; empty when it may. The table outweighs what the record claims."""
    claims_read = text(record.get("actionType")).lower() == "read"
    if api.startswith(_READS) or (claims_read and effect in ("unknown", "unrelated")):
        return "A read changes nothing."
    # errorCode is the verdict on the caller's permission, the other two are the call's own.
    results = (text(record.get(field)) for field in ("errorCode", "apiErrorCode", "apiErrorMessage"))
    if any(result.lower() not in _SUCCESS for result in results):
        return "The call failed and changed nothing."
    return NO_CHANGE.get(effect, "")


def _groups(record: Mapping[str, object], element: Mapping[str, object], effect: Effect) -> tuple[str, ...]:
    subject = (element.get("subject"), element.get("subjuect"), element.get("resource"))
    found = named_groups(record, subject, effect)
    if found:
        return found
    if effect in NAMES_A_GROUP:
        raise EventError("A write to a security group that does not say which one.", next_step=_NEXT_STEP)
    body = unwrap(record.get("requestParameters"))
    if isinstance(body, str) and body.strip():
        raise EventError("requestParameters is no JSON and may name a security group.", next_step=_NEXT_STEP)
    return ()


def _products(record: Mapping[str, object], envelope: Envelope) -> tuple[str, ...]:
    """What may be the product that served the call: as the record says, else as the envelope says."""
    host = text(record.get("eventSource")).partition(".")[0]
    named = (text(record.get("resourceType")).lower(), host.lower())
    return tuple(dict.fromkeys(filter(None, named))) or tuple(filter(None, (envelope.product,)))


def _regions(record: Mapping[str, object], envelope: Envelope, effect: Effect) -> Iterator[str]:
    """Plausible regions, most trusted first.

    eventRegion comes last: in real records the request went to another region. A copy lives in RemoteRegion.
    """
    request = mapping(record.get("requestParameters"))
    resources = unwrap(record.get("resourceSet"))
    candidates = [
        request.get("RemoteRegion") if effect == "copy" else None,
        request.get("Region"),
        *(mapping(item).get("resourceRegion") for item in (resources if isinstance(resources, list) else ())),
        envelope.region,
        record.get("eventRegion"),
    ]
    return (region for region in map(text, candidates) if _REGION.fullmatch(region))
