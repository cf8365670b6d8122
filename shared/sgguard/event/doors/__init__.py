"""Every way by which events come in besides EventBridge, each to the elements that `parse` understands.

An element that cannot be read comes out as ``{"data": text}``: it fails when it is parsed, is kept with the
reason, and its neighbours go on.
"""

from sgguard.event.doors.arrival import Arrival, arrival_of, door_of
from sgguard.event.doors.cos import StoredObject, objects
from sgguard.event.doors.function_url import Answer, SignatureError, verified_body
from sgguard.event.doors.records import records_in
from sgguard.event.doors.timer import errand

__all__ = [
    "Answer",
    "Arrival",
    "SignatureError",
    "StoredObject",
    "arrival_of",
    "door_of",
    "errand",
    "objects",
    "records_in",
    "verified_body",
]
