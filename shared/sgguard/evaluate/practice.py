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

_SSH = 22
_PUBLIC_SSH: Traffic = tuple(
    Box(family, ("tcp",), ((_SSH, _SSH + 1),), spans) for family, spans in PUBLIC.items()
)
_NAMED = 5
"""Machines and policies that a message names before it counts the rest."""


def practices(
    group: SecurityGroupPolicySet,
    expectation: Expectation,
    *,
    placement: Placement | None = None,
    circumstances: Circumstances = ALONE,
    idle: bool = True,
) -> tuple[Practice, ...]:
    """Everything that the vendor advises otherwise. Without a `placement` bindings are not judged.

    `idle` asks for rows that could go too; that costs a pass over all pairs of rows that overlap.
    """
    rows = {
        direction: [resolve(policy, circumstances.names) for policy in group.rows(direction)]
        for direction in DIRECTIONS
    }
    return (
        *_bindings(placement or Placement()),
        *_narrow_egress([resolved.row for resolved in rows["egress"]], expectation),
        *_broad_ssh([resolved.row for resolved in rows["ingress"]]),
        *(
            practice
            for direction in DIRECTIONS
            if idle
            for practice in _idle_rows(rows[direction], direction)
        ),
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
    about = [index for index, row in enumerate(rows) if _speaks_of_ssh(row)]
    opening = {
        about[row]: None
        for plane in fold([rows[index] for index in about], [_PUBLIC_SSH])
        for tile in plane.tiles
        for row, hit in tile.strict.hits
        if rows[about[row]].accept and hit & tile.sets[0]
    }
    if opening:
        yield Practice(
            id="broad-ssh",
            severity="info",
            direction="ingress",
            policy_indexes=tuple(sorted(opening)),
            reason=reason("practice.broad-ssh", policies=_names(map(str, sorted(opening)))),
        )


def _speaks_of_ssh(row: Row) -> bool:
    """Whether a row may decide packets to port 22; no other matters to who may send them."""
    return any(
        "tcp" in box.protocols and any(start <= _SSH < end for start, end in box.ports) for box in row.most
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
            for row, taken in tile.strict.hits:  # a row of several services decides once for each
                hits[row] = hits.get(row, 0) | taken
            present = [index for index, grid in enumerate(tile.sets) if grid]
            for place, index in enumerate(present):
                ledger, hit = ledgers[index], hits.get(index, 0)
                ledger.alive = ledger.alive or bool(hit)
                ledger.hiders.update(row for row in present[:place] if hits.get(row, 0) & tile.sets[index])
                if hit:
                    _inherit(ledger, hit, present[place:], rows, tile.sets)
    return ledgers


def _inherit(
    ledger: _Ledger, hit: int, present: Sequence[int], rows: Sequence[Row], grids: Sequence[int]
) -> None:
    """Hand the packets of the first of some rows to those behind it."""
    index = present[0]
    for heir in present[1:]:
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
