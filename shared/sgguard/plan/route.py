"""The writes that lead from one list to another, in every order that may be safe.

A call speaks of one direction; one that adds puts its rows at one index, one that takes away may name many.
https://www.tencentcloud.com/document/product/215/15807
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.model.plan import Step
from sgguard.model.security_group import Direction, SecurityGroupPolicy
from sgguard.plan.alignment import drops, rule_of
from sgguard.plan.layout import Fresh, Layout, Slot, gone

Steps = tuple[Step, ...]


def routes(rows: Sequence[SecurityGroupPolicy], layout: Layout, direction: Direction) -> Iterator[Steps]:
    """Ways to a layout, the fewest writes first; rows are added before others go, where that is possible.

    The API refuses a row that says what another one says already: a way that would need two of them at a time
    is none.
    """
    found: list[Steps] = []
    doomed, blocks = gone(layout, rows), _blocks(layout)
    if not doomed and not blocks:
        return
    if (swap := _replacements(rows, layout, direction)) is not None:
        found.append(swap)
    adding_first = _Paper(rows, direction)
    for block in sorted(blocks, key=_without_drops):
        adding_first.add(block)
    adding_first.remove(doomed)
    removing_first = _Paper(rows, direction)
    removing_first.remove(doomed)
    for block in sorted(blocks, key=_without_drops):
        removing_first.add(block)
    found += [paper.steps() for paper in (adding_first, removing_first) if not paper.repeats]
    yield from sorted(dict.fromkeys(found), key=len)


class _Block(msgspec.Struct, frozen=True):
    """New rows that stand together."""

    after: Slot | None
    """The row before them that stays; None at the top."""
    rows: tuple[Fresh, ...]


def _blocks(layout: Layout) -> list[_Block]:
    blocks: list[_Block] = []
    anchor: Slot | None = None
    run: list[Fresh] = []
    for slot in (*layout, None):
        if isinstance(slot, Fresh):
            run.append(slot)
            continue
        if run:
            blocks.append(_Block(anchor, tuple(run)))
            run = []
        anchor = slot
    return blocks


def _without_drops(block: _Block) -> bool:
    """What closes something goes first: it may have to be there before anything else moves."""
    return not any(drops(fresh.policy) for fresh in block.rows)


def _replacements(rows: Sequence[SecurityGroupPolicy], layout: Layout, direction: Direction) -> Steps | None:
    """One write a row, where as many rows come as go in every place; None where it is otherwise."""
    pairs: list[tuple[int, Fresh]] = []
    doomed = set(gone(layout, rows))
    position = 0
    run: list[Fresh] = []
    for slot in (*layout, len(rows)):
        if isinstance(slot, Fresh):
            run.append(slot)
            continue
        here = [index for index in range(position, slot) if index in doomed]
        if len(here) != len(run):
            return None
        pairs += zip(here, run, strict=True)
        position, run = slot + 1, []
    now = [rule_of(row) for row in rows]
    for index, fresh in pairs:
        rest = now[:index] + now[index + 1 :]
        if rule_of(fresh.policy) in rest:
            return None
        now[index] = rule_of(fresh.policy)
    return tuple(
        Step(op="replace", direction=direction, index=index, policies=(fresh.policy,))
        for index, fresh in pairs
    )


class _Paper:
    """A list on which writes are tried out."""

    def __init__(self, rows: Sequence[SecurityGroupPolicy], direction: Direction) -> None:
        self._rows = rows
        self._direction = direction
        self._now: list[Slot] = list(range(len(rows)))
        self._steps: list[Step] = []
        self.repeats = False
        """Whether a row would be added that says what another one says already."""

    def add(self, block: _Block) -> None:
        """Put rows in; one at a time where their order matters, for a call does not promise to keep it."""
        together = [block.rows] if _without_drops(block) else [(fresh,) for fresh in block.rows]
        after = block.after
        for some in together:
            place = 0 if after is None else self._now.index(after) + 1
            known = {rule_of(self._policy(slot)) for slot in self._now}
            rules = [rule_of(fresh.policy) for fresh in some]
            self.repeats |= len(set(rules)) < len(rules) or not known.isdisjoint(rules)
            index = None if place == len(self._now) else place
            policies = tuple(fresh.policy for fresh in some)
            self._steps.append(Step(op="create", direction=self._direction, index=index, policies=policies))
            self._now[place:place] = some
            after = some[-1]

    def remove(self, doomed: Sequence[int]) -> None:
        """Take rows away, all in one call."""
        if not doomed:
            return
        indexes = tuple(self._now.index(index) for index in doomed)
        policies = tuple(self._rows[index] for index in doomed)
        self._steps.append(Step(op="delete", direction=self._direction, indexes=indexes, policies=policies))
        for index in doomed:
            # A row between that goes leaves the anchors of blocks, which stay, where they are.
            self._now.remove(index)

    def steps(self) -> Steps:
        """What was tried out."""
        return tuple(self._steps)

    def _policy(self, slot: Slot) -> SecurityGroupPolicy:
        return slot.policy if isinstance(slot, Fresh) else self._rows[slot]
