"""What an action gets, gives and is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from tcmock.account import Account, Key
from tcmock.parameters import Params
from tcmock.region import Region
from tcmock.section import Section

Answer = dict[str, object]
"""The members of a successful answer, without the request id."""


class Invocation(msgspec.Struct, frozen=True):
    """A call that passed the gateway: who, where, with what and when."""

    params: Params
    account: Account
    key: Key
    region: Region
    """Of a product without regions one that belongs to nobody."""
    source_address: str
    now: float
    """Seconds since the epoch."""
    request_id: str
    accounts: Mapping[str, Account]
    """Everybody's, by number: roles are taken on across accounts."""


class Backstage(Protocol):
    """What goes on behind the calls; it takes locks of its own."""

    def route(self, uin: str, region: str, bus_id: str, event: Mapping[str, object]) -> None:
        """Hand an event to the rules of a bus."""

    def invoke(self, asked: Asked) -> Answer:
        """Run a function and wait for it, or only have it run. Raises APIError."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A function that shall run, and with what."""

    uin: str
    region: str
    namespace: str
    function: str
    qualifier: str
    """A version or an alias."""
    event: str
    """JSON."""
    request_id: str
    asynchronous: bool = False
    tail: bool = False
    """Whether the end of the log is wanted."""
    source: str = "API"
    """What triggered it."""


class Later(msgspec.Struct, frozen=True):
    """An answer that must be waited for, without the cloud's lock: what it waits for may call the cloud."""

    wait: Callable[[Backstage], Answer]
    """Raises APIError."""


class Resource(msgspec.Struct, frozen=True):
    """What a write changes, as the audit record names it."""

    type_class: str
    """`resourceTypeClass`, for example ``QCS::VPC::SecurityGroup``."""
    names: Callable[[Params, Answer], Sequence[str]]
    """Finds ``kind/id`` of each in the request or in the answer, for example ``sg/sg-5k1ixnpo``."""


class Permission(msgspec.Struct, frozen=True):
    """What a role needs to be allowed before an action runs."""

    names: tuple[str, ...] = ()
    """Names that allow it beside that of product and action; a refusal tells the first of them."""
    resource: Callable[[Params], str] | None = None
    """What it is checked on: a whole description from ``qcs:`` on, or only its end, like ``sg/sg-5k1ixnpo``.
    None where a policy must say ``*``."""
    resource_product: str = ""
    """Product in the resource's description, where it is not the action's own."""


class Action(msgspec.Struct, frozen=True):
    """One action. It changes state only after its last check, so a failed call changes nothing."""

    run: Callable[[Invocation], Answer | Later]
    changes: Resource | None = None
    """None for a read: it leaves no audit record."""
    permission: Permission = Permission()


class Service(msgspec.Struct, frozen=True):
    """One version of one product."""

    name: str
    version: str
    actions: Mapping[str, Action]
    regional: bool = True
    """False where a call needs no region, for example sts."""


class Product(msgspec.Struct, frozen=True):
    """All versions of one product, and the lists of a state document that are its own."""

    services: tuple[Service, ...]
    region_sections: tuple[Section[Region], ...] = ()
    account_sections: tuple[Section[Account], ...] = ()
