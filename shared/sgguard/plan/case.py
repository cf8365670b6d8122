"""One group with everything that a decision about it depends on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sgguard.baseline import Expectation
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Evaluation, Finding
from sgguard.model.security_group import Direction, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.plan.threshold import Scope, actionable
from sgguard.traffic.fold import Row


class Reading(NamedTuple):
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

    def _reading(self, policies: Sequence[SecurityGroupPolicy], *, ahead: int) -> Reading:
        return Reading([resolve(policy, self.circumstances.names).row for policy in policies], ahead)
