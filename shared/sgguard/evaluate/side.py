"""One direction of one group, put into findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from sgguard.baseline import Expectation, Expected
from sgguard.evaluate import explanation
from sgguard.evaluate.circumstances import Circumstances
from sgguard.evaluate.judgement import Judgement
from sgguard.evaluate.landmark import MANAGEMENT, TELLING
from sgguard.evaluate.resolve import resolve
from sgguard.evaluate.sets import Sets
from sgguard.evaluate.severity import severity
from sgguard.evaluate.witness import witness
from sgguard.model.finding import Debt, Delta, Finding, Kind, Protocol, Severity
from sgguard.model.reason import Reason
from sgguard.model.security_group import Direction, Names, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.model.stack import Stack, forerunner
from sgguard.traffic.area import Region, areas, blocks
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import Plane, fold, permitted

Listed = tuple[str, SecurityGroupPolicy]
"""A row and the id of the group that it is of."""


class Side:
    """One direction of a group: judged alone, and in every stack that it is part of."""

    def __init__(
        self,
        group: SecurityGroupPolicySet,
        expectation: Expectation,
        direction: Direction,
        group_id: str,
        circumstances: Circumstances,
    ) -> None:
        self._direction = direction
        self._group_id = group_id
        self._known = circumstances
        self._expectation = expectation
        self._group = group
        self._alone = self._judged(None)
        was_stacked = bool(circumstances.earlier and circumstances.earlier.stacks)
        self._stacks = [
            (
                stack.group_ids(group_id),
                self._alone if stack.lonely and not was_stacked else self._judged(stack),
            )
            for stack in circumstances.stacks
        ]
        self._judgement = self._alone.judgement

    def _judged(self, stack: Stack | None) -> _Judged:
        """The group's rows, in a stack or alone, laid against everything that is known."""
        known, direction = self._known, self._direction
        rows = _listed(stack, self._group_id, self._group.rows(direction), direction)
        before = self._accepted_before(stack)
        waivers = [waiver for waiver in known.waivers if waiver.expires_at > known.now]
        sets = Sets(self._expectation, direction, waivers, before)
        return _Judged(rows, Judgement([resolve(row, known.names) for _, row in rows], sets))

    def _accepted_before(self, stack: Stack | None) -> tuple[Traffic, Traffic] | None:
        """What was accepted before the change, in the stack that this one came of; None if not known."""
        earlier, direction = self._known.earlier, self._direction
        if earlier is None:
            return None
        if stack is not None and earlier.stacks:
            stack = forerunner(self._group_id, stack, earlier.stacks)
            if stack is None:
                return None
        rows = _listed(stack, self._group_id, earlier.group.rows(direction), direction)
        return _accepted(rows, {**self._known.names, **earlier.names})

    def findings(self) -> Iterator[Finding]:
        """Excess by policy, missing by requirement, what could not be decided, dead rows."""
        certain, possible = self._judgement.excess()
        for index in sorted({*certain, *possible}):
            if index in certain:
                yield self._excess(index, certain[index], certain=True)
            if index in possible:
                yield self._excess(index, possible[index], certain=False)
        missing = self._missing()
        yield from missing
        doubt = bool(possible) or any(not finding.certain for finding in missing)
        yield from self._gaps(matter=doubt)
        yield from self._dead_rows()

    def used_waivers(self) -> set[str]:
        """Ids of the waivers that something depends on, here or in a stack."""
        judged = [self._alone, *(judged for _, judged in self._stacks)]
        return {waiver for one in judged for waiver in one.judgement.used_waivers()}

    def deltas(self) -> tuple[Delta, ...]:
        """What the change did to each stack, like ones told of together; else to the group alone."""
        merged: dict[tuple[object, ...], Delta] = {}
        for ids, judged in self._stacks or [((), self._alone)]:
            if not judged.judgement.sets.has_before:
                continue
            opened = blocks(areas(judged.judgement.opened()))
            cut = blocks(areas(judged.judgement.cut()))
            known = merged.get((opened, cut))
            stacks = (*known.stacks, ids) if known else (ids,)
            merged[opened, cut] = Delta(
                direction=self._direction, opened=opened, cut=cut, stacks=stacks if ids else ()
            )
        return tuple(merged.values())

    def _excess(self, index: int, regions: Sequence[Region], *, certain: bool) -> Finding:
        parts = areas(regions)
        packet = witness(parts, MANAGEMENT, index)
        return Finding(
            kind="excess",
            severity=severity(parts, self._judgement.rows[index].row.most),
            certain=certain,
            direction=self._direction,
            requirement=None,
            policy_indexes=(index,),
            traffic=blocks(parts),
            witness=packet,
            reason=explanation.excess(self._direction, packet, certain=certain),
            debt=self._excess_debt(index, regions) if self._known.earlier else None,
            stacks=self._open_in(index) if self._stacks else (),
        )

    def _open_in(self, index: int) -> tuple[tuple[str, ...], ...]:
        """The stacks in which a row decides some excess."""
        return tuple(ids for ids, judged in self._stacks if judged.open(self._group_id, index))

    def _excess_debt(self, index: int, regions: Sequence[Region]) -> Debt | None:
        """As it is in the stacks that the row is open in; where there are none, as for the group alone."""
        debts = {
            _debt(judged.judgement, opening, excess=True)
            for _, judged in self._stacks
            if (opening := judged.open(self._group_id, index))
        }
        debts.discard(None)
        if not debts:
            return _debt(self._judgement, regions, excess=True)
        return debts.pop() if len(debts) == 1 else "mixed"

    def _missing(self) -> list[Finding]:
        """By requirement, in its order; stacks that lack the same are told of together."""
        if not self._stacks:
            return [finding for _, finding in sorted(self._shortfalls(self._alone), key=_number)]
        merged: dict[tuple[object, ...], tuple[int, Finding]] = {}
        for ids, judged in self._stacks:
            for number, finding in self._shortfalls(judged):
                key = (number, finding.certain, finding.traffic, finding.policy_indexes, finding.debt)
                _, known = merged.get(key, (number, finding))
                stacks = (*known.stacks, ids) if ids not in known.stacks else known.stacks
                merged[key] = number, msgspec.structs.replace(known, stacks=stacks)
        return [finding for _, finding in sorted(merged.values(), key=_number)]

    def _shortfalls(self, judged: _Judged) -> Iterator[tuple[int, Finding]]:
        lost, doubtful = judged.judgement.missing()
        for certain, found in ((True, lost), (False, doubtful)):
            for number, regions in found.items():
                expected = judged.judgement.sets.required[number]
                yield number, self._shortfall(judged, expected, regions, certain=certain)

    def _shortfall(
        self, judged: _Judged, expected: Expected, regions: Sequence[Region], *, certain: bool
    ) -> Finding:
        parts = areas(regions)
        deciding: list[Listed] = []

        def decider(plane: Plane, protocol: Protocol, port: int | None, peer: int) -> int | None:
            position = plane.decider(protocol, port, peer, lenient=certain)
            if position is None:
                return None
            deciding.append(judged.rows[position])
            group_id, row = judged.rows[position]
            return row.index if group_id == self._group_id else None

        packet = witness(parts, TELLING, decider)
        accepts = [resolved.row.accept for resolved in judged.judgement.rows]
        positions = {row for region in regions for row in region.droppers(accepts, lenient=certain)}
        own = {
            row.index
            for group_id, row in map(judged.rows.__getitem__, positions)
            if group_id == self._group_id
        }
        return Finding(
            kind="missing",
            severity="critical",
            certain=certain,
            direction=self._direction,
            requirement=expected.id,
            policy_indexes=tuple(sorted(own)),
            traffic=blocks(parts),
            witness=packet,
            reason=explanation.missing(expected, packet, self._dropped_by(deciding), certain=certain),
            debt=_debt(judged.judgement, regions, excess=False),
        )

    def _dropped_by(self, deciding: Sequence[Listed]) -> Reason:
        if not deciding:
            return explanation.dropped(None, None)
        group_id, row = deciding[0]
        return explanation.dropped(row.index, None if group_id == self._group_id else group_id)

    def _gaps(self, *, matter: bool) -> Iterator[Finding]:
        """Rows that could not be resolved; groups of unknown members only where they may change a verdict."""
        for index, resolved in enumerate(self._judgement.rows):
            if not resolved.gaps:
                continue
            gap = resolved.gap
            if gap and (matter or gap.cause != "group"):
                why = explanation.undetermined(self._direction, index, gap.reason)
                yield _bare(self._direction, "undetermined", "high", index, why)

    def _dead_rows(self) -> Iterator[Finding]:
        """Rows that never decide a packet."""
        alive = self._judgement.alive()
        for index, resolved in enumerate(self._judgement.rows):
            if resolved.gaps:
                return  # what comes behind may be alive in a truth that neither reading is
            if index not in alive and resolved.row.most:
                yield _dead(self._direction, index)


@lru_cache(maxsize=4096)
def _dead(direction: Direction, index: int) -> Finding:
    """Two groups with a dead row in the same place have the same finding; lists can be full of them."""
    return _bare(direction, "shadowed", "low", index, explanation.shadowed(direction, index))


def _bare(direction: Direction, kind: Kind, grade: Severity, index: int, why: Reason) -> Finding:
    return Finding(
        kind=kind,
        severity=grade,
        certain=kind != "undetermined",
        direction=direction,
        requirement=None,
        policy_indexes=(index,),
        traffic=(),
        witness=None,
        reason=why,
    )


class _Judged(msgspec.Struct, frozen=True):
    """A list of rows, whose they are, and what was found."""

    rows: list[Listed]
    judgement: Judgement

    def open(self, group_id: str, index: int) -> list[Region]:
        """The excess that a row of a group decides in this list, for sure or at the most."""
        return [
            region
            for found in self.judgement.excess()
            for position, regions in found.items()
            if self.rows[position][0] == group_id and self.rows[position][1].index == index
            for region in regions
        ]


def _listed(
    stack: Stack | None, group_id: str, rows: tuple[SecurityGroupPolicy, ...], direction: Direction
) -> list[Listed]:
    if stack is None:
        return [(group_id, row) for row in rows]
    return stack.policies(group_id, rows, direction)


def _accepted(rows: Sequence[Listed], names: Names) -> tuple[Traffic, Traffic]:
    """What a list accepts: for sure, and at the most."""
    planes = fold([resolve(row, names).row for _, row in rows])
    return permitted(planes), permitted(planes, lenient=True)


def _debt(judgement: Judgement, regions: Sequence[Region], *, excess: bool) -> Debt | None:
    """Whether the change made what a finding is about; None where the list before is not known."""
    if not judgement.sets.has_before:
        return None
    fresh = [judgement.fresh(region, excess=excess) for region in regions]
    if not any(fresh):
        return "old"
    whole = all(part == region.grid for part, region in zip(fresh, regions, strict=True))
    return "new" if whole else "mixed"


def _number(numbered: tuple[int, Finding]) -> tuple[int, bool]:
    """Requirements in their order, what is certain first."""
    number, finding = numbered
    return number, not finding.certain
