"""What is kept, and that it is kept once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import samples

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.state import (
    DeadLetter,
    Entry,
    Snapshot,
    StoreError,
    keep_dead_letter,
    keep_snapshot,
    keep_waiver_uses,
)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


def test_documents_survive_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "deep" / "state.sqlite")
    store = SqliteStore(path)
    keep_dead_letter(store, DeadLetter(reason="why", event={"a": [1, None]}), at=2.0)
    store.close()
    store = SqliteStore(path)
    (entry,) = store.entries("dead-letter")
    store.close()
    assert entry.kept_at == 2.0
    assert msgspec.json.decode(entry.document) == {"reason": "why", "event": {"a": [1, None]}}


def test_the_same_document_is_kept_once_and_never_changed(store: SqliteStore) -> None:
    store.put(Entry(kind="outbox", key="k", kept_at=1.0, document=b"first"))
    store.put(Entry(kind="outbox", key="k", kept_at=2.0, document=b"second"))
    store.put(Entry(kind="snapshot", key="k", kept_at=3.0, document=b"third"))
    assert [entry.document for entry in store.entries("outbox")] == [b"first"]


def test_entries_come_oldest_first(store: SqliteStore) -> None:
    for at, key in ((3.0, "a"), (1.0, "c"), (2.0, "b")):
        store.put(Entry(kind="outbox", key=key, kept_at=at, document=b""))
    assert [entry.key for entry in store.entries("outbox")] == ["c", "b", "a"]


def test_a_snapshot_is_named_by_its_content(store: SqliteStore) -> None:
    group = samples.group()
    one = keep_snapshot(store, Snapshot(region="r", group_id="sg-1", group=group), at=1.0)
    two = keep_snapshot(store, Snapshot(region="r", group_id="sg-1", group=group), at=2.0)
    other = keep_snapshot(store, Snapshot(region="r", group_id="sg-2", group=group), at=3.0)
    assert one == two != other
    entry, _ = store.entries("snapshot")
    assert msgspec.json.decode(entry.document, type=Snapshot).group == group


def test_an_event_that_is_no_json_is_kept_as_far_as_it_is(store: SqliteStore) -> None:
    keep_dead_letter(store, DeadLetter(reason="why", event={"x": {1, 2}, "y": "\ud800"}), at=1.0)
    deep: object = None
    for _ in range(100_000):
        deep = [deep]
    keep_dead_letter(store, DeadLetter(reason="deep", event=deep), at=2.0)
    first, second = (json.loads(entry.document) for entry in store.entries("dead-letter"))
    assert first["event"] == {"x": "{1, 2}", "y": "\ud800"}
    assert second["reason"] == "deep"


@pytest.mark.parametrize("name", ["", "file/below"])
def test_a_store_that_cannot_be_opened_says_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("no database")
    with pytest.raises(StoreError) as caught:
        SqliteStore(str(tmp_path / name))
    assert "SGGUARD_STORE" in caught.value.diagnostics()


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("no database" * 100)
    with pytest.raises(StoreError):
        SqliteStore(str(path))


def test_what_may_change_is_replaced_and_forgotten(store: SqliteStore) -> None:
    store.put(Entry(kind="marker", key="freeze/a", kept_at=1.0, document=b"first"))
    second = Entry(kind="marker", key="freeze/a", kept_at=2.0, document=b"second")
    store.replace(second)
    assert store.get("marker", "freeze/a") == second
    store.remove("marker", "freeze/a")
    store.remove("marker", "freeze/a")
    assert store.get("marker", "freeze/a") is None


def test_entries_are_listed_by_the_start_of_their_key(store: SqliteStore) -> None:
    for key in ("a/1", "a/2", "b/1", "a%"):
        store.put(Entry(kind="facts", key=key, kept_at=1.0, document=b""))
    assert [entry.key for entry in store.entries("facts", "a/")] == ["a/1", "a/2"]


def test_use_of_a_waiver_is_noted_once_a_day(store: SqliteStore) -> None:
    for at in (100.0, 200.0, 100.0 + 86400, 200.0 + 86400):
        keep_waiver_uses(store, "sg-1", ["web"], at=at)
    keep_waiver_uses(store, "sg-2", ["web", "ssh"], at=5.0)
    kept = {entry.key: entry.kept_at for entry in store.entries("waiver")}
    assert kept == {"web/sg-1": 100.0 + 86400, "web/sg-2": 5.0, "ssh/sg-2": 5.0}
