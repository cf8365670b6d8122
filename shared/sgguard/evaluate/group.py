"""The verdict on one group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.baseline import Expectation
from sgguard.evaluate import explanation
from sgguard.evaluate.circumstances import ALONE, Circumstances
from sgguard.evaluate.side import Side
from sgguard.model.finding import Before, Evaluation, Finding, Verdict, WaiverUse
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet

MAX_ROWS = 2000
"""Rows of one list that are judged at once. A group has 100 in a direction, and a machine five groups
(https://www.tencentcloud.com/document/product/215/38750); memory grows with the third power of the rows."""


def evaluate(
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    *,
    group_id: str,
    circumstances: Circumstances = ALONE,
) -> Evaluation:
    """Compare what a group lets through with its expectation, exactly, in both directions.

    `group_id` names the group in the result. Never raises: what cannot be resolved is an `undetermined`
    finding.
    """
    lengths = {direction: longest(group, direction, circumstances) for direction in DIRECTIONS}
    sides = [
        Side(group, expectation, direction, group_id, circumstances)
        for direction in DIRECTIONS
        if lengths[direction] <= MAX_ROWS
    ]
    findings = (
        *(_too_long(direction, count) for direction, count in lengths.items() if count > MAX_ROWS),
        *(finding for side in sides for finding in side.findings()),
    )
    used = {waiver for side in sides for waiver in side.used_waivers()}
    earlier = circumstances.earlier
    return Evaluation(
        id=group_id,
        version=group.version,
        verdict=_verdict(findings),
        findings=findings,
        basis="stacks" if circumstances.stacks else "group",
        before=Before(version=earlier.group.version, source=earlier.source) if earlier else None,
        delta=tuple(delta for side in sides for delta in side.deltas()) if earlier else (),
        waivers=tuple(_waiver_uses(circumstances, used)),
    )


def longest(group: SecurityGroupPolicySet, direction: Direction, known: Circumstances) -> int:
    """Rows of the longest list that has to be looked through, now or before the change."""
    own = max(len(one.rows(direction)) for one in (group, known.earlier.group if known.earlier else group))
    stacks = (*known.stacks, *((known.earlier and known.earlier.stacks) or ()))
    others = [sum(len(one.rows(direction)) for _, one in (*s.ahead, *s.behind)) for s in stacks]
    return own + max(others, default=0)


def _too_long(direction: Direction, count: int) -> Finding:
    return Finding(
        kind="undetermined",
        severity="high",
        certain=False,
        direction=direction,
        requirement=None,
        policy_indexes=(),
        traffic=(),
        witness=None,
        reason=explanation.too_long(direction, count, MAX_ROWS),
    )


def _verdict(findings: Sequence[Finding]) -> Verdict:
    decisive = [finding for finding in findings if finding.kind != "shadowed"]
    if any(finding.certain and finding.kind != "undetermined" for finding in decisive):
        return "violating"
    return "undetermined" if decisive else "compliant"


def _waiver_uses(circumstances: Circumstances, used: set[str]) -> Iterator[WaiverUse]:
    for waiver in circumstances.waivers:
        if waiver.expires_at <= circumstances.now:
            yield WaiverUse(id=waiver.id, state="expired")
        else:
            yield WaiverUse(id=waiver.id, state="used" if waiver.id in used else "unused")
