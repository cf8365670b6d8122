"""One direction of a list of rows against its expectation, before it is put into findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.evaluate.resolve import Resolved
from sgguard.evaluate.sets import Sets, union
from sgguard.traffic.area import Region
from sgguard.traffic.fold import Plane, Tile, fold

Regions = dict[int, list[Region]]
"""By row, or by number of the requirement."""


class Judgement:
    """Rows laid against sets. Every answer comes twice: for sure, and besides that at the most."""

    def __init__(self, rows: Sequence[Resolved], sets: Sets) -> None:
        self.rows = rows
        self.sets = sets
        self.planes: tuple[Plane, ...] = fold([resolved.row for resolved in rows], sets.traffic)
        self._beyond: tuple[Regions, Regions] | None = None

    def tiles(self) -> Iterator[tuple[Plane, Tile]]:
        """Every tile with its plane."""
        for plane in self.planes:
            for tile in plane.tiles:
                yield plane, tile

    def excess(self) -> tuple[Regions, Regions]:
        """What is accepted beyond ceiling and waivers, by row."""
        if self._beyond is None:
            self._beyond = self._excess()
        return self._beyond

    def _excess(self) -> tuple[Regions, Regions]:
        certain: Regions = {}
        possible: Regions = {}
        accepts = [resolved.row.accept for resolved in self.rows]
        for plane, tile in self.tiles():
            # No integer here is negative: Python is quicker with the others.
            beyond = tile.full ^ (self.sets.ceiling(tile) | union(self.sets.waived(tile)))
            for index, hit in tile.strict.hits:
                if accepts[index] and (grid := hit & beyond):
                    certain.setdefault(index, []).append(Region(plane, tile, grid))
            if tile.lenient is not tile.strict:
                beyond &= ~tile.strict.permit
                for index, hit in tile.lenient.hits:
                    if accepts[index] is not False and (grid := hit & beyond):
                        possible.setdefault(index, []).append(Region(plane, tile, grid))
        return certain, possible

    def missing(self) -> tuple[Regions, Regions]:
        """What each requirement lacks, by its number; what a waiver excuses is left out."""
        lost: Regions = {}
        doubtful: Regions = {}
        for plane, tile in self.tiles():
            excused = ~union(self.sets.excused(tile))
            strict, lenient = tile.strict.permit, tile.lenient.permit
            for number, needed in enumerate(self.sets.needed(tile)):
                if gone := needed & excused & ~lenient:
                    lost.setdefault(number, []).append(Region(plane, tile, gone))
                if unsure := needed & excused & lenient & ~strict:
                    doubtful.setdefault(number, []).append(Region(plane, tile, unsure))
        return lost, doubtful

    def alive(self) -> set[int]:
        """Rows that decide some packet. Before the first one that is not resolved, both readings agree."""
        return {index for _, tile in self.tiles() for index, _ in tile.strict.hits}

    def used_waivers(self) -> set[str]:
        """Ids of the waivers that something depends on."""
        used: set[str] = set()
        if not any(self.sets.waivers):
            return used
        for _, tile in self.tiles():
            beyond = tile.lenient.permit & ~self.sets.ceiling(tile)
            short = union(self.sets.needed(tile)) & ~tile.strict.permit
            for waiver, grid in zip(self.sets.waivers[0], self.sets.waived(tile), strict=True):
                if grid & beyond:
                    used.add(waiver.id)
            for waiver, grid in zip(self.sets.waivers[1], self.sets.excused(tile), strict=True):
                if grid & short:
                    used.add(waiver.id)
        return used

    def fresh(self, region: Region, *, excess: bool) -> int:
        """The part of a finding's region that the change made: not accepted before, or accepted before."""
        sure, possible = self.sets.before(region.tile)
        return region.grid & ~possible if excess else region.grid & sure

    def opened(self) -> list[Region]:
        """What is accepted for sure and was not at the most."""
        return [
            Region(plane, tile, grid)
            for plane, tile in self.tiles()
            if (grid := tile.strict.permit & ~self.sets.before(tile)[1])
        ]

    def cut(self) -> list[Region]:
        """What was accepted for sure and is not at the most."""
        return [
            Region(plane, tile, grid)
            for plane, tile in self.tiles()
            if (grid := self.sets.before(tile)[0] & ~tile.lenient.permit)
        ]
