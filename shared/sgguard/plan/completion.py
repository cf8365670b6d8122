"""Makes a list whole: what still is excess goes, what a requirement lacks comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from sgguard.baseline import Expected
from sgguard.evaluate.resolve import resolve
from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.plan.alignment import rule_of
from sgguard.plan.case import Case, Reading
from sgguard.plan.layout import Fresh, Layout, Slot, gone, inserted, laid_out, replaced
from sgguard.traffic.address import cidr_texts
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import fold


def completed(case: Case, direction: Direction, layout: Layout, *, clearing: bool = False) -> Layout:
    """The layout without rows that decide actionable excess, and with what requirements lack.

    Taking a row away may uncover the next, so that is looked at again until none is left. `clearing` takes
    away what drops required traffic too; without it, what a requirement lacks is put before that.
    """
    rows = case.group.rows(direction)
    while guilty := _guilty(_laid(case, direction, layout), direction):
        layout = _without(layout, guilty)
    lacking, droppers = _lacking(_laid(case, direction, layout), direction)
    if clearing and droppers and not case.scope.exposure_only:
        return completed(case, direction, _without(layout, droppers), clearing=True)
    place = min(droppers, default=None)
    if case.scope.exposure_only:
        before, _ = _lacking(case, direction)
        lacking = tuple(policy for policy in lacking if policy not in before)
    if not lacking:
        return layout
    came: list[Slot] = []
    for policy in lacking:
        twin = next((s for s in layout if rule_of(_policy(s, rows)) == rule_of(policy)), None)
        if twin is None:
            came.append(Fresh(policy))
            continue
        # The row is there and decides nothing: it goes up, for the API takes no second one.
        at = layout.index(twin)
        layout = replaced(layout, twin, ())
        place = place - 1 if place is not None and at < place else place
        came.append(Fresh(_policy(twin, rows)))
    return inserted(layout, _stead(layout, rows, came) if place is None else place, came)


def _without(layout: Layout, places: AbstractSet[int]) -> Layout:
    return tuple(slot for place, slot in enumerate(layout) if place not in places)


def _stead(layout: Layout, rows: Sequence[SecurityGroupPolicy], came: Sequence[Slot]) -> int:
    """The end of the list, or the place of the one row that goes where one comes: a single write."""
    doomed = gone(layout, rows)
    if len(doomed) == len(came) == 1 and not any(isinstance(slot, Fresh) for slot in layout):
        return sum(isinstance(slot, int) and slot < doomed[0] for slot in layout)
    return len(layout)


def _laid(case: Case, direction: Direction, layout: Layout) -> Case:
    return case.with_group(case.group.with_rows(direction, laid_out(layout, case.group.rows(direction))))


def _policy(slot: Slot, rows: Sequence[SecurityGroupPolicy]) -> SecurityGroupPolicy:
    return msgspec.structs.replace(slot.policy if isinstance(slot, Fresh) else rows[slot], index=0)


def _guilty(case: Case, direction: Direction) -> set[int]:
    return {
        index
        for finding in case.actionable()
        if finding.kind == "excess" and finding.direction == direction
        for index in finding.policy_indexes
    }


def _lacking(case: Case, direction: Direction) -> tuple[tuple[SecurityGroupPolicy, ...], set[int]]:
    """Policies that requirements lack, and the indexes of the policies that drop them."""
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
    return tuple(candidates[number] for number in sorted(needed)), droppers


def _gone(reading: Reading, sets: Sequence[Traffic]) -> tuple[set[int], set[int]]:
    """Which of the sets a list needs in addition, by number, and the rows that drop them now."""
    tiles = [tile for plane in fold(reading.rows, sets) for tile in plane.tiles]
    covered = [tile.lenient.permit for tile in tiles]
    lacking: set[int] = set()
    droppers: set[int] = set()
    for number in range(len(sets)):
        lost = [tile.sets[number] & ~done for tile, done in zip(tiles, covered, strict=True)]
        if any(lost):
            lacking.add(number)
            covered = [done | tile.sets[number] for tile, done in zip(tiles, covered, strict=True)]
            for tile, part in zip(tiles, lost, strict=True):
                droppers.update(row for row, hit in tile.lenient.hits if hit & part)
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
