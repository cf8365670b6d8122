"""What tells a good remedy from a better one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sgguard.evaluate.resolve import resolve
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import Direction, Names, SecurityGroupPolicy
from sgguard.plan.alignment import distance
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import fold

MAX_WRITES = 2
"""Writes in one direction; more are made only where nothing less helps."""


class Merit(NamedTuple):
    """The smaller the better, from left to right."""

    beyond: bool
    """More than `MAX_WRITES` writes."""
    lost: int
    """Packets of established, permitted traffic that would no longer pass."""
    writes: int
    strange: int
    """Rows by which the list would differ from the one before the change, or from the present one."""
    moved: int
    """Rows of other people that change their place."""
    removed: int
    """Rows that are taken away."""

    def falls_short_of(self, other: Merit) -> Reason:
        """Why this one is worse: the first thing in which it is."""
        for name, mine, theirs in zip(self._fields, self, other, strict=True):
            if mine != theirs:
                if name in {"beyond", "lost"}:
                    return reason(f"merit.{name}")
                return reason(f"merit.{name}", mine=mine, theirs=theirs)
        return reason("merit.equal")


class Yardstick(msgspec.Struct, frozen=True):
    """What remedies of one direction are measured by."""

    direction: Direction
    established: Traffic
    """What may be accepted and was."""
    reference: tuple[SecurityGroupPolicy, ...]
    """The list that a remedy should be close to."""
    names: Names

    def lost(self, rows: Sequence[SecurityGroupPolicy]) -> int:
        """How much of the established traffic a list does not accept for sure."""
        planes = fold([resolve(row, self.names).row for row in rows], [self.established])
        return sum(
            (last - first) * sum(end - start for start, end in plane.atoms.spans(mask))
            for plane in planes
            for tile in plane.tiles
            for mask, (first, last) in tile.runs(tile.sets[0] & ~tile.strict.permit)
        )

    def strange(self, rows: Sequence[SecurityGroupPolicy]) -> int:
        """How far a list is from the reference."""
        return distance(self.reference, rows)
