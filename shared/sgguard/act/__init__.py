"""Carries out plans that were proven, within the limits, on record, and checks what became of them."""

from sgguard.act.bounds import Bounds, Notice, labelled
from sgguard.act.deed import Commission, Hands, carry_out, put_on_record
from sgguard.act.execution import execute, same_rows
from sgguard.act.limits import Admission, claim_write, release, standing_holds
from sgguard.act.ports import GroupWriter, Order, PolicyReader

__all__ = [
    "Admission",
    "Bounds",
    "Commission",
    "GroupWriter",
    "Hands",
    "Notice",
    "Order",
    "PolicyReader",
    "carry_out",
    "claim_write",
    "execute",
    "labelled",
    "put_on_record",
    "release",
    "same_rows",
    "standing_holds",
]
