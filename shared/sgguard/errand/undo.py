"""`sgguard undo`: puts back the rows as they were before something was written."""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.act import Commission, same_rows
from sgguard.errand.work import Done, ErrandError, Work, freeze_by, refused
from sgguard.model.plan import Plan
from sgguard.model.reason import Reason, reason
from sgguard.model.security_group import DIRECTIONS, SecurityGroupPolicySet
from sgguard.pipeline import Guard
from sgguard.plan.alignment import Alignment
from sgguard.plan.case import Case
from sgguard.plan.edit import apply
from sgguard.plan.layout import Fresh, Layout
from sgguard.plan.proof import prove
from sgguard.plan.route import Steps, routes
from sgguard.state import Snapshot, Written, find_snapshot, keep_freeze
from sgguard.state.journal import all_entries, ending_of, find

_HARM = ("proof.cuts", "proof.repeats", "proof.rows", "proof.empty")
"""What the proof holds against an undo. That it opens again what was closed is what it is for."""


def undo(identity: str, guard: Guard, *, by: str, freeze: bool = True) -> Done:
    """Put back a group's rows as they were before a deed, and freeze it, or the guard would revert it again.

    The same proof forbids cutting required traffic, the same comparison of versions guards the write, and it
    is journalled like every deed. Raises ErrandError, StoreError, GatherError.
    """
    intention = _intention(identity, guard)
    entry = intention.entry
    snapshot = _snapshot(intention, guard)
    work = Work(guard, entry.region, entry.chain)
    now = work.facts.group
    end = ending_of(intention, all_entries(guard.store, entry.chain))
    if end and not end.entry.applied and not end.entry.doubtful:
        raise ErrandError(f"{intention.id} ended without a write, so there is nothing to take back.")
    if not any(same_rows(now, left, work.facts.names) for left in _left(intention, snapshot, end)):
        raise ErrandError(
            f"{entry.chain} is not what {intention.id} left any more: somebody wrote to it since, and their "
            "change would be lost.",
            next_step=f"sgguard journal show {intention.id} shows the rows to put back by hand.",
        )
    plan = _plan(work.case(), snapshot.group)
    if freeze:
        why = f"undo of {intention.id}"
        keep_freeze(guard.store, freeze_by(by, entry.chain, why, guard.clock()))
    evaluation = work.judge(now)
    commission = Commission(
        plan=plan,
        region=entry.region,
        names=work.facts.names,
        deed="undo",
        by=by,
        undoes=intention.digest,
    )
    return Done(plan=plan, outcome=work.carry_out(commission), evaluation=evaluation, frozen=freeze)


def _intention(identity: str, guard: Guard) -> Written:
    """The deed that is meant, if it can be taken back. Raises ErrandError, and JournalError."""
    written = find(guard.store, identity)
    if written.entry.deed in {"freeze", "unfreeze", "hold"}:
        raise ErrandError(
            f"{written.id} wrote to no group: it is a {written.entry.deed}.",
            next_step="sgguard journal list shows what was written.",
        )
    if written.entry.phase == "ended":
        written = find(guard.store, written.entry.intention)
    if written.entry.deed == "undo":
        raise ErrandError(
            f"{written.id} is itself an undo, and an undo is not undone.",
            next_step=f"sgguard unfreeze --group {written.entry.chain}: the guard judges the group anew.",
        )
    entries = all_entries(guard.store, written.entry.chain)
    for other in entries:
        end = ending_of(other, entries)
        if other.entry.undoes == written.digest and end and end.entry.result == "reverted":
            raise ErrandError(f"{written.id} was undone already, by {other.id}.")
    return written


def _snapshot(intention: Written, guard: Guard) -> Snapshot:
    entry = intention.entry
    snapshot = find_snapshot(guard.store, entry.snapshot)
    if (snapshot.region, snapshot.group_id) != (entry.region, entry.chain):
        raise ErrandError(
            f"The snapshot of {intention.id} is one of {snapshot.group_id} in {snapshot.region}, not of "
            f"{entry.chain} in {entry.region}: it is not put there.",
            next_step="Run sgguard journal verify.",
        )
    if snapshot.group.version != entry.expected_version:
        raise ErrandError(
            f"The snapshot of {intention.id} is of version {snapshot.group.version}, and version "
            f"{entry.expected_version} was written to.",
            next_step="Run sgguard journal verify.",
        )
    return snapshot


def _left(intention: Written, snapshot: Snapshot, end: Written | None) -> Iterator[SecurityGroupPolicySet]:
    """The lists that the deed may have left: exactly one where its end is on record without a doubt."""
    steps = intention.entry.steps
    sure = len(end.entry.applied) if end else 0
    most = sure + len(end.entry.doubtful) if end else len(steps)
    group = snapshot.group
    for number, step in enumerate(steps[:most], 1):
        group = apply(group, step)
        if number >= max(1, sure):
            yield group


def _plan(case: Case, target: SecurityGroupPolicySet) -> Plan:
    """The writes that put the rows of another list in place of those of the case. Raises ErrandError."""
    objections: list[Reason] = []
    for steps in _ways(case, target):
        after, proof = prove(case, steps)
        harm = [objection for objection in proof.objections if objection.code in _HARM]
        if not harm:
            return Plan(
                group_id=case.group_id,
                decision="revert",
                reasons=(reason("undo.asked"), *proof.objections),
                expected_version=case.group.version,
                steps=steps,
                before=case.group,
                after=after,
                proof=proof,
            )
        objections = objections or harm
    if not objections:
        raise ErrandError(f"{case.group_id} has those rows already.")
    raise refused("The undo is not safe", objections, "Put the rows back by hand if that is what is wanted.")


def _ways(case: Case, target: SecurityGroupPolicySet) -> Iterator[Steps]:
    """The steps of both directions together; each in every order there is."""
    found: list[list[Steps]] = []
    for direction in DIRECTIONS:
        now, then = case.group.rows(direction), target.rows(direction)
        still = Alignment(then, now).still
        layout: Layout = tuple(still.get(row.index, Fresh(row, row.index)) for row in then)
        found.append(list(routes(now, layout, direction)) or [()])
    for ingress in found[0]:
        for egress in found[1]:
            if ingress or egress:
                yield (*ingress, *egress)
