"""What the work that goes on behind the calls stands on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import msgspec

from tcmock.account import Account
from tcmock.agenda import Agenda
from tcmock.clock import Clock
from tcmock.ids import Ids


class Ground(msgspec.Struct, frozen=True):
    """A cloud, as routers and runners see it. State is read and written under its lock, and quickly."""

    lock: threading.Lock
    clock: Clock
    agenda: Agenda
    ids: Ids
    accounts: Callable[[], Mapping[str, Account]]
    """Those of now, by number: loading a state replaces them."""
