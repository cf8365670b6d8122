"""Groups that one part of the guard hands to another."""

from __future__ import annotations

import msgspec

from sgguard.model.change import ChangeEvent

BATCH = "sgguard/batch/v1"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of one region to look at, as the event that asks a guard to do so."""

    schema: str = BATCH
    sweep: str
    """The sweep that they belong to; ``event`` where none made it."""
    account: str = ""
    """UIN; empty for the account that the code runs in."""
    region: str
    groups: tuple[str, ...]
    change: ChangeEvent | None = None
    """What happened to all of them; None: a sweep wants them looked at."""
    hops: int = 0
    """How often it was handed on by a guard that ran out of time."""
