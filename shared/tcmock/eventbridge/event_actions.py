"""PutEvents: events of one's own, on a custom bus."""

from __future__ import annotations

import msgspec

from tcmock.errors import APIError
from tcmock.eventbridge.cloud_event import CONTENT_TYPE, EVENT_BYTES
from tcmock.eventbridge.request import bus_of
from tcmock.invocation import Answer, Backstage, Invocation, Later
from tcmock.parameters import Params


def put(call: Invocation) -> Later:
    """Hand events to the rules of a custom bus."""
    bus = bus_of(call)
    if bus.type == "Cloud":
        raise APIError("OperationDenied.UnsupportedOperation", "The default event bus takes no events.")
    events = [_event(call, given) for given in call.params.children("EventList")]

    def route(backstage: Backstage) -> Answer:
        for event in events:
            backstage.route(call.account.uin, call.region.name, bus.bus_id, event)
        return {}

    return Later(route)


def _event(call: Invocation, given: Params) -> dict[str, object]:
    try:
        data = msgspec.json.decode(given.text("Data"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise APIError("InvalidParameterValue.InvalidEvent", f"`Data` is no JSON: {error}.") from error
    event = {
        "specversion": "1.0",
        "id": given.text("Id") or call.region.ids.uuid(),
        "source": given.text("Source"),
        "type": given.text("Type"),
        "subject": given.text("Subject"),
        "time": given.number("Time") or int(call.now * 1000),
        "region": given.text("Region") or call.region.name,
        "status": given.text("Status"),
        "datacontenttype": CONTENT_TYPE,
        "tags": {tag.text("Key"): tag.text("Value") for tag in given.children("TagList")} or None,
        "data": data,
    }
    if len(msgspec.json.encode(event)) > EVENT_BYTES:
        raise APIError("InvalidParameter.Payload", f"An event may have {EVENT_BYTES} bytes.")
    return event
