"""Tells people. A message is delivered or kept; it is never taken for delivered."""

from sgguard.notify.compose import Written, compose, compose_failure
from sgguard.notify.dispatch import dispatch
from sgguard.notify.drain import drain
from sgguard.notify.flush import Drained
from sgguard.notify.ports import Channel
from sgguard.notify.standing import resolve

__all__ = ["Channel", "Drained", "Written", "compose", "compose_failure", "dispatch", "drain", "resolve"]
