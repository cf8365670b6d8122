"""Tells people. A message is delivered or kept; it is never taken for delivered."""

from sgguard.notify.compose import compose, compose_failure
from sgguard.notify.debt import Debt
from sgguard.notify.dispatch import dispatch
from sgguard.notify.drain import drain
from sgguard.notify.flush import Drained
from sgguard.notify.notice import compose_notice, compose_test
from sgguard.notify.ports import Channel
from sgguard.notify.standing import resolve

__all__ = [
    "Channel",
    "Debt",
    "Drained",
    "compose",
    "compose_failure",
    "compose_notice",
    "compose_test",
    "dispatch",
    "drain",
    "resolve",
]
