"""Events in: what a function is handed, to changes. Pure; an event that cannot be read is an `EventError`."""

from sgguard.event.actor import account_of
from sgguard.event.audit import parse
from sgguard.event.batch import is_batch, read_batch
from sgguard.event.doors import (
    Answer,
    SignatureError,
    StoredObject,
    arrival_of,
    errand,
    objects,
    records_in,
    verified_body,
)
from sgguard.event.envelope import request_of, split

__all__ = [
    "Answer",
    "SignatureError",
    "StoredObject",
    "account_of",
    "arrival_of",
    "errand",
    "is_batch",
    "objects",
    "parse",
    "read_batch",
    "records_in",
    "request_of",
    "split",
    "verified_body",
]
