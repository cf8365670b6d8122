"""The vendor's practices that a group does not follow. Advice: never a reason to write.

https://www.tencentcloud.com/document/product/457/9084
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sgguard.baseline import Expectation
from sgguard.evaluate.circumstances import ALONE, Circumstances
from sgguard.evaluate.explanation import direction_word
from sgguard.evaluate.resolve import Resolved, resolve
from sgguard.model.finding import Practice
from sgguard.model.reason import reason
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet
from sgguard.model.stack import Placement
from sgguard.traffic.box import Box, Traffic
from sgguard.traffic.fold import Row, fold
from sgguard.traffic.space import PUBLIC

_PUBLIC_SSH: Traffic = tuple(Box(family, ("tcp",), ((22, 23),), spans) for family, spans in PUBLIC.items())
_NAMED = 5
"""Machines and policies that a message names before it counts the rest."""


def practices(
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    *,
    placement: Placement | None = None,
    circumstances: Circumstances = ALONE,
) -> tuple[Practice, ...]:
    """Everything that the vendor advises otherwise. Without a `placement` bindings are not judged."""
    rows = {
        direction: [resolve(policy, circumstances.names) for policy in group.rows(direction)]
        for direction in DIRECTIONS
    }
    return (
        *_bindings(placement or Placement()),
        *_narrow_egress([resolved.row for resolved in rows["egress"]], expectation),
        *_broad_ssh([resolved.row for resolved in rows["ingress"]]),
        *(practice for direction in DIRECTIONS for practice in _idle_rows(rows[direction], direction)),
    )


def _bindings(placement: Placement) -> Iterator[Practice]:
    """All machines of a cluster in one group, and no others in it."""
    if placement.elsewhere:
        machines = _names(placement.elsewhere)
        yield Practice(
            id="mixed-binding",
            severity="low",
            subjects=placement.elsewhere,
            reason=reason("practice.mixed-binding", count=len(placement.elsewhere), machines=machines),
        )
    if placement.strangers:
        machines = _names(placement.strangers)
        yield Practice(
            id="foreign-binding",
            severity="medium",
            subjects=placement.strangers,
            reason=reason("practice.foreign-binding", count=len(placement.strangers), machines=machines),
        )


def _narrow_egress(rows: Sequence[Row], expectation: Expectation) -> Iterator[Practice]:
    """Outbound rows of the site's own keep the node and the pod range open."""
    needed = expectation.required("egress")
    short: dict[str, None] = {}
    for plane in fold(rows, [expected.traffic for expected in needed]):
        for tile in plane.tiles:
            for expected, grid in zip(needed, tile.sets, strict=True):
                if grid & ~tile.strict.permit:
                    short[expected.id] = None
    if short:
        yield Practice(
            id="custom-egress",
            severity="medium",
            direction="egress",
            reason=reason("practice.custom-egress", requirements=", ".join(short)),
        )


def _broad_ssh(rows: Sequence[Row]) -> Iterator[Practice]:
    """No more to the outside than must be: SSH from everywhere is the vendor's default, not its advice."""
    opening = {
        row: None
        for plane in fold(rows, [_PUBLIC_SSH])
        for tile in plane.tiles
        for row, hit in tile.strict.hits
        if rows[row].accept and hit & tile.sets[0]
    }
    if opening:
        yield Practice(
            id="broad-ssh",
            severity="info",
            direction="ingress",
            policy_indexes=tuple(sorted(opening)),
            reason=reason("practice.broad-ssh", policies=_names(map(str, sorted(opening)))),
        )


def _idle_rows(rows: Sequence[Resolved], direction: Direction) -> Iterator[Practice]:
    """Rows that could go without any packet faring otherwise, each by itself.

    Rows behind one that is not resolved may matter in a truth that is not known; they are left out.
    """
    known = next((index for index, resolved in enumerate(rows) if resolved.gaps), len(rows))
    ledgers = _ledgers([resolved.row for resolved in rows[:known]])
    for index, ledger in enumerate(ledgers):
        word = direction_word(direction)
        if ledger.hiders and not ledger.alive:
            named = _names(map(str, sorted(ledger.hiders)))
            why = reason("practice.shadowed-policy", index=index, direction=word, policies=named)
            yield Practice(
                id="shadowed-policy",
                severity="info",
                direction=direction,
                policy_indexes=(index,),
                reason=why,
            )
        elif ledger.alive and ledger.spare and ledger.heirs and known == len(rows):
            named = _names(map(str, sorted(ledger.heirs)))
            why = reason("practice.redundant-policy", index=index, direction=word, policies=named)
            yield Practice(
                id="redundant-policy",
                severity="info",
                direction=direction,
                policy_indexes=(index,),
                reason=why,
            )


class _Ledger:
    """What is known of one row: whose packets it would match, and who decides them."""

    def __init__(self) -> None:
        self.alive = False
        self.hiders: set[int] = set()
        """Rows before it that decide packets of it."""
        self.heirs: set[int] = set()
        """Rows behind it that would decide its packets without it."""
        self.spare = True
        """Whether those rows, or the implicit DROP, would decide all of them in the same way."""


def _ledgers(rows: Sequence[Row]) -> list[_Ledger]:
    ledgers = [_Ledger() for _ in rows]
    for plane in fold(rows, [row.most for row in rows]):
        for tile in plane.tiles:
            hits: dict[int, int] = {}
            for row, hit in tile.strict.hits:  # a row of several services decides once for each
                hits[row] = hits.get(row, 0) | hit
            for index, ledger in enumerate(ledgers):
                hit = hits.get(index, 0)
                ledger.alive = ledger.alive or bool(hit)
                ledger.hiders.update(
                    row for row, taken in hits.items() if row < index and taken & tile.sets[index]
                )
                if hit:
                    _inherit(ledger, hit, index, rows, tile.sets)
    return ledgers


def _inherit(ledger: _Ledger, hit: int, index: int, rows: Sequence[Row], grids: Sequence[int]) -> None:
    """Hand the packets of one row to the rows behind it."""
    for heir in range(index + 1, len(rows)):
        taken = hit & grids[heir]
        if taken:
            ledger.heirs.add(heir)
            ledger.spare = ledger.spare and rows[heir].accept == rows[index].accept
            hit ^= taken
    if hit and rows[index].accept:
        ledger.spare = False


def _names(names: Sequence[str] | Iterator[str]) -> str:
    listed = list(names)
    more = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" +{more}" if more > 0 else "")
