"""Shows that steps do no harm, whatever proposed them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sgguard.model.finding import Evaluation
from sgguard.model.plan import Proof, Step
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet
from sgguard.plan.alignment import rule_of
from sgguard.plan.case import Case
from sgguard.plan.edit import apply
from sgguard.traffic.box import Traffic
from sgguard.traffic.difference import Difference, compare

MAX_ROWS = 100
"""Rows per direction of a group. https://www.tencentcloud.com/document/product/215/38750"""


def prove(case: Case, steps: Sequence[Step]) -> tuple[SecurityGroupPolicySet, Proof]:
    """The list that the steps lead to, and whether it may be sent.

    It holds if no step, not even in passing, cuts required traffic that was accepted or opens anything that
    is neither required nor was there before the change, if everything actionable is gone at the end and every
    requirement is met for sure.
    """
    objections: list[Reason] = []
    newly = False
    now = case
    excused = {direction: case.restorable(direction) for direction in DIRECTIONS} if steps else {}
    for number, step in enumerate(steps, 1):
        if _repeats(now.group, step):
            objections.append(reason("proof.repeats", step=number))
        now = now.with_group(apply(now.group, step))
        for objection in _step_objections(number, case, now, excused):
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


def _repeats(group: SecurityGroupPolicySet, step: Step) -> bool:
    """Whether a row would be put in that says what another one says already: the API refuses those.

    https://www.tencentcloud.com/document/product/215/15807 (UnsupportedOperation.DuplicatePolicy)
    """
    if step.op == "delete":
        return False
    rows = group.rows(step.direction)
    there = [rule_of(row) for row in rows if step.op == "create" or row.index != step.index]
    coming = [rule_of(policy) for policy in step.policies]
    return len(set(coming)) < len(coming) or not set(there).isdisjoint(coming)


def _step_objections(
    step: int, start: Case, now: Case, excused: Mapping[Direction, Traffic]
) -> Iterator[Reason]:
    """What is wrong with the list at one point on the way, compared with the list at the start."""
    for direction in DIRECTIONS:
        word = reason(f"direction.{direction}")
        difference = _difference(start, now, direction, excused[direction])
        if difference.cuts:
            yield reason("proof.cuts", step=step, direction=word)
        if difference.opens:
            yield reason("proof.opens", step=step, direction=word)
        count = len(now.group.rows(direction))
        if count > MAX_ROWS:
            yield reason("proof.rows", step=step, direction=word, count=count, limit=MAX_ROWS)
        if start.group.rows(direction) and not count:
            yield reason("proof.empty", step=step, direction=word)


def _difference(start: Case, now: Case, direction: Direction, excused: Traffic) -> Difference:
    """What a list of steps cuts on any machine, and what it opens there or in the group alone.

    A group may be bound elsewhere tomorrow: what it opens counts even where a stack closes it today.
    """
    needed = [expected.traffic for expected in start.expectation.required(direction)]
    pairs = list(zip(start.readings(direction), now.readings(direction), strict=True))
    found = [compare(before.rows, after.rows, needed, excused) for before, after in pairs]
    alone = compare(start.alone(direction).rows, now.alone(direction).rows, needed, excused)
    return Difference(
        cuts=any(difference.cuts for difference in found),
        opens=alone.opens or any(difference.opens for difference in found),
    )
