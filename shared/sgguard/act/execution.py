"""Step by step: write, read again, compare."""

from __future__ import annotations

from sgguard.act.ports import GroupWriter, Order, PolicyReader
from sgguard.errors import ConflictError, GatherError, GuardError, RemediationError, UnansweredError
from sgguard.evaluate.resolve import resolve
from sgguard.model.outcome import AppliedStep, Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import as_written
from sgguard.model.security_group import DIRECTIONS, Names, SecurityGroupPolicySet
from sgguard.plan.edit import apply

_READS = 3
"""Reads of a list after a write that was answered, until it shows the write. There is no waiting between
them: a function is billed for sleeping, and what is not seen now is seen by the next event."""


class _StoppedError(Exception):
    """The plan ends here."""

    def __init__(self, cause: GuardError, doubtful: AppliedStep | None = None) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.doubtful = () if doubtful is None else (doubtful,)
        """The write that was sent, where it may have been applied."""


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
        except _StoppedError as stop:
            conflict = isinstance(stop.cause, ConflictError)
            text = str(stop.cause) if conflict else stop.cause.diagnostics()
            return Outcome(
                result="conflict" if conflict else "failed",
                applied=tuple(applied),
                doubtful=stop.doubtful,
                reasons=(as_written(text),),
            ), group
        applied.append(written)
    return Outcome(result="reverted", applied=tuple(applied)), group


def _carry_out(
    order: Order, writer: GroupWriter, reader: PolicyReader, names: Names
) -> tuple[AppliedStep, SecurityGroupPolicySet]:
    """Write one step and read it back; a lost answer is told by the list that is found."""
    lost: UnansweredError | None = None
    request_id = ""
    try:
        request_id = writer.write(order)
    except UnansweredError as error:
        lost = error
    except RemediationError as error:
        raise _StoppedError(error) from error
    sent = AppliedStep(
        step=order.step, request_id=request_id, version_before=order.before.version, version_after=""
    )
    now = _read_again(order, reader, sent, patient=lost is None)
    if lost and now.version == order.before.version:
        # A read that is behind would say the same of a write that was applied.
        raise _StoppedError(ConflictError(str(lost)), sent) from lost
    if now.version == order.before.version or not same_rows(now, order.after, names):
        what = str(lost) if lost else f"after request {request_id} the group is not as planned"
        raise _StoppedError(ConflictError(f"{what}: somebody else writes to it, or the read is behind"), sent)
    written = AppliedStep(
        step=order.step,
        request_id=request_id,
        version_before=order.before.version,
        version_after=now.version,
    )
    return written, now


def _read_again(
    order: Order, reader: PolicyReader, sent: AppliedStep, *, patient: bool
) -> SecurityGroupPolicySet:
    """The list after a write. A read may be behind: one that shows the old version is made again."""
    try:
        now = reader.policies(order.region, order.group_id)
        for _ in range(_READS - 1 if patient else 0):
            if now.version != order.before.version:
                break
            now = reader.policies(order.region, order.group_id)
    except GatherError as error:
        what = f"The write was sent and could not be checked: {error}"
        raise _StoppedError(RemediationError(what, next_step=error.next_step), sent) from error
    return now


def same_rows(left: SecurityGroupPolicySet, right: SecurityGroupPolicySet, names: Names) -> bool:
    """Whether two lists say the same in the same order, however it is spelled."""
    return all(
        [resolve(row, names) for row in left.rows(direction)]
        == [resolve(row, names) for row in right.rows(direction)]
        for direction in DIRECTIONS
    )
