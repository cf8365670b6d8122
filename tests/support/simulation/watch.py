"""The invariants, looked at after every step. Each names itself when it breaks.

Lists are judged here by following packets through wire rows (`walk`), not by the guard's evaluator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from scfshim import Call
from sgguard.evaluate import Circumstances
from sgguard.model.finding import Evaluation
from sgguard.model.run import Run
from sgguard.model.security_group import DIRECTIONS, SecurityGroupPolicy, SecurityGroupPolicySet
from sgguard.state import Entry, Pending
from sgguard.state.records import Snapshot
from sgguard.wire.policy_set import encode_policy
from simulation.walk import PUBLIC, REQUIRED, Packet, accepts

if TYPE_CHECKING:
    from simulation.history import History

WINDOW = 600.0
"""Seconds of the change budget and of the fight detector."""
BUDGET = 2
"""Groups that the simulated site lets be written within the window."""
REVERTS = 3
"""Reverts of a group within the window."""


class BrokenInvariantError(AssertionError):
    """An invariant does not hold. Its text begins with the invariant's name."""


def check_verdict(group: SecurityGroupPolicySet, found: Evaluation, known: Circumstances) -> None:
    """A verdict says of every packet what a walk through the rows says: I10."""
    alone = {"Ingress": _wire(group.ingress), "Egress": _wire(group.egress)}
    stacks = [
        {side: _wire(row for _, row in stack.policies(found.id, group.rows(direction), direction))}
        for stack in known.stacks
        for side, direction in (("Ingress", DIRECTIONS[0]), ("Egress", DIRECTIONS[1]))
    ] or [alone]
    wrong = [packet for packet in PUBLIC if accepts(alone[packet.direction], known.names, packet)]
    for packet in REQUIRED:
        lists = [rows[packet.direction] for rows in stacks if packet.direction in rows]
        wrong += [packet for rows in lists if not accepts(rows, known.names, packet)]
    if wrong and found.verdict != "violating":
        raise BrokenInvariantError(f"I10: {found.id} is called {found.verdict}, but {wrong[0]}")
    for finding in found.findings:
        if finding.witness and finding.certain and finding.kind == "excess":
            seen = finding.witness
            packet = Packet(finding.direction.title(), seen.protocol, seen.port or 0, seen.peer)
            if not accepts(alone[packet.direction], known.names, packet):
                raise BrokenInvariantError(f"I10: {packet} is no witness: it is dropped")


def _wire(rows: Iterable[SecurityGroupPolicy]) -> list[dict[str, Any]]:
    """Rows in the shape that the walk reads."""
    return [{**_EMPTY, **encode_policy(row)} for row in rows]


_EMPTY = {
    "Port": "ALL",
    "CidrBlock": "",
    "Ipv6CidrBlock": "",
    "AddressTemplate": {"AddressId": ""},
    "PolicyDescription": "",
}


class Watch:
    """Sees every write, every run and the end."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.writes: list[tuple[float, str, str, str]] = []
        """(when, group, side, invocation) of every write of the guard that was applied."""
        self.in_doubt: set[str] = set()
        """Invocations that cannot know whether a write was theirs: it was not answered."""
        self.seen: Counter[str] = Counter()
        self._before: dict[str, Any] = {}

    def sent(self, call: Call) -> None:
        """A write is about to be carried out: I5, I8, I9."""
        history = self._history
        given: Any = call.params["SecurityGroupPolicySet"]
        group_id = str(call.params["SecurityGroupId"])
        version = given.get("Version")
        self._hold("I8", version not in {None, "", "0"}, f"{call.action} with Version {version!r}")
        sides = [side for side in ("Ingress", "Egress") if side in given]
        self._hold(
            "I8", len(sides) == 1 and given[sides[0]], f"{call.action} without rows, or of two directions"
        )
        self._hold("I8", call.action != "ModifySecurityGroupPolicies", "a write that resets the whole list")
        self._hold(
            "I9", history.mode == "enforce" and not history.frozen, "a write in observe mode, or frozen"
        )
        self._hold("I5", self._is_on_record(group_id), f"{group_id} written without a snapshot")

    def _is_on_record(self, group_id: str) -> bool:
        """Whether the list can be put back, and whoever writes to it has said so in the journal."""
        shelf = self._history.shelf
        chain = [msgspec.json.decode(entry.document) for entry in shelf.of("journal", f"{group_id}/")]
        begun = [entry for entry in chain if entry["phase"] == "intended"]
        kept = shelf.entries.get(("snapshot", begun[-1]["snapshot"])) if begun else None
        if kept is None:
            return False
        snapshot = msgspec.json.decode(kept.document, type=Snapshot)
        return (snapshot.group_id, snapshot.group.version) == (group_id, begun[-1]["expected_version"])

    def before(self, call: Call) -> None:
        """Remember what holds right before a write is applied."""
        group_id = str(call.params["SecurityGroupId"])
        self._before = {
            "met": self._met(group_id),
            "open": self._accepted(group_id, PUBLIC),
            "lawful": self._lawful(group_id),
        }

    def applied(self, call: Call, invocation: str) -> None:
        """A write was carried out: I2, I3, I4, I6."""
        history, group_id = self._history, str(call.params["SecurityGroupId"])
        given: Any = call.params["SecurityGroupPolicySet"]
        side = "Ingress" if "Ingress" in given else "Egress"
        now = history.now
        self.writes.append((now, group_id, side, invocation))
        self.seen["writes"] += 1
        cut = self._before["met"] - self._met(group_id)
        self._hold("I2", not cut, f"the write cut {sorted(cut)[:2]} of {group_id}")
        opened = self._accepted(group_id, PUBLIC) - self._before["open"]
        self._hold("I3", not opened, f"the write opened {sorted(opened)[:2]} of {group_id}")
        lawful = self._lawful(group_id)
        self._hold(
            "I3", lawful == self._before["lawful"], f"lawful rows {self._before['lawful']} became {lawful}"
        )
        count = sum(group == group_id and where == side for _, group, where, _ in self.writes)
        machines = history.cloud.machines_of(group_id)
        concerned = {group_id}.union(*machines)
        limit = 2 * sum(history.people.changes[group] for group in concerned)
        self._hold(
            "I4", count <= limit, f"{count} writes to {group_id} {side} for {limit // 2} foreign changes"
        )
        recent = [write for write in self.writes if now - write[0] < WINDOW]
        groups = {group for _, group, _, _ in recent}
        self._hold(
            "I6", len(groups) <= BUDGET or history.budget_open, f"{len(groups)} groups written in 10 minutes"
        )
        reverts = {who for _, group, _, who in recent if group == group_id}
        self._hold("I4", len(reverts) <= REVERTS, f"{len(reverts)} reverts of {group_id} in 10 minutes")

    def ran(self, run: Run, invocation: str) -> None:
        """A change was handled to its end: I7, I10, and that the outcome is what happened."""
        if run.evaluation is None or run.plan is None or run.outcome is None:
            self._hold("I7", run.note, "a run without verdict and without a reason")
            if run.note and run.notifications:
                self._told(run)
            return
        self.seen[run.evaluation.verdict] += 1
        self.seen[f"decided {run.plan.decision}"] += 1
        wrote = any(who == invocation for *_, who in self.writes)
        if run.outcome.result == "reverted":
            self._hold("I7", wrote or invocation in self.in_doubt, "a revert is told that nobody made")
        if run.plan.decision != "none":
            self._hold("I7", run.notifications, f"{run.plan.decision} without a message")
        self._told(run)

    def _told(self, run: Run) -> None:
        if not run.notifications:
            return
        pending = [
            msgspec.json.decode(entry.document, type=Pending).notification
            for entry in self._history.shelf.of("outbox")
        ]
        told = [*self._history.inbox.received, *pending]
        ids = {notification.id for notification in told}
        known = {notification.fingerprint for notification in told}
        for sent in run.notifications:
            there = sent.notification.id in ids
            if all(delivery.status == "suppressed" for delivery in sent.deliveries):
                there = sent.notification.fingerprint in known  # it is open, and people know
            self._hold("I7", there, f"neither delivered nor kept: {sent.notification.title}")

    def ended(self) -> None:
        """All is quiet and one sweep has run: I1."""
        cloud = self._history.cloud
        for group_id in cloud.groups:
            if not cloud.machines_of(group_id):
                continue
            open_to = self._accepted(group_id, PUBLIC)
            lacking = set(REQUIRED) - self._met(group_id)
            self._hold("I1", not open_to, f"{group_id} is still open: {sorted(open_to)[:2]}")
            self._hold("I1", not lacking, f"{group_id} still lacks: {sorted(lacking)[:2]}")

    def snapshot_of(self, intention: Entry) -> Snapshot:
        """The rows that a deed began with."""
        kept = self._history.shelf.entries["snapshot", msgspec.json.decode(intention.document)["snapshot"]]
        return msgspec.json.decode(kept.document, type=Snapshot)

    def undone(self, group_id: str, before: Snapshot, result: str) -> None:
        """An undo was carried out: I5, the rows are what they were."""
        self.seen["undone"] += 1
        now = self._history.cloud.policies("ap-guangzhou", group_id)
        same = [[encode_policy(row) for row in side] for side in (now.ingress, now.egress)]
        then = [[encode_policy(row) for row in side] for side in (before.group.ingress, before.group.egress)]
        self._hold(
            "I5", result == "reverted" and same == then, f"the undo left {group_id} otherwise: {result}"
        )

    def _met(self, group_id: str) -> set[Packet]:
        """Required packets that every machine of the group lets through."""
        cloud = self._history.cloud
        met = set(REQUIRED)
        for groups in cloud.machines_of(group_id):
            rows = {side: cloud.stack(groups, side) for side in ("Ingress", "Egress")}
            met = {packet for packet in met if accepts(rows[packet.direction], cloud.members, packet)}
        return met

    def _accepted(self, group_id: str, packets: tuple[Packet, ...]) -> set[Packet]:
        cloud = self._history.cloud
        rows = cloud.groups[group_id].rows
        return {packet for packet in packets if accepts(rows[packet.direction], cloud.members, packet)}

    def _lawful(self, group_id: str) -> tuple[str, ...]:
        rows = self._history.cloud.groups[group_id].rows["Ingress"]
        return tuple(
            sorted(row["PolicyDescription"] for row in rows if row["PolicyDescription"].startswith("lawful"))
        )

    def _hold(self, name: str, condition: object, what: str) -> None:
        if not condition:
            raise BrokenInvariantError(f"{name}: {what}")
