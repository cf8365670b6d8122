"""The journal finds out what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from samples import group

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.model.outcome import AppliedStep
from sgguard.model.plan import Step
from sgguard.state import (
    Entry,
    Freeze,
    JournalEntry,
    JournalError,
    Snapshot,
    Written,
    append,
    freezes_of,
    head_of,
    keep_freeze,
    keep_snapshot,
    lift_freeze,
)
from sgguard.state.journal import Head, all_entries, find, key_of
from sgguard.state.verification import Flaw, verify

GROUP = "sg-1"
STEP = Step(op="delete", direction="ingress", indexes=(0,), policies=group().ingress[:1])


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


def intended(at: float, chain: str = GROUP, **more: object) -> JournalEntry:
    entry = JournalEntry(chain=chain, at=at, deed="revert", phase="intended", by="sgguard", steps=(STEP,))
    return msgspec.structs.replace(entry, **more)


def done(store: SqliteStore, at: float, chain: str = GROUP) -> tuple[Written, Written]:
    """One deed with its snapshot."""
    snapshot = keep_snapshot(store, Snapshot(region="r", group_id=chain, group=group()), at=at)
    intention = append(store, intended(at, chain, snapshot=snapshot))
    applied = AppliedStep(step=STEP, request_id=f"request-{at}", version_before="7", version_after="8")
    end = intended(
        at, chain, phase="ended", intention=intention.digest, result="reverted", applied=(applied,)
    )
    return intention, append(store, end)


def flaws(store: SqliteStore, anchor: str = "") -> list[tuple[str, bool]]:
    return [(flaw.fault, flaw.harmless) for flaw in verify(store, anchor)[1]]


def test_entries_are_chained_by_group(store: SqliteStore) -> None:
    first, second = done(store, 1.0)
    done(store, 2.0, "sg-10")
    third, _ = done(store, 3.0)
    assert [w.entry.sequence for w in all_entries(store, GROUP)] == [0, 1, 2, 3]
    assert (first.entry.parents, second.entry.parents) == ((), (first.digest,))
    assert third.entry.parents == (second.digest,)
    assert verify(store) == (6, ())
    head = head_of(store, GROUP)
    assert head is not None
    assert (head.sequence, head.requests, head.version) == (3, ("request-3.0",), "8")


def test_an_entry_is_found_by_the_start_of_its_digest(store: SqliteStore) -> None:
    first, _ = done(store, 1.0)
    assert find(store, first.id) == first
    for wrong in ("", "no-such-entry"):
        with pytest.raises(JournalError, match="start"):
            find(store, wrong)


def keys(store: SqliteStore) -> list[str]:
    return [entry.key for entry in sorted(store.entries("journal", f"{GROUP}/"), key=lambda e: e.key)]


def flip(store: SqliteStore, key: str) -> None:
    entry = store.get("journal", key)
    assert entry is not None
    document = entry.document.replace(b'"by":"sgguard"', b'"by":"sgguarD"')
    assert document != entry.document
    store.replace(msgspec.structs.replace(entry, document=document))


def swap(store: SqliteStore, one: str, other: str) -> None:
    first, second = store.get("journal", one), store.get("journal", other)
    assert first is not None
    assert second is not None
    store.replace(msgspec.structs.replace(first, document=second.document))
    store.replace(msgspec.structs.replace(second, document=first.document))


def move(store: SqliteStore, key: str, sequence: int) -> None:
    """Number an entry otherwise, with its digest kept right."""
    entry = store.get("journal", key)
    assert entry is not None
    digest = key.rpartition("-")[2]
    store.remove("journal", key)
    store.replace(msgspec.structs.replace(entry, key=key_of(GROUP, sequence, digest)))


@pytest.mark.parametrize("which", range(6))
@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (flip, "altered"),
        (lambda store, key: store.remove("journal", key), "missing"),
        (lambda store, key: move(store, key, 17), "disordered"),
    ],
)
def test_whatever_is_done_to_any_entry_is_found(
    store: SqliteStore, which: int, damage: Callable[[SqliteStore, str], None], fault: str
) -> None:
    for at in (1.0, 2.0, 3.0):
        done(store, at)
    damage(store, keys(store)[which])
    assert (fault, False) in flaws(store)


def test_entries_that_change_places_are_found(store: SqliteStore) -> None:
    for at in (1.0, 2.0):
        done(store, at)
    swap(store, keys(store)[1], keys(store)[2])
    assert flaws(store).count(("altered", False)) == 2


def test_a_cut_tail_is_told_by_the_head_or_by_an_anchor(store: SqliteStore) -> None:
    done(store, 1.0)
    _, last = done(store, 2.0)
    store.remove("journal", keys(store)[3])
    assert ("missing", False) in flaws(store)
    remaining = keys(store)[2].rpartition("-")[2]
    head = msgspec.json.encode(Head(sequence=2, digest=remaining))
    store.replace(Entry(kind="marker", key=f"journal/{GROUP}", kept_at=1.0, document=head))
    assert flaws(store) == [("unfinished", True)]
    assert flaws(store, last.id) == [("missing", False), ("unfinished", True)]


def test_a_lost_or_altered_snapshot_is_found(store: SqliteStore) -> None:
    intention, _ = done(store, 1.0)
    entry = store.get("snapshot", intention.entry.snapshot)
    assert entry is not None
    store.replace(msgspec.structs.replace(entry, document=entry.document.replace(b"tcp", b"udp")))
    assert flaws(store) == [("altered", False)]
    store.remove("snapshot", intention.entry.snapshot)
    assert flaws(store) == [("missing", False)]


def test_nothing_is_added_to_a_journal_that_was_altered(store: SqliteStore) -> None:
    done(store, 1.0)
    flip(store, keys(store)[1])
    with pytest.raises(JournalError, match="was altered") as caught:
        append(store, intended(2.0))
    assert "sgguard journal verify" in caught.value.diagnostics()
    store.remove("journal", keys(store)[1])
    with pytest.raises(JournalError, match="is gone"):
        append(store, intended(2.0))


def test_two_instances_at_once_make_a_fork_that_the_next_entry_joins(store: SqliteStore) -> None:
    first, _ = done(store, 1.0)
    marker = store.get("marker", f"journal/{GROUP}")
    assert marker is not None
    one = append(store, intended(2.0, by="one"))
    # The other instance looked before the first had written.
    for key in [key_of(GROUP, one.entry.sequence, one.digest)]:
        hidden = store.get("journal", key)
        assert hidden is not None
        store.remove("journal", key)
        store.replace(marker)
        other = append(store, intended(2.0, by="other"))
        store.put(hidden)
    assert one.entry.parents == other.entry.parents
    joined = append(store, intended(3.0))
    assert joined.entry.parents == tuple(sorted((one.digest, other.digest)))
    count, found = verify(store)
    assert count == 5
    assert [f for f in found if not f.harmless] == []
    assert "fork" in {f.fault for f in found}
    store.remove("journal", key_of(GROUP, one.entry.sequence, one.digest))
    assert ("missing", False) in flaws(store)
    assert first.digest


def test_a_chain_without_its_marker_is_found_by_its_entries(store: SqliteStore) -> None:
    _, last = done(store, 1.0)
    store.remove("marker", f"journal/{GROUP}")
    assert append(store, intended(2.0)).entry.parents == (last.digest,)
    assert flaws(store) == [("unfinished", True)]


def test_a_key_that_is_none(store: SqliteStore) -> None:
    store.put(Entry(kind="journal", key="sg-1/what", kept_at=1.0, document=b"{}"))
    (flaw,) = verify(store)[1]
    assert isinstance(flaw, Flaw)
    assert flaw.fault == "altered"


def test_a_freeze_stands_until_it_is_lifted(store: SqliteStore) -> None:
    one = Freeze(group_id=GROUP, by="ops", why="migration", at=1.0)
    keep_freeze(store, one)
    keep_freeze(store, msgspec.structs.replace(one, group_id=""))
    assert [f.group_id for f in freezes_of(store, GROUP)] == ["", GROUP]
    assert [f.group_id for f in freezes_of(store, "sg-2")] == [""]
    assert lift_freeze(store, msgspec.structs.replace(one, group_id="")) is not None
    assert lift_freeze(store, msgspec.structs.replace(one, group_id="")) is None
    assert [f.group_id for f in freezes_of(store, GROUP)] == [GROUP]
    assert sorted((w.entry.chain, w.entry.deed) for w in all_entries(store)) == [
        ("guard", "freeze"),
        ("guard", "unfreeze"),
        (GROUP, "freeze"),
    ]


def test_a_freeze_that_cannot_be_read_is_one_all_the_same(store: SqliteStore) -> None:
    store.put(Entry(kind="marker", key="freeze/all", kept_at=1.0, document=b"?"))
    assert len(freezes_of(store, GROUP)) == 1
