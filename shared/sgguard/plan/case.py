"""One group with everything that a decision about it depends on."""

from __future__ import annotations

import msgspec

from sgguard.baseline import Expectation
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.resolve import resolve
from sgguard.model.finding import Evaluation, Finding, Severity
from sgguard.model.security_group import Direction, SecurityGroupPolicySet
from sgguard.plan.threshold import actionable
from sgguard.traffic.fold import Row


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A list of rows with the expectation, the circumstances and the threshold that it is judged by."""

    group_id: str
    group: SecurityGroupPolicySet
    expectation: Expectation
    circumstances: Circumstances
    min_severity: Severity

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
        return tuple(f for f in self.evaluation().findings if actionable(f, self.min_severity))

    def rows(self, direction: Direction) -> list[Row]:
        """The rows of one direction as traffic."""
        return [resolve(policy, self.circumstances.names).row for policy in self.group.rows(direction)]
