"""Events in: what a function is handed, to changes. Pure; an event that cannot be read is an `EventError`."""

from sgguard.event.audit import parse
from sgguard.event.envelope import split

__all__ = ["parse", "split"]
