"""Carries out plans that were proven, within the limits, on record, and checks what became of them."""

from sgguard.act.deed import Commission, Hands, carry_out
from sgguard.act.execution import execute, same_rows
from sgguard.act.limits import Verdict, claim_write, release, standing_holds
from sgguard.act.ports import GroupWriter, Order, PolicyReader

__all__ = [
    "Commission",
    "GroupWriter",
    "Hands",
    "Order",
    "PolicyReader",
    "Verdict",
    "carry_out",
    "claim_write",
    "execute",
    "release",
    "same_rows",
    "standing_holds",
]
