"""Proposes the steps that make a group compliant. A proposal is nothing until it is proven.

Policies that decide excess traffic are deleted; missing requirements are added, above the first DROP that
cuts them or else at the end. Rows are added before others are deleted, so that nothing is cut in passing. One
row that gives way to one other is replaced in a single call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.baseline import Expected
from sgguard.evaluate.resolve import resolve
from sgguard.model.plan import Step
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicy
from sgguard.plan.case import Case, Reading
from sgguard.plan.edit import renumbered
from sgguard.plan.proof import prove
from sgguard.traffic.address import cidr_texts
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import fold


def propose(case: Case) -> tuple[Step, ...]:
    """Steps for both directions, ingress first; none where nothing can be done."""
    return tuple(step for direction in DIRECTIONS for step in _direction_steps(case, direction))


def _direction_steps(case: Case, direction: Direction) -> list[Step]:
    rows = case.group.rows(direction)
    doomed = _doomed(case, direction)
    kept = tuple(row for row in rows if row.index not in doomed)
    created, place = _lacking(case.with_group(case.group.with_rows(direction, renumbered(kept))), direction)
    if len(doomed) == len(created) == 1:
        replace = Step(op="replace", direction=direction, index=min(doomed), policies=created)
        if _suffices(case, replace):
            return [replace]
    index = None if place is None else kept[place].index
    steps = []
    if created:
        steps.append(Step(op="create", direction=direction, index=index, policies=created))
    if doomed:
        shift = len(created) if index is not None else 0
        steps.append(
            Step(
                op="delete",
                direction=direction,
                indexes=tuple(i + shift if index is not None and i >= index else i for i in sorted(doomed)),
                policies=tuple(rows[i] for i in sorted(doomed)),
            )
        )
    return steps


def _suffices(case: Case, step: Step) -> bool:
    """Whether one step does all that is to be done in its direction, without harm."""
    after, proof = prove(case, [step])
    remaining = [f for f in case.with_group(after).actionable() if f.direction == step.direction]
    return not remaining and not any("step" in objection.fields for objection in proof.objections)


def _doomed(case: Case, direction: Direction) -> set[int]:
    """Policies to delete. Deleting one may uncover the next, so look again until none is left."""
    rows = case.group.rows(direction)
    doomed: set[int] = set()
    while True:
        kept = [row for row in rows if row.index not in doomed]
        rest = case.with_group(case.group.with_rows(direction, renumbered(kept)))
        guilty = {
            kept[index].index
            for finding in rest.actionable()
            if finding.kind == "excess" and finding.direction == direction
            for index in finding.policy_indexes
        }
        if not guilty:
            return doomed
        doomed |= guilty


def _lacking(case: Case, direction: Direction) -> tuple[tuple[SecurityGroupPolicy, ...], int | None]:
    """Policies that requirements lack, and the index of the first policy that drops their traffic, if any."""
    candidates = [
        policy for expected in case.expectation.required(direction) for policy in policies_of(expected)
    ]
    sets = [resolve(policy, case.circumstances.names).row.least for policy in candidates]
    needed: set[int] = set()
    droppers: set[int] = set()
    for reading in case.readings(direction):
        own = range(reading.ahead, reading.ahead + len(case.group.rows(direction)))
        lacking, dropping = _gone(reading, sets)
        needed |= lacking
        droppers |= {position - reading.ahead for position in dropping if position in own}
    return tuple(candidates[number] for number in sorted(needed)), min(droppers, default=None)


def _gone(reading: Reading, sets: Sequence[Traffic]) -> tuple[set[int], set[int]]:
    """Which of the sets a list needs in addition, by number, and the rows that drop them now."""
    tiles = [tile for plane in fold(reading.rows, sets) for tile in plane.tiles]
    covered = [tile.lenient.permit for tile in tiles]
    lacking: set[int] = set()
    droppers: set[int] = set()
    for number in range(len(sets)):
        gone = [tile.sets[number] & ~done for tile, done in zip(tiles, covered, strict=True)]
        if any(gone):
            lacking.add(number)
            covered = [done | tile.sets[number] for tile, done in zip(tiles, covered, strict=True)]
            for tile, lost in zip(tiles, gone, strict=True):
                droppers.update(row for row, hit in tile.lenient.hits if hit & lost)
    return lacking, droppers


def policies_of(expected: Expected) -> Iterator[SecurityGroupPolicy]:
    """The rows that state one requirement, one for each protocol and CIDR."""
    requirement, pattern = expected.requirement, expected.requirement.pattern
    for family, spans in pattern.peer_spans(expected.scope).items():
        for protocol in pattern.protocols:
            if protocol != "ALL" and protocol not in pattern.protocols_of(family):
                continue
            for text in (text for span in spans for text in cidr_texts(family, span)):
                yield SecurityGroupPolicy(
                    index=0,
                    action="ACCEPT",
                    protocol=protocol,
                    port=pattern.ports if protocol in {"tcp", "udp"} else "ALL",
                    cidr=text if family == "ipv4" else "",
                    ipv6_cidr=text if family == "ipv6" else "",
                    description=f"sgguard {requirement.id} {expected.scope.cluster_id}",
                )
