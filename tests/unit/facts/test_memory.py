"""What is remembered is used while it is young enough and nobody said that it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from plain_cloud import FakeCloud, readers

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.facts import FactsMemory, Freshness, View, Vpc, gather
from sgguard.model.cluster import Cluster
from sgguard.model.facts import Facts
from sgguard.model.stack import Binding
from sgguard.state import Entry, StoreError

HOUR = Freshness(facts=3600.0)
REGION = "ap-guangzhou"


class CountingCloud(FakeCloud):
    """Counts what is read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        self.reads.append("clusters")
        return super().clusters(region)

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        self.reads.append(f"bindings {group_id}")
        return super().bindings(region, group_id)

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        self.reads.append("vpc")
        return super().vpc(region, vpc_id)


class BrokenStore(SqliteStore):
    """Neither reads nor writes."""

    def get(self, kind: object, key: str) -> Entry | None:
        raise StoreError(f"no {kind} {key}")

    def replace(self, entry: Entry) -> None:
        raise StoreError(entry.key)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(tmp_path / "store"))
    yield store
    store.close()


def facts(cloud: FakeCloud, memory: FactsMemory, now: float, freshness: Freshness = HOUR) -> Facts:
    found = gather("sg-1", [REGION], readers(cloud), memory, observed_at=now, freshness=freshness)
    assert isinstance(found, Facts)
    return found


def test_the_second_change_reads_rows_only(store: SqliteStore) -> None:
    cloud, memory = CountingCloud(), FactsMemory(store)
    first, second = facts(cloud, memory, 1000.0), facts(cloud, memory, 1060.0)
    assert cloud.reads == ["clusters", "bindings sg-1", "vpc"]
    assert (first.oldest_at, second.oldest_at, second.observed_at) == (1000.0, 1000.0, 1060.0)
    assert second.scopes == first.scopes


def test_another_instance_finds_it_in_the_store(store: SqliteStore) -> None:
    cloud = CountingCloud()
    facts(cloud, FactsMemory(store), 1000.0)
    facts(cloud, FactsMemory(store), 1060.0)
    assert len(cloud.reads) == 3


def test_accounts_do_not_share(store: SqliteStore) -> None:
    cloud = CountingCloud()
    facts(cloud, FactsMemory(store), 1000.0)
    facts(cloud, FactsMemory(store, account="100000000002"), 1060.0)
    assert len(cloud.reads) == 6


def test_what_is_too_old_is_read_again(store: SqliteStore) -> None:
    cloud, memory = CountingCloud(), FactsMemory(store)
    facts(cloud, memory, 1000.0)
    again = facts(cloud, memory, 1301.0, Freshness(facts=300.0))
    assert len(cloud.reads) == 6
    assert again.oldest_at == 1301.0


def test_an_event_makes_every_instance_read_that_part_again(store: SqliteStore) -> None:
    cloud, mine, other = CountingCloud(), FactsMemory(store), FactsMemory(store)
    facts(cloud, mine, 1000.0)
    facts(cloud, other, 1001.0)
    other.forget(REGION, ["bindings"], at=1002.0)
    facts(cloud, mine, 1003.0)
    assert cloud.reads[3:] == ["bindings sg-1"]


def test_a_broken_store_reads_everything_each_time(tmp_path: Path) -> None:
    cloud, store = CountingCloud(), BrokenStore(str(tmp_path / "store"))
    memory = FactsMemory(store)
    facts(cloud, memory, 1000.0)
    facts(cloud, memory, 1001.0)
    store.close()
    assert len(cloud.reads) == 6


def test_damaged_documents_are_read_again(store: SqliteStore) -> None:
    cloud = CountingCloud()
    facts(cloud, FactsMemory(store), 1000.0)
    for entry in store.entries("facts"):
        store.replace(Entry(kind="facts", key=entry.key, kept_at=entry.kept_at, document=b"[{"))
    facts(cloud, FactsMemory(store), 1001.0)
    assert len(cloud.reads) == 6


def test_a_listing_of_the_region_serves_every_group(store: SqliteStore) -> None:
    cloud, memory = CountingCloud(), FactsMemory(store)
    view = View(REGION, readers(cloud), memory, now=1000.0, freshness=HOUR)
    view.all_bindings()
    facts(cloud, memory, 1001.0)
    assert cloud.reads == ["bindings None", "clusters", "vpc"]


def test_few_regions_are_remembered_at_once(store: SqliteStore) -> None:
    memory = FactsMemory(store)
    for number in range(20):
        memory.keep(f"ap-{number}", "network/vpc-1", Vpc(cidrs=(), subnets=()), at=1.0)
    assert len(memory._warm) == 4
    assert memory.recall("ap-0", "network/vpc-1", Vpc, since=0.0) == (Vpc(cidrs=(), subnets=()), 1.0)
