"""What a fault does to an audit record on its way from the trail to whoever subscribed.

The trail itself has every record at once; what is late, lost or repeated is the event made of it.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from tcmock.cloudaudit.record import Record
from tcmock.faults.effect import Effect, Seconds


class Parcel(msgspec.Struct, frozen=True):
    """One record under way."""

    record: Record
    due: float | None
    """When the cloud's clock must have reached; None waits for the delivery of a later record."""

    def is_due(self, now: float) -> bool:
        """Whether it arrives by that time."""
        return self.due is not None and self.due <= now


class AuditEffect(Effect, frozen=True):
    """What becomes of one record."""

    def parcels(self, record: Record, now: float) -> list[Parcel]:
        """The record as it is sent on at that time: once and at once."""
        return [Parcel(record, now)]


class AuditLost(AuditEffect, frozen=True, tag="audit-lost"):
    """It never arrives."""

    def parcels(self, record: Record, now: float) -> list[Parcel]:
        """Nothing."""
        del record, now
        return []


class AuditLate(AuditEffect, frozen=True, tag="audit-late"):
    """It arrives that much later."""

    seconds: Seconds

    def parcels(self, record: Record, now: float) -> list[Parcel]:
        """One, later."""
        return [Parcel(record, now + self.seconds)]


class AuditDuplicated(AuditEffect, frozen=True, tag="audit-duplicated"):
    """It arrives `copies` times, the first at once and the others that much later."""

    copies: Annotated[int, msgspec.Meta(ge=2)] = 2
    seconds: Seconds = 0.0

    def parcels(self, record: Record, now: float) -> list[Parcel]:
        """All of them."""
        return [Parcel(record, now), *[Parcel(record, now + self.seconds)] * (self.copies - 1)]


class AuditReordered(AuditEffect, frozen=True, tag="audit-reordered"):
    """It arrives right after the next record that arrives at once."""

    def parcels(self, record: Record, now: float) -> list[Parcel]:
        """One that waits."""
        del now
        return [Parcel(record, None)]
