"""The limits as one change of one group meets them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from sgguard.act.limits import claim_write, release, standing_holds
from sgguard.config.revert import Revert
from sgguard.model.change import ChangeEvent
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import Reason, reason
from sgguard.plan import withhold
from sgguard.state import Claim, Store, StoredPlan, StoreError, keep_plan

_STORE_SECONDS = 600.0


class Notice(msgspec.Struct, frozen=True):
    """What concerns more than one group, to be told once within some time."""

    what: str
    why: Reason
    seconds: float


class Bounds:
    """Holds plans back, claims a place in the budget, and gives it back if nothing was written."""

    def __init__(
        self, store: Store, revert: Revert, clock: Callable[[], float], *, by: str, change: ChangeEvent
    ) -> None:
        """`by` names the invocation."""
        self._store = store
        self._revert = revert
        self._clock = clock
        self._by = by
        self._change = change
        self._claim: Claim | None = None
        self.notices: list[Notice] = []

    def within(self, plan: Plan, region: str) -> Plan:
        """The plan within the limits that hold across events and instances."""
        if not plan.steps:
            return plan
        now = self._clock()
        holds = standing_holds(self._store, plan.group_id, self._revert, now=now, own=self._claim)
        plan = withhold(plan, holds)
        if says(plan.reasons, "hold.approval"):
            plan = self._kept_for_approval(plan, region)
        if plan.decision == "revert" and self._claim is None:
            plan = self._claimed(plan, region)
        self.note_store(plan.reasons)
        return plan

    def note_store(self, reasons: Sequence[Reason]) -> None:
        """Remember to tell that the store cannot be used, if reasons say so."""
        if says(reasons, "hold.store") or says(reasons, "act.store"):
            self.notices.append(Notice("store", reason("notice.store"), _STORE_SECONDS))

    def give_back(self, outcome: Outcome) -> None:
        """Withdraw the claim unless something was written, or may have been."""
        if self._claim and not outcome.applied and not outcome.doubtful:
            release(self._store, self._claim)

    def _claimed(self, plan: Plan, region: str) -> Plan:
        """The plan, if the change budget has room for it."""
        claim = Claim(
            group_id=plan.group_id,
            region=region,
            at=self._clock(),
            by=self._by,
            change=self._change.request_id,
        )
        admission = claim_write(self._store, claim, self._revert)
        self._claim = admission.claim
        if admission.exhausted:
            self.notices.append(Notice("budget", admission.holds[0], self._revert.budget.minutes * 60))
        return withhold(plan, admission.holds)

    def _kept_for_approval(self, plan: Plan, region: str) -> Plan:
        """Keep a plan for `sgguard apply`."""
        stored = StoredPlan(region=region, plan=plan, change=self._change, kept_at=self._clock())
        try:
            keep_plan(self._store, stored)
        except StoreError as error:
            return withhold(plan, [reason("hold.store", text=error.diagnostics())])
        return plan


def labelled(plan: Plan, own: str) -> Plan:
    """Say of a change that it is the guard's own, and by what that is known; nothing else follows from it."""
    if not own or plan.decision == "none":
        return plan
    return msgspec.structs.replace(plan, reasons=(*plan.reasons, reason(f"own.{own}")))


def says(reasons: Sequence[Reason], code: str) -> bool:
    """Whether a reason of that code is among them."""
    return any(reason.code == code for reason in reasons)
