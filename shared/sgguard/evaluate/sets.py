"""The sets that a list of rows is laid against, and where each of them ends up in a tile."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.baseline import Expectation, Expected, Waiver
from sgguard.model.security_group import Direction
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import Tile


class Sets:
    """Ceiling, waivers, the list before, and the requirements of one direction."""

    def __init__(
        self,
        expectation: Expectation,
        direction: Direction,
        waivers: Sequence[Waiver] = (),
        before: tuple[Traffic, Traffic] | None = None,
    ) -> None:
        here = [waiver for waiver in waivers if waiver.direction == direction]
        self.required: tuple[Expected, ...] = expectation.required(direction)
        self.waivers = [w for w in here if w.covers == "excess"], [w for w in here if w.covers == "missing"]
        self._excess = len(self.waivers[0])
        self._missing = len(self.waivers[1])
        self.has_before = before is not None
        waived = [w.traffic(expectation.scopes) for group in self.waivers for w in group]
        self.traffic: list[Traffic] = [
            expectation.ceiling(direction),
            *waived,
            *(before or ((), ())),
            *(expected.traffic for expected in self.required),
        ]

    def ceiling(self, tile: Tile) -> int:
        """What may be accepted by the baseline."""
        return tile.sets[0]

    def waived(self, tile: Tile) -> list[int]:
        """What each waiver of excess lets pass."""
        return tile.sets[1 : 1 + self._excess]

    def excused(self, tile: Tile) -> list[int]:
        """What each waiver of missing traffic excuses."""
        return tile.sets[1 + self._excess : 1 + self._excess + self._missing]

    def before(self, tile: Tile) -> tuple[int, int]:
        """What was accepted before: for sure, and at the most."""
        first = 1 + self._excess + self._missing
        return tile.sets[first], tile.sets[first + 1]

    def needed(self, tile: Tile) -> list[int]:
        """What each requirement needs, in the order of `required`."""
        return tile.sets[3 + self._excess + self._missing :]


def union(grids: Sequence[int]) -> int:
    """All of them together."""
    united = 0
    for grid in grids:
        united |= grid
    return united
