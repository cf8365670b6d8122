"""Searches for the smallest remedy. A proposal is nothing until it is proven.

For each cause of a finding there are a few things to be done about it. Every combination of them gives a
list, which is completed, reached by as few writes as may be, and proven. Of the lists whose proof holds the
best by `Merit` is taken: required traffic and other people's rows are out of the question, then the least
traffic is lost, the fewest writes are made, and the list is the closest to what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

import msgspec

from sgguard.model.plan import Alternative, Proof, Remedy, Step
from sgguard.model.reason import Reason
from sgguard.model.security_group import DIRECTIONS, Direction
from sgguard.plan.case import Case
from sgguard.plan.cause import Causes, Option
from sgguard.plan.completion import completed
from sgguard.plan.layout import Fresh, Layout, gone, laid_out, unchanged
from sgguard.plan.merit import MAX_WRITES, Merit, Yardstick
from sgguard.plan.proof import prove
from sgguard.plan.route import Steps, routes

MAX_COMBINATIONS = 48
"""Of things to be done about several causes; beyond that each thing is done about all of them alike."""


class Choice(msgspec.Struct, frozen=True):
    """The best that was found."""

    steps: tuple[Step, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    runner_up: Alternative | None = None


def search(case: Case) -> Choice:
    """Steps for both directions, ingress first; none where nothing can be done."""
    chosen = [_direction(case, direction) for direction in DIRECTIONS]
    return Choice(
        steps=tuple(step for choice in chosen for step in choice.steps),
        remedies=tuple(dict.fromkeys(remedy for choice in chosen for remedy in choice.remedies)),
        runner_up=next((choice.runner_up for choice in chosen if choice.runner_up), None),
    )


class _Way(msgspec.Struct, frozen=True):
    """One list, and the writes that lead to it."""

    merit: Merit
    remedies: tuple[Remedy, ...]
    steps: Steps
    layout: Layout


def _direction(case: Case, direction: Direction) -> Choice:
    findings = [finding for finding in case.actionable() if finding.direction == direction]
    if not findings:
        return Choice()
    found = dict.fromkeys(_ways(case, direction, Causes(case, direction, findings)))
    # Sorting keeps what adds first before what takes away first.
    ways = sorted(found, key=lambda way: (way.merit, way.remedies))
    best: _Way | None = None
    refused: tuple[_Way, Reason] | None = None
    for way in ways:
        if best and way.layout == best.layout:
            continue
        objection = _objection(case, direction, way.steps)
        if objection is not None:
            refused = refused or (way, objection)
        elif best is None:
            best = way
        else:
            return _chosen(best, direction, way, way.merit.falls_short_of(best.merit))
    if best is None:
        return Choice(ways[0].steps, ways[0].remedies) if ways else Choice()
    if refused and refused[0].layout != best.layout:
        return _chosen(best, direction, *refused)
    return Choice(best.steps, best.remedies)


def _chosen(best: _Way, direction: Direction, second: _Way, why: Reason) -> Choice:
    other = Alternative(direction=direction, remedies=second.remedies, steps=second.steps, why=why)
    return Choice(best.steps, best.remedies, other)


def _ways(case: Case, direction: Direction, causes: Causes) -> Iterator[_Way]:
    rows = case.group.rows(direction)
    earlier = case.circumstances.earlier
    yardstick = Yardstick(
        direction,
        case.established(direction),
        earlier.group.rows(direction) if earlier else rows,
        case.circumstances.names,
    )
    for layout, options in _layouts(case, direction, causes):
        found = laid_out(layout, rows)
        taken = gone(layout, rows)
        back = {slot.policy for slot in layout if isinstance(slot, Fresh)}
        lost, strange = yardstick.lost(found), yardstick.strange(found)
        for steps in routes(rows, layout, direction):
            merit = Merit(
                beyond=len(steps) > MAX_WRITES,
                lost=lost,
                writes=len(steps),
                strange=strange,
                moved=sum(row in back for row in map(rows.__getitem__, taken)),
                removed=len(taken),
            )
            yield _Way(merit, options, steps, layout)


def _layouts(case: Case, direction: Direction, causes: Causes) -> Iterator[tuple[Layout, tuple[Remedy, ...]]]:
    """Completed lists, each once."""
    seen: set[Layout] = set()
    start = unchanged(case.group.rows(direction))
    combinations = list(_combinations(causes.options()))
    for clearing, options in product((False, True), combinations):
        layout = start
        for option in options:
            layout = causes.apply(layout, option)
        layout = completed(case, direction, layout, clearing=clearing)
        if layout not in seen:
            seen.add(layout)
            yield layout, tuple(dict.fromkeys(option.remedy for option in options)) or ("complete",)


def _combinations(options: Sequence[Sequence[Option]]) -> Iterator[tuple[Option, ...]]:
    count = 1
    for some in options:
        count *= len(some)
    if count <= MAX_COMBINATIONS:
        yield from islice(product(*options), MAX_COMBINATIONS)
        return
    kinds = dict.fromkeys(option.remedy for some in options for option in some)
    for kind in kinds:
        yield tuple(next((o for o in some if o.remedy == kind), some[0]) for some in options)


def _objection(case: Case, direction: Direction, steps: Steps) -> Reason | None:
    """What the proof holds against the steps, as far as this direction is concerned."""
    after, proof = prove(case, steps)
    told = case.with_group(after)
    harm = next((o for o in proof.objections if "step" in o.fields), None)
    if harm is not None:
        return harm
    left = [f for f in told.actionable() if f.direction == direction]
    return _first_general(proof) if left else None


def _first_general(proof: Proof) -> Reason:
    return proof.objections[0]
