"""Why traffic is let through or cut, and what may be done about each cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Finding, TrafficBlock
from sgguard.model.plan import Remedy
from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.plan.alignment import Alignment, drops, rule_of
from sgguard.plan.case import Case
from sgguard.plan.layout import Fresh, Layout, inserted, replaced
from sgguard.plan.narrowing import narrowed
from sgguard.traffic.address import parse_network
from sgguard.traffic.box import PROTOCOLS, Box, Traffic
from sgguard.traffic.fold import fold
from sgguard.traffic.port import parse_ports
from sgguard.traffic.span import merged


class Option(msgspec.Struct, frozen=True):
    """One thing that may be done about one cause."""

    remedy: Remedy
    cause: int
    """Index of the row that it is about; -1 where rows are gone."""
    spot: int = -1
    """``move``: the row behind which it goes."""
    back: tuple[int, ...] = ()
    """``restore``: rows of the list before that are put back."""


class Causes:
    """The causes of the findings of one direction."""

    def __init__(self, case: Case, direction: Direction, findings: Sequence[Finding]) -> None:
        self._case = case
        self._direction = direction
        self._rows = case.group.rows(direction)
        earlier = case.circumstances.earlier
        self._before = earlier.group.rows(direction) if earlier else ()
        self._alignment = Alignment(self._before, self._rows, one_write=case.one_write) if earlier else None
        self._findings = findings

    def options(self) -> list[list[Option]]:
        """For each cause what may be done about it; completing the list is always among it."""
        excess = sorted({i for f in self._findings if f.kind == "excess" for i in f.policy_indexes})
        missing = sorted({i for f in self._findings if f.kind == "missing" for i in f.policy_indexes})
        closing = [index for index in missing if drops(self._rows[index])]
        found = [
            *(list(self._about_accept(index)) for index in excess),
            *(list(self._about_drop(index)) for index in closing),
        ]
        if back := self._lost_accepts():
            found.append([Option("restore", -1, back=back), Option("complete", -1)])
        return found

    def apply(self, layout: Layout, option: Option) -> Layout:
        """The layout with one thing done to it."""
        if option.remedy == "restore":
            return self._restored(layout, option)
        if option.cause not in layout:
            return layout
        row = self._rows[option.cause]
        if option.remedy == "delete":
            return replaced(layout, option.cause, ())
        if option.remedy in {"narrow", "split"}:
            pieces = self._pieces(option.cause)
            return replaced(layout, option.cause, [Fresh(piece) for piece in pieces])
        if option.remedy == "move":
            without = replaced(layout, option.cause, ())
            if option.spot not in without:
                return layout
            return inserted(without, without.index(option.spot) + 1, [Fresh(row)])
        return layout

    def _about_accept(self, index: int) -> Iterator[Option]:
        """A row that accepts too much."""
        yield Option("delete", index)
        if pieces := self._pieces(index):
            yield Option("narrow" if len(pieces) == 1 else "split", index)
        if self._alignment:
            if previous := self._alignment.previous.get(index):
                yield Option("restore", index, back=previous)
            if moved := self._moved(index):
                yield Option("restore", index, back=moved)
            if back := self._lost_drops(index):
                yield Option("restore", -1, back=back)
        later = [row.index for row in self._rows[index + 1 :] if drops(row)]
        for drop in later[-1:]:
            yield Option("move", index, spot=drop)

    def _about_drop(self, index: int) -> Iterator[Option]:
        """A row that drops what is required."""
        yield Option("complete", index)
        yield Option("delete", index)
        previous = (self._alignment.previous.get(index) if self._alignment else None) or self._moved(index)
        if previous:
            yield Option("restore", index, back=previous)
        if index < len(self._rows) - 1:
            yield Option("move", index, spot=len(self._rows) - 1)

    def _moved(self, index: int) -> tuple[int, ...]:
        """Where the row stood in the list before, if it was moved."""
        if self._alignment is None or index in self._stayed():
            return ()
        rule, still = rule_of(self._rows[index]), self._alignment.still
        return tuple(row.index for row in self._before if row.index not in still and rule_of(row) == rule)[:1]

    def _pieces(self, index: int) -> tuple[SecurityGroupPolicy, ...]:
        others = [row for row in self._rows if row.index != index]
        return narrowed(self._case, self._direction, self._rows[index], others)

    def _lost_drops(self, index: int) -> tuple[int, ...]:
        """Rows of the list before that dropped what a row lets through now, and are gone from there."""
        excess = [
            block
            for finding in self._findings
            if finding.kind == "excess" and index in finding.policy_indexes
            for block in finding.traffic
        ]
        return self._lost(_boxes(excess), accepting=False)

    def _lost_accepts(self) -> tuple[int, ...]:
        """Rows of the list before that accepted what is lacking now, and are gone from there."""
        lacking = [block for f in self._findings if f.kind == "missing" for block in f.traffic]
        return self._lost(_boxes(lacking), accepting=True)

    def _lost(self, traffic: Traffic, *, accepting: bool) -> tuple[int, ...]:
        if self._alignment is None or not traffic:
            return ()
        known = self._case.circumstances
        names = {**known.names, **(known.earlier.names if known.earlier else {})}
        rows = [resolve(row, names).row for row in self._before]
        deciding = {
            index
            for plane in fold(rows, [traffic])
            for tile in plane.tiles
            for index, hit in tile.strict.hits
            if hit & tile.sets[0] and rows[index].accept is accepting
        }
        return tuple(sorted(index for index in deciding if index not in self._alignment.still))

    def _restored(self, layout: Layout, option: Option) -> Layout:
        """Rows of the list before, back in their places; copies of them that stand elsewhere go."""
        if option.cause in layout:
            layout = replaced(layout, option.cause, ())
        for index in option.back:
            policy = msgspec.structs.replace(self._before[index], index=0)
            if any(isinstance(slot, Fresh) and slot.origin == index for slot in layout):
                continue
            layout = tuple(
                slot
                for slot in layout
                if isinstance(slot, Fresh)
                or slot in self._stayed()
                or rule_of(self._rows[slot]) != rule_of(policy)
            )
            layout = inserted(layout, self._place(layout, index), [Fresh(policy, index)])
        return layout

    def _stayed(self) -> set[int]:
        return set(self._alignment.still.values()) if self._alignment else set()

    def _place(self, layout: Layout, index: int) -> int:
        """Behind the nearest row before it that is there."""
        still = self._alignment.still if self._alignment else {}
        for before in range(index - 1, -1, -1):
            for place, slot in enumerate(layout):
                origin = slot.origin if isinstance(slot, Fresh) else None
                if origin == before or (before in still and slot == still[before]):
                    return place + 1
        return 0


def _boxes(blocks: Sequence[TrafficBlock]) -> Traffic:
    """Blocks, as findings tell them, as traffic again."""
    return tuple(
        Box(
            block.family,
            PROTOCOLS[block.family] if block.protocol == "ALL" else (block.protocol,),
            parse_ports(block.ports),
            merged(parse_network(peer)[1] for peer in block.peers),
        )
        for block in blocks
    )
