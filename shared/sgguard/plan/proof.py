"""Shows that steps do no harm, whatever proposed them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.model.finding import Evaluation
from sgguard.model.plan import Proof, Step
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet
from sgguard.plan.case import Case
from sgguard.plan.edit import apply
from sgguard.traffic.difference import Difference, compare

MAX_ROWS = 100
"""Rows per direction of a group. https://www.tencentcloud.com/document/product/215/38750"""


def prove(case: Case, steps: Sequence[Step]) -> tuple[SecurityGroupPolicySet, Proof]:
    """The list that the steps lead to, and whether it may be sent.

    It holds if no step, not even in passing, cuts required traffic that was accepted or opens anything that
    is not required, if everything actionable is gone at the end and every requirement is met for sure.
    """
    objections: list[Reason] = []
    newly = False
    now = case
    for number, step in enumerate(steps, 1):
        now = now.with_group(apply(now.group, step))
        for objection in _step_objections(number, case, now):
            objections.append(objection)
            newly = newly or objection.code == "proof.opens"
    before, after = case.evaluation(), now.evaluation()
    remaining = len(now.actionable())
    if remaining:
        objections.append(reason("proof.remaining", count=remaining))
    required = sum(len(case.expectation.required(direction)) for direction in DIRECTIONS)
    intact = required - _unmet(after)
    # A plan that only closes what cannot wait leaves the rest as it is.
    wanted = required - _unmet(before) if case.scope.exposure_only else required
    if intact < wanted:
        objections.append(reason("proof.unmet", intact=intact, required=required))
    return now.group, Proof(
        holds=not objections,
        requirements=required,
        intact_before=required - _unmet(before),
        intact_after=intact,
        newly_permitted=newly,
        remaining=remaining,
        objections=tuple(objections),
    )


def _unmet(evaluation: Evaluation) -> int:
    return len({f.requirement for f in evaluation.findings if f.kind == "missing"})


def _step_objections(step: int, start: Case, now: Case) -> Iterator[Reason]:
    """What is wrong with the list at one point on the way, compared with the list at the start."""
    for direction in DIRECTIONS:
        word = reason(f"direction.{direction}")
        difference = _difference(start, now, direction)
        if difference.cuts:
            yield reason("proof.cuts", step=step, direction=word)
        if difference.opens:
            yield reason("proof.opens", step=step, direction=word)
        count = len(now.group.rows(direction))
        if count > MAX_ROWS:
            yield reason("proof.rows", step=step, direction=word, count=count, limit=MAX_ROWS)
        if start.group.rows(direction) and not count:
            yield reason("proof.empty", step=step, direction=word)


def _difference(start: Case, now: Case, direction: Direction) -> Difference:
    """What a list of steps cuts on any machine, and what it opens there or in the group alone.

    A group may be bound elsewhere tomorrow: what it opens counts even where a stack closes it today.
    """
    needed = [expected.traffic for expected in start.expectation.required(direction)]
    pairs = list(zip(start.readings(direction), now.readings(direction), strict=True))
    found = [compare(before.rows, after.rows, needed) for before, after in pairs]
    alone = compare(start.alone(direction).rows, now.alone(direction).rows, needed)
    return Difference(
        cuts=any(difference.cuts for difference in found),
        opens=alone.opens or any(difference.opens for difference in found),
    )
