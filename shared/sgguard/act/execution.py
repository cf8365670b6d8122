"""Step by step: write, read again, compare."""

from __future__ import annotations

from sgguard.act.ports import GroupWriter, Order, PolicyReader
from sgguard.errors import ConflictError, GatherError, RemediationError, UnansweredError
from sgguard.evaluate.resolve import resolve
from sgguard.model.outcome import AppliedStep, Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import as_written
from sgguard.model.security_group import DIRECTIONS, Names, SecurityGroupPolicySet
from sgguard.plan.edit import apply


def execute(
    plan: Plan, region: str, writer: GroupWriter, reader: PolicyReader, names: Names
) -> tuple[Outcome, SecurityGroupPolicySet]:
    """Carry out a plan whose decision is to revert. Returns the outcome and the rows as last read.

    Each write carries the version of the list that it was decided on; after each the list is read again and
    must be what the step leads to. Anything else is a conflict, and the caller decides anew. Never raises for
    what the cloud does.
    """
    group = plan.before
    applied: list[AppliedStep] = []
    for step in plan.steps:
        order = Order(
            region=region, group_id=plan.group_id, step=step, before=group, after=apply(group, step)
        )
        try:
            written, group = _carry_out(order, writer, reader, names)
        except ConflictError as error:
            return Outcome(
                result="conflict", applied=tuple(applied), reasons=(as_written(str(error)),)
            ), group
        except (RemediationError, GatherError) as error:
            return Outcome(
                result="failed", applied=tuple(applied), reasons=(as_written(error.diagnostics()),)
            ), group
        applied.append(written)
    return Outcome(result="reverted", applied=tuple(applied)), group


def _carry_out(
    order: Order, writer: GroupWriter, reader: PolicyReader, names: Names
) -> tuple[AppliedStep, SecurityGroupPolicySet]:
    """Write one step and read it back; a lost answer is told by the list that is found."""
    request_id = ""
    lost: UnansweredError | None = None
    try:
        request_id = writer.write(order)
    except UnansweredError as error:
        lost = error
    now = reader.policies(order.region, order.group_id)
    if now.version == order.before.version or not _same(now, order.after, names):
        if lost:
            raise ConflictError(str(lost)) from lost
        raise ConflictError(
            f"after request {request_id} the group is not as planned: somebody else writes to it"
        )
    written = AppliedStep(
        step=order.step,
        request_id=request_id,
        version_before=order.before.version,
        version_after=now.version,
    )
    return written, now


def _same(left: SecurityGroupPolicySet, right: SecurityGroupPolicySet, names: Names) -> bool:
    """Whether two lists say the same in the same order, however it is spelled."""
    return all(
        [resolve(row, names) for row in left.rows(direction)]
        == [resolve(row, names) for row in right.rows(direction)]
        for direction in DIRECTIONS
    )
