"""CKafka trigger: messages of a topic that CloudAudit delivers to.

``{"Records": [{"Ckafka": {"topic", "partition", "offset", "msgKey", "msgBody"}}]}``:
https://www.tencentcloud.com/document/product/583/17530. A run that fails is tried 10,000 times by default and
blocks its partition, so one message that cannot be read must never fail the run.
"""

from __future__ import annotations

from collections.abc import Mapping

from sgguard.event.doors.records import records_in
from sgguard.event.foreign import mapping


def is_ckafka(event: Mapping[str, object]) -> bool:
    """Whether CKafka made the event."""
    records = event.get("Records")
    return isinstance(records, list) and bool(records) and "Ckafka" in mapping(records[0])


def elements(event: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """The records in the bodies of all messages."""
    found: list[Mapping[str, object]] = []
    records = event.get("Records")
    for record in records if isinstance(records, list) else ():
        body = mapping(mapping(record).get("Ckafka")).get("msgBody")
        if isinstance(body, Mapping):
            found.append(body)
        elif isinstance(body, str):
            found += records_in(body) or ({"data": body},)
        else:
            found.append({"data": record})
    return tuple(found)
