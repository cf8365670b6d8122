"""One errand: the group as it is now, a proven plan, and the same hands as the guard's own."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sgguard.act import Commission, Hands, carry_out, claim_write
from sgguard.baseline import Expectation, expect
from sgguard.errors import RemediationError
from sgguard.evaluate import Circumstances, evaluate
from sgguard.facts import gather
from sgguard.model.facts import Facts, NotCovered
from sgguard.model.finding import Evaluation
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import Reason
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.pipeline import BEFORE_WRITING, Guard
from sgguard.plan.case import Case
from sgguard.state import Claim, Freeze, freezes_of
from sgguard.wording import say


class ErrandError(RemediationError):
    """What was asked for is not done; nothing was written."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an errand."""

    plan: Plan
    outcome: Outcome
    evaluation: Evaluation
    """The verdict on the group as it was found."""
    frozen: bool = False
    """Whether the group is frozen now, so that the guard leaves it as it is."""


class Work:
    """A group that an errand is about, read anew."""

    def __init__(self, guard: Guard, region: str, group_id: str) -> None:
        """Raises GatherError, and ErrandError where no cluster is served by the group any more."""
        self._guard = guard
        now = guard.clock()
        found = gather(group_id, [region], guard.readers, None, observed_at=now, freshness=BEFORE_WRITING)
        if isinstance(found, NotCovered):
            raise ErrandError(f"{group_id} in {region} is left alone: {found.reason}.")
        self.facts: Facts = found
        self.expectation: Expectation = expect(found.scopes, guard.site)
        self.circumstances = Circumstances(
            names=found.names,
            waivers=guard.site.waivers_of(group_id, found.scopes),
            now=now,
            stacks=found.placement.stacks,
        )

    def case(self) -> Case:
        """The group as it is."""
        return Case(
            group_id=self.facts.group_id,
            group=self.facts.group,
            expectation=self.expectation,
            circumstances=self.circumstances,
        )

    def judge(self, group: SecurityGroupPolicySet) -> Evaluation:
        """The verdict on some rows of the group."""
        return evaluate(
            group, self.expectation, group_id=self.facts.group_id, circumstances=self.circumstances
        )

    def refuse_if_frozen(self) -> None:
        """Whoever froze the group wants nobody to write to it. Raises ErrandError and StoreError."""
        for freeze in freezes_of(self._guard.store, self.facts.group_id):
            scope = f"--group {freeze.group_id}" if freeze.group_id else "--all"
            raise ErrandError(
                f"{freeze.by} froze {freeze.group_id or 'every group'}: {freeze.why or 'no reason given'}.",
                next_step=f"sgguard unfreeze {scope}",
            )

    def carry_out(self, commission: Commission) -> Outcome:
        """Carry out a proven plan. It counts for the limits like any other write, and is not held by them."""
        guard = self._guard
        claim = Claim(
            group_id=self.facts.group_id,
            region=self.facts.region,
            at=guard.clock(),
            by=guard.invocation,
            change=commission.change.request_id if commission.change else "",
        )
        claim_write(guard.store, claim, guard.site.revert)
        hands = Hands(guard.writer, guard.readers.groups, guard.store, guard.clock)
        return carry_out(commission, hands, self.judge)


def freeze_by(name: str, group_id: str, why: str, at: float) -> Freeze:
    """A freeze of one group."""
    return Freeze(group_id=group_id, by=name, why=why, at=at)


def refused(what: str, objections: Sequence[Reason], next_step: str = "") -> ErrandError:
    """An errand whose proof does not hold."""
    return ErrandError(f"{what}: {'; '.join(map(say, objections))}.", next_step=next_step)
