"""What becomes of traffic when one list of rows takes the place of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import Row, fold, permitted


class Difference(NamedTuple):
    """The outcome of `compare`."""

    cuts: bool
    """Some needed traffic that was accepted no longer is."""
    opens: bool
    """Some other traffic is accepted that was not."""


def compare(
    before: Sequence[Row], after: Sequence[Row], needed: Sequence[Traffic], excused: Traffic = ()
) -> Difference:
    """Compare two lists of rows in both readings: neither may cut or open anything in any truth.

    `excused` is traffic that may be opened besides what is needed.
    """
    planes = fold(before)
    sets = [permitted(planes), permitted(planes, lenient=True), excused, *needed]
    cuts = opens = 0
    for plane in fold(after, sets):
        for tile in plane.tiles:
            sure, possible, free, *parts = tile.sets
            wanted = 0
            for part in parts:
                wanted |= part
            strict, lenient = tile.strict.permit, tile.lenient.permit
            cuts |= wanted & (sure & ~strict | possible & ~lenient)
            opens |= ~(wanted | free) & (strict & ~sure | lenient & ~possible)
    return Difference(bool(cuts), bool(opens))
