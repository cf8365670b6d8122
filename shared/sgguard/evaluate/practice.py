"""The vendor's practices that a group does not follow. Advice: never a reason to write.

https://www.tencentcloud.com/document/product/457/9084
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from sgguard.baseline import Expectation
from sgguard.evaluate.circumstances import ALONE, Circumstances
from sgguard.evaluate.explanation import direction_word
from sgguard.evaluate.group import MAX_ROWS
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
MAX_COMPARED = 1000
"""Rows of one list that are laid against each other: 60 MB, and it grows with their third power."""
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

    `idle` asks for rows that could go too, which costs as much as the verdict.
    Lists of more than `MAX_ROWS` rows are not looked at, as they are not judged; those of more than
    `MAX_COMPARED` not for rows that could go.
    """
    rows = {
        direction: [resolve(policy, circumstances.names) for policy in group.rows(direction)]
        for direction in DIRECTIONS
        if len(group.rows(direction)) <= MAX_ROWS
    }
    return (
        *_bindings(placement or Placement()),
        *(
            _narrow_egress([resolved.row for resolved in rows["egress"]], expectation)
            if "egress" in rows
            else ()
        ),
        *(_broad_ssh([resolved.row for resolved in rows["ingress"]]) if "ingress" in rows else ()),
        *(p for direction, listed in rows.items() if idle for p in _idle_rows(listed, direction)),
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
    if len(rows) > MAX_COMPARED:
        return
    known = next((index for index, resolved in enumerate(rows) if resolved.gaps), len(rows))
    ledgers = _ledgers([resolved.row for resolved in rows[:known]])
    for index, ledger in enumerate(ledgers):
        if ledger.hiders:
            yield _idle("shadowed-policy", direction, index, ledger.hiders)
        elif ledger.spare and ledger.heirs and known == len(rows):
            yield _idle("redundant-policy", direction, index, ledger.heirs)


def _idle(
    name: Literal["shadowed-policy", "redundant-policy"],
    direction: Direction,
    index: int,
    others: Iterable[int],
) -> Practice:
    named = _names(map(str, sorted(others)))
    return Practice(
        id=name,
        severity="info",
        direction=direction,
        policy_indexes=(index,),
        reason=reason(f"practice.{name}", index=index, direction=direction_word(direction), policies=named),
    )


class _Ledger:
    """What is known of one row: who decides its packets, and who would without it."""

    def __init__(self) -> None:
        self.hiders: set[int] = set()
        """Rows before a dead one that decide packets of it."""
        self.spare = True
        """Whether the rows behind it, or the implicit DROP, would decide all its packets in the same way."""
        self.heirs: set[int] = set()
        """Those rows, as far as it was looked for them: complete where the row is spare."""


def _ledgers(rows: Sequence[Row]) -> list[_Ledger]:
    ledgers = [_Ledger() for _ in rows]
    tiles = [tile for plane in fold(rows, [row.most for row in rows]) for tile in plane.tiles]
    alive = {row for tile in tiles for row, _ in tile.strict.hits}
    for tile in tiles:
        hits: dict[int, int] = {}
        for row, taken in tile.strict.hits:  # a row of several services decides once for each
            hits[row] = hits.get(row, 0) | taken
        behind = 0
        for index in reversed(range(len(rows))):
            grid = tile.sets[index]
            if index not in alive:
                ledgers[index].hiders.update(_takers(grid, hits.items()))
            elif index in hits and ledgers[index].spare:
                _inherit(ledgers[index], hits[index], behind, index, rows, tile.sets)
            behind |= grid
    return ledgers


def _takers(grid: int, hits: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The rows that decide some of the packets, all of which are decided."""
    for row, hit in hits:
        if not grid:
            return
        if taken := grid & hit:
            yield row
            grid ^= taken


def _inherit(
    ledger: _Ledger, hit: int, behind: int, index: int, rows: Sequence[Row], grids: Sequence[int]
) -> None:
    """Hand the packets of a row to those behind it, which have `behind` together."""
    accept = rows[index].accept
    if accept and hit & behind != hit:
        ledger.spare = False
    for heir in range(index + 1, len(rows)):
        if not (hit and ledger.spare):
            return
        if taken := hit & grids[heir]:
            ledger.heirs.add(heir)
            ledger.spare = rows[heir].accept == accept
            hit ^= taken


def _names(names: Sequence[str] | Iterator[str]) -> str:
    listed = list(names)
    more = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" +{more}" if more > 0 else "")
