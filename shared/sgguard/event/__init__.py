"""Events in: what a function is handed, to changes. Pure; an event that cannot be read is an `EventError`."""

from sgguard.event.actor import account_of
from sgguard.event.audit import parse
from sgguard.event.batch import is_batch, read_batch
from sgguard.event.envelope import split

__all__ = ["account_of", "is_batch", "parse", "read_batch", "split"]
