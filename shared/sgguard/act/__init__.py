"""Carries out plans that were proven, and checks what became of them."""

from sgguard.act.execution import execute
from sgguard.act.ports import GroupWriter, Order, PolicyReader

__all__ = ["GroupWriter", "Order", "PolicyReader", "execute"]
