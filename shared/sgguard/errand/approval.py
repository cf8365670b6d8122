"""`sgguard apply`: a plan that waited for somebody's approval."""

from __future__ import annotations

from sgguard.act import Commission
from sgguard.errand.work import Done, ErrandError, Work, refused
from sgguard.pipeline import Guard
from sgguard.plan.proof import prove
from sgguard.state import find_plan, forget_plan


def apply_plan(plan_id: str, guard: Guard, *, by: str) -> Done:
    """Carry out a kept plan, as long as its group is what it was when the plan was proven.

    The proof is made again, for clusters and config may have changed. Raises ErrandError, StoreError and
    GatherError.
    """
    stored = find_plan(guard.store, plan_id)
    plan = stored.plan
    work = Work(guard, stored.region, plan.group_id)
    work.refuse_if_frozen()
    if plan.group_id in guard.site.revert.protected:
        raise ErrandError(f"The config protects {plan.group_id}: it is never written.")
    version = work.facts.group.version
    if version != plan.expected_version:
        forget_plan(guard.store, plan)
        raise ErrandError(
            f"Plan {plan_id} has expired: it was proven on version {plan.expected_version} of "
            f"{plan.group_id}, which is at version {version} now.",
            next_step="The change that came between made a plan of its own; look for its alert.",
        )
    case = work.case()
    _, proof = prove(case, plan.steps)
    if not proof.holds:
        raise refused(f"Plan {plan_id} cannot be proven safe any more", proof.objections)
    evaluation = work.judge(work.facts.group)
    commission = Commission(
        plan=plan, region=stored.region, names=work.facts.names, deed="apply", by=by, change=stored.change
    )
    outcome = work.carry_out(commission)
    if outcome.result == "reverted":
        forget_plan(guard.store, plan)
    return Done(plan=plan, outcome=outcome, evaluation=evaluation)
