"""What an action gets, gives and is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tcmock.account import Account, Key
from tcmock.parameters import Params
from tcmock.region import Region

Answer = dict[str, object]
"""The members of a successful answer, without the request id."""


class Invocation(msgspec.Struct, frozen=True):
    """A call that passed the gateway: who, where, with what and when."""

    params: Params
    account: Account
    key: Key
    region: Region
    source_address: str
    now: float
    """Seconds since the epoch."""


class Resource(msgspec.Struct, frozen=True):
    """What a write changes, as the audit record names it."""

    kind: str
    """Before the slash of `resourceName`, for example ``sg``."""
    type_class: str
    """`resourceTypeClass`, for example ``QCS::VPC::SecurityGroup``."""
    id_of: Callable[[Params, Answer], str]
    """Finds the id in the request or in the answer."""


class Action(msgspec.Struct, frozen=True):
    """One action. It changes state only after its last check, so a failed call changes nothing."""

    run: Callable[[Invocation], Answer]
    changes: Resource | None = None
    """None for a read: it leaves no audit record."""


class Service(msgspec.Struct, frozen=True):
    """One product."""

    name: str
    actions: Mapping[str, Action]
