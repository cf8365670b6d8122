"""Plans that are approved and deeds that are taken back, on the emulated cloud."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
import samples
from guarded import DEFAULT, GROUP, WORLD, insert, rows, run_one, set_rows, writes

from sgguard.config.revert import Revert
from sgguard.errand import ErrandError, apply_plan, undo
from sgguard.errors import GuardError
from sgguard.pipeline import Guard
from sgguard.state import Entry, Freeze, Snapshot, StoreError, freezes_of, keep_freeze, keep_snapshot
from sgguard.state.journal import all_entries, append
from sgguard.state.verification import verify
from tcmock import Cloud

OPEN = [WORLD, *samples.NODE_ROWS]


def reverted(cloud: Cloud, guard: Guard, now: list[samples.Row] = OPEN) -> str:
    """A revert that happened; its id."""
    set_rows(cloud, now)
    run = run_one(guard)
    assert run.outcome is not None
    assert run.outcome.result == "reverted"
    return run.outcome.journal


def waiting(cloud: Cloud, guard: Guard) -> tuple[str, Guard]:
    """A plan that waits for an approval."""
    set_rows(cloud, OPEN)
    guard = msgspec.structs.replace(
        guard, site=msgspec.structs.replace(guard.site, revert=Revert(approval="high"))
    )
    run = run_one(guard)
    assert run.plan is not None
    return run.plan.id, guard


class TestApply:
    def test_an_approved_plan_is_carried_out(self, cloud: Cloud, guard: Guard) -> None:
        plan_id, guard = waiting(cloud, guard)
        done = apply_plan(plan_id, guard, by="ana")
        assert done.outcome.result == "reverted"
        assert done.evaluation.verdict == "violating"
        assert done.outcome.evaluation is not None
        assert done.outcome.evaluation.verdict == "compliant"
        assert rows(cloud) == DEFAULT
        assert [(w.entry.deed, w.entry.phase, w.entry.by) for w in all_entries(guard.store)] == [
            ("hold", "ended", "sgguard"),
            ("apply", "intended", "ana"),
            ("apply", "ended", "ana"),
        ]
        with pytest.raises(StoreError, match="There is no plan"):
            apply_plan(plan_id, guard, by="ana")

    def test_a_plan_expires_with_its_version(self, cloud: Cloud, guard: Guard) -> None:
        plan_id, guard = waiting(cloud, guard)
        insert(("tcp", "80", "10.0.0.9"))
        with pytest.raises(ErrandError, match=r"version 8 of sg-demonode, which is at version 9"):
            apply_plan(plan_id, guard, by="ana")
        assert writes(cloud) == ["CreateSecurityGroupPolicies"]

    def test_a_frozen_group_is_not_written(self, cloud: Cloud, guard: Guard) -> None:
        plan_id, guard = waiting(cloud, guard)
        keep_freeze(guard.store, Freeze(group_id="", by="ben", why="incident", at=1.0))
        with pytest.raises(ErrandError, match="ben froze every group: incident") as caught:
            apply_plan(plan_id, guard, by="ana")
        assert caught.value.next_step == "sgguard unfreeze --all"
        assert writes(cloud) == []

    def test_a_plan_that_was_altered(self, cloud: Cloud, guard: Guard) -> None:
        plan_id, guard = waiting(cloud, guard)
        (kept,) = guard.store.entries("plan")
        document = kept.document.replace(b'"indexes":[0]', b'"indexes":[1]')
        assert document != kept.document
        guard.store.replace(msgspec.structs.replace(kept, document=document))
        with pytest.raises(StoreError, match="altered"):
            apply_plan(plan_id, guard, by="ana")
        assert writes(cloud) == []

    def test_a_plan_whose_proof_no_longer_holds(self, cloud: Cloud, guard: Guard) -> None:
        """A cluster that came since needs what the plan would take away."""
        plan_id, guard = waiting(cloud, guard)
        document = cloud.dump()
        region = document["accounts"]["100000000001"]["regions"]["ap-guangzhou"]  # type: ignore[index]
        region["clusters"][0]["ClusterNetworkSettings"]["ClusterCIDR"] = "192.168.0.0/16"
        cloud.load(document)
        with pytest.raises(ErrandError, match="cannot be proven safe any more"):
            apply_plan(plan_id, guard, by="ana")
        assert writes(cloud) == []


class TestUndo:
    def test_the_rows_come_back_and_the_group_is_frozen(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard)
        done = undo(identity, guard, by="ana")
        assert done.outcome.result == "reverted"
        assert rows(cloud) == ["ACCEPT ALL ALL 0.0.0.0/0", *DEFAULT]
        assert [(f.group_id, f.by) for f in freezes_of(guard.store, GROUP)] == [(GROUP, "ana")]
        run = run_one(guard)
        assert run.plan is not None
        assert run.plan.decision == "alert", "the guard does not fight whoever undoes"
        assert verify(guard.store)[1] == ()
        begun = [w.entry for w in all_entries(guard.store) if w.entry.deed == "undo"]
        assert begun[0].undoes.startswith(identity)
        assert begun[0].snapshot

    def test_a_revert_of_several_steps_comes_back_whole(self, cloud: Cloud, guard: Guard) -> None:
        now = [WORLD, *samples.NODE_ROWS[1:4], ("udp", "30000-31000", "0.0.0.0/0"), *samples.NODE_ROWS[5:]]
        set_rows(cloud, now)
        before = rows(cloud)
        run = run_one(guard)
        assert run.outcome is not None
        assert undo(run.outcome.journal, guard, by="ana").outcome.result == "reverted"
        assert rows(cloud) == before

    def test_an_undo_that_would_cut_required_traffic_is_refused(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard, samples.NODE_ROWS[1:])
        with pytest.raises(ErrandError, match="not safe: step 1 cuts required ingress traffic"):
            undo(identity, guard, by="ana")
        assert freezes_of(guard.store, GROUP) == ()

    def test_an_undo_is_not_undone_nor_done_twice(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard)
        done = undo(identity, guard, by="ana")
        with pytest.raises(ErrandError, match="is itself an undo") as caught:
            undo(done.outcome.journal, guard, by="ana")
        assert "sgguard unfreeze --group sg-demonode" in caught.value.diagnostics()
        with pytest.raises(ErrandError, match="was undone already"):
            undo(identity, guard, by="ana")

    def test_what_somebody_wrote_since_is_not_lost(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard)
        insert(("tcp", "80", "10.0.0.9"))
        with pytest.raises(ErrandError, match="somebody wrote to it since"):
            undo(identity, guard, by="ana")
        assert rows(cloud)[0] == "ACCEPT tcp 80 10.0.0.9"

    def test_a_deed_that_wrote_nothing(self, cloud: Cloud, guard: Guard) -> None:
        set_rows(cloud, OPEN)
        cloud.faults.add("DeleteSecurityGroupPolicies", "UnsupportedOperation.LockedResources", calls=9)
        run = run_one(guard)
        assert run.outcome is not None
        with pytest.raises(ErrandError, match="ended without a write"):
            undo(run.outcome.journal, guard, by="ana")

    def test_the_snapshot_of_another_group_is_refused(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard)
        first = all_entries(guard.store, GROUP)[0].entry
        other = Snapshot(region="ap-guangzhou", group_id="sg-other", group=samples.group(OPEN, version="8"))
        key = keep_snapshot(guard.store, other, at=1.0)
        forged = append(guard.store, msgspec.structs.replace(first, snapshot=key, at=2.0))
        with pytest.raises(ErrandError, match="is one of sg-other in ap-guangzhou"):
            undo(forged.id, guard, by="ana")
        assert identity

    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (lambda e: msgspec.structs.replace(e, document=e.document.replace(b"tcp", b"udp")), "altered"),
            (lambda _: None, "gone"),
        ],
    )
    def test_a_snapshot_that_cannot_be_trusted(
        self, cloud: Cloud, guard: Guard, damage: Callable[[Entry], Entry | None], words: str
    ) -> None:
        identity = reverted(cloud, guard)
        (kept,) = guard.store.entries("snapshot")
        if (damaged := damage(kept)) is None:
            guard.store.remove("snapshot", kept.key)
        else:
            guard.store.replace(damaged)
        with pytest.raises(StoreError, match=words):
            undo(identity, guard, by="ana")

    def test_a_journal_that_cannot_be_trusted(self, cloud: Cloud, guard: Guard) -> None:
        identity = reverted(cloud, guard)
        first = guard.store.entries("journal")[0]
        document = first.document.replace(b'"by":"sgguard"', b'"by":"nobody1"')
        guard.store.replace(msgspec.structs.replace(first, document=document))
        with pytest.raises(GuardError, match="was altered"):
            undo(identity, guard, by="ana")

    def test_a_deed_whose_end_is_not_on_record(self, cloud: Cloud, guard: Guard) -> None:
        """The instance died between its write and the journal: the list itself tells what was written."""
        identity = reverted(cloud, guard)
        end = all_entries(guard.store, GROUP)[-1]
        kept = next(e for e in guard.store.entries("journal") if end.digest in e.key)
        guard.store.remove("journal", kept.key)
        guard.store.remove("marker", f"journal/{GROUP}")
        assert undo(identity, guard, by="ana").outcome.result == "reverted"
        assert rows(cloud)[0] == "ACCEPT ALL ALL 0.0.0.0/0"


def test_what_a_journal_is_wrong_about_stops_the_writing(cloud: Cloud, guard: Guard) -> None:
    reverted(cloud, guard)
    last = max(guard.store.entries("journal"), key=lambda entry: entry.key)
    guard.store.replace(msgspec.structs.replace(last, document=last.document + b" "))
    set_rows(cloud, OPEN, version="20")
    run = run_one(guard)
    assert run.outcome is not None
    assert (run.outcome.result, run.outcome.applied) == ("failed", ())
    assert "The journal is corrupted" in str(run.outcome.reasons[0].fields["text"])
    assert rows(cloud)[0] == "ACCEPT ALL ALL 0.0.0.0/0"
