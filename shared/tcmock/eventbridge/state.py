"""What eb keeps of one region."""

from __future__ import annotations

from collections import Counter, deque

import msgspec

from tcmock.account import Account
from tcmock.eventbridge.models import Bus, Delivery
from tcmock.region import Region

HOME = "ap-guangzhou"
"""The region whose default bus has the events of all regions; it cannot be made or deleted.
https://www.tencentcloud.com/document/product/1108/42284"""
_KEPT = 10_000


class EventBridgeState(msgspec.Struct):
    """Buses by id, in the order they were made, and what was delivered."""

    buses: dict[str, Bus] = {}
    audit_delivery: bool = True
    """Whether the default bus takes audit records; a switch of the console that no public action moves."""
    deliveries: deque[Delivery] = msgspec.field(default_factory=lambda: deque(maxlen=_KEPT))
    """The last ones, oldest first."""
    delivered: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    """Events by target and day in China, ``YYYY-MM-DD``."""


def eventbridge_of(account: Account, region: Region) -> EventBridgeState:
    """The state of a region; in Guangzhou with the default bus, which is always there."""
    state = region[EventBridgeState]
    if region.name == HOME and not any(bus.type == "Cloud" for bus in state.buses.values()):
        bus_id = f"eb-{account.uin[-8:]:0>8}"
        state.buses[bus_id] = Bus(
            bus_id=bus_id, name="default", description="", type="Cloud", added=0.0, modified=0.0
        )
    return state
