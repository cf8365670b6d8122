"""One group with everything that a decision about it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sgguard.baseline import Expectation
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Evaluation, Finding
from sgguard.model.security_group import Direction, Names, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.plan.alignment import Alignment, drops, rule_of, sweeping
from sgguard.plan.threshold import Scope, actionable
from sgguard.traffic.box import Traffic
from sgguard.traffic.fold import Row, Tile, fold


class Reading(msgspec.Struct, frozen=True):
    """Rows in the order in which packets meet them."""

    rows: list[Row]
    ahead: int
    """How many of them belong to other groups and stand before the group's own."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A list of rows with the expectation, the circumstances and the scope that it is judged by."""

    group_id: str
    group: SecurityGroupPolicySet
    expectation: Expectation
    circumstances: Circumstances
    scope: Scope = Scope()

    def with_group(self, group: SecurityGroupPolicySet) -> Case:
        """The same case with other rows."""
        return msgspec.structs.replace(self, group=group)

    def evaluation(self) -> Evaluation:
        """The verdict on the rows."""
        return evaluate(
            self.group, self.expectation, group_id=self.group_id, circumstances=self.circumstances
        )

    def actionable(self) -> tuple[Finding, ...]:
        """The findings that enforce has to act on."""
        return tuple(f for f in self.evaluation().findings if actionable(f, self.scope))

    def alone(self, direction: Direction) -> Reading:
        """The group by itself."""
        return self._reading(self.group.rows(direction), ahead=0)

    def readings(self, direction: Direction) -> list[Reading]:
        """The lists that machines go by: every stack of the group, or the group alone where none is known."""
        stacks = self.circumstances.stacks
        if not stacks:
            return [self.alone(direction)]
        own = self.group.rows(direction)
        return [
            self._reading(
                [row for _, row in stack.policies(self.group_id, own, direction)],
                ahead=sum(len(group.rows(direction)) for _, group in stack.ahead),
            )
            for stack in stacks
        ]

    def allowed(self, direction: Direction) -> Traffic:
        """All that may be accepted: the ceiling, and what waivers that hold let pass."""
        known = self.circumstances
        waived = [
            waiver.traffic(self.expectation.scopes)
            for waiver in known.waivers
            if waiver.direction == direction and waiver.covers == "excess" and waiver.expires_at > known.now
        ]
        return (*self.expectation.ceiling(direction), *(box for traffic in waived for box in traffic))

    @property
    def one_write(self) -> bool:
        """Whether one write made the present list of the one before, as far as versions tell."""
        earlier = self.circumstances.earlier
        if earlier is None:
            return False
        before, now = earlier.group.version, self.group.version
        return not (before.isdecimal() and now.isdecimal()) or int(now) - int(before) <= 1

    def established(self, direction: Direction) -> Traffic:
        """What may be accepted and was, before the change where that is known, else now; for sure.

        What passes now only because everything does was meant by nobody.
        """
        known = self.circumstances
        if known.earlier is None:
            present = self.group.rows(direction)
            meant = [not sweeping(row) for row in present]
            return self._accepted(present, known.names, direction, meant)
        before, now = known.earlier.group.rows(direction), self.group.rows(direction)
        stayed = Alignment(before, now, one_write=self.one_write)
        there = {rule_of(row) for row in now}
        replaced = {index for previous in stayed.previous.values() for index in previous}
        # A row that somebody took away is not to come back by a side door.
        rows = [
            row
            for row in before
            if row.index in stayed.still or row.index in replaced or drops(row) or rule_of(row) in there
        ]
        return self._accepted(rows, {**known.names, **known.earlier.names}, direction)

    def restorable(self, direction: Direction) -> Traffic:
        """What may be accepted and was before the change, as the guard saw it itself: it may be opened again.

        What an event says was there before is the caller's word, and opens nothing.
        """
        earlier = self.circumstances.earlier
        if earlier is None or earlier.source == "event":
            return ()
        names = {**self.circumstances.names, **earlier.names}
        return self._accepted(earlier.group.rows(direction), names, direction)

    def _accepted(
        self,
        policies: Iterable[SecurityGroupPolicy],
        names: Names,
        direction: Direction,
        meant: Sequence[bool] = (),
    ) -> Traffic:
        rows = [resolve(policy, names).row for policy in policies]

        def grid(tile: Tile) -> int:
            if not meant:
                return tile.strict.permit
            return sum(hit for row, hit in tile.strict.hits if rows[row].accept and meant[row])

        return tuple(
            box
            for plane in fold(rows, [self.allowed(direction)])
            for tile in plane.tiles
            for box in plane.boxes(tile, grid(tile) & tile.sets[0])
        )

    def _reading(self, policies: Sequence[SecurityGroupPolicy], *, ahead: int) -> Reading:
        return Reading([resolve(policy, self.circumstances.names).row for policy in policies], ahead)
