"""A list of rows in the making: rows that stay, named by where they stand now, and rows that are new."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sgguard.model.security_group import SecurityGroupPolicy
from sgguard.plan.edit import renumbered


class Fresh(msgspec.Struct, frozen=True):
    """A row that is put in."""

    policy: SecurityGroupPolicy
    origin: int | None = None
    """Its index in the list before the change, if it comes from there."""


Slot = int | Fresh
"""A row that stays, by its index in the list as it is, or one that is put in."""
Layout = tuple[Slot, ...]


def unchanged(rows: Sequence[SecurityGroupPolicy]) -> Layout:
    """The list as it is."""
    return tuple(range(len(rows)))


def laid_out(layout: Layout, rows: Sequence[SecurityGroupPolicy]) -> tuple[SecurityGroupPolicy, ...]:
    """The rows that a layout stands for."""
    return renumbered(slot.policy if isinstance(slot, Fresh) else rows[slot] for slot in layout)


def gone(layout: Layout, rows: Sequence[SecurityGroupPolicy]) -> tuple[int, ...]:
    """Indexes of the rows that do not stay."""
    stay = {slot for slot in layout if isinstance(slot, int)}
    return tuple(index for index in range(len(rows)) if index not in stay)


def replaced(layout: Layout, slot: Slot, by: Sequence[Slot]) -> Layout:
    """The layout with other slots in the place of one."""
    place = layout.index(slot)
    return (*layout[:place], *by, *layout[place + 1 :])


def inserted(layout: Layout, place: int, slots: Sequence[Slot]) -> Layout:
    """The layout with slots put in before a place."""
    return (*layout[:place], *slots, *layout[place:])
