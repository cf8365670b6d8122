"""One contract, every store: what the guard relies on. COS is the emulator's, over real HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import samples

from scfshim import Credentials
from scfshim.errors import CredentialsError
from sgguard.adapters.cos_bucket import Bucket, Location, read_location
from sgguard.adapters.cos_store import CosStore
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.adapters.stores import OpenStore, open_store
from sgguard.state import (
    Claim,
    Entry,
    Freeze,
    JournalEntry,
    Snapshot,
    StoreError,
    append,
    freezes_of,
    keep_claim,
    keep_freeze,
    keep_snapshot,
    recent_claims,
    withdraw_claim,
)
from sgguard.state.verification import verify
from tcmock import Cloud, ThreadedServer

BUCKET, REGION = "guard-1250000001", "ap-guangzhou"
Opened = Callable[[], OpenStore]


@pytest.fixture
def cloud() -> Cloud:
    cloud = Cloud(seed=1)
    cloud.account("100000000001").region(REGION).add("buckets", Bucket=BUCKET)
    return cloud


@pytest.fixture
def endpoint(cloud: Cloud) -> Iterator[str]:
    with ThreadedServer(cloud) as server:
        yield server.endpoint


def keys(cloud: Cloud) -> Callable[[], Credentials]:
    key = cloud.credentials
    return lambda: Credentials(key.secret_id, key.secret_key, key.token)


def bucket(cloud: Cloud, endpoint: str, name: str = BUCKET) -> CosStore:
    location = Location(bucket=name, prefix="guard/state", region=REGION)
    return CosStore(location, Bucket(location, credentials=keys(cloud), endpoint=endpoint))


@pytest.fixture(params=["sqlite", "cos"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same store again and again, as instances do."""
    if request.param == "cos":
        cloud, endpoint = request.getfixturevalue("cloud"), request.getfixturevalue("endpoint")
        yield lambda: bucket(cloud, endpoint)
        return
    stores: list[SqliteStore] = []

    def sqlite() -> SqliteStore:
        stores.append(SqliteStore(str(tmp_path / "state.sqlite")))
        return stores[-1]

    yield sqlite
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Opened) -> OpenStore:
    return opened()


def entry(key: str = "a/1", document: bytes = b'{"n": 1}', at: float = 1.5) -> Entry:
    return Entry(kind="marker", key=key, kept_at=at, document=document)


def test_a_document_comes_back_as_it_was_put(store: OpenStore, opened: Opened) -> None:
    kept = entry(document='{"text": "规则 ü \\u0000"}'.encode(), at=1_790_000_000.123456)
    store.put(kept)
    assert store.get("marker", "a/1") == kept
    assert opened().get("marker", "a/1") == kept, "another instance sees it"
    assert store.get("marker", "a") is None
    assert store.get("outbox", "a/1") is None


def test_what_is_there_is_not_put_again(store: OpenStore) -> None:
    store.put(entry())
    store.put(entry(document=b"other", at=9.0))
    assert store.get("marker", "a/1") == entry()


def test_what_is_replaced_and_removed(store: OpenStore) -> None:
    store.replace(entry())
    store.replace(entry(document=b"other", at=9.0))
    assert store.get("marker", "a/1") == entry(document=b"other", at=9.0)
    store.remove("marker", "a/1")
    store.remove("marker", "a/1")
    assert store.get("marker", "a/1") is None


def test_documents_are_listed_oldest_first_by_the_start_of_their_key(store: OpenStore) -> None:
    for key, at in (("a/2", 1.0), ("a/1", 2.0), ("a", 3.0), ("ab/1", 0.5), ("b/1", 0.1), ("a/%_", 4.0)):
        store.put(entry(key, at=at))
    store.put(Entry(kind="outbox", key="a/9", kept_at=0.0, document=b"{}"))
    assert [e.key for e in store.entries("marker", "a/")] == ["a/2", "a/1", "a/%_"]
    assert [e.key for e in store.entries("marker")] == ["b/1", "ab/1", "a/2", "a/1", "a", "a/%_"]
    assert store.entries("marker", "a/%_x") == ()
    assert store.entries("snapshot") == ()


def test_keys_of_every_sort(store: OpenStore) -> None:
    for key in ("a b+c", "ü/规则", "p?q=1&r", "100%/x", "v1.2/..x", "sg-1/000-" + "f" * 64):
        store.put(entry(key))
        assert store.get("marker", key) == entry(key), key
    assert len(store.entries("marker")) == 6


def test_journal_claims_and_freezes_live_in_it(store: OpenStore, opened: Opened) -> None:
    key = keep_snapshot(store, Snapshot(region="r", group_id="sg-1", group=samples.group()), at=1.0)
    for at in (1.0, 2.0, 3.0):
        begun = JournalEntry(chain="sg-1", at=at, deed="revert", phase="intended", by="guard", snapshot=key)
        intention = append(opened(), begun)
        end = JournalEntry(
            chain="sg-1", at=at, deed="revert", phase="ended", by="guard", intention=intention.digest
        )
        append(opened(), end)
    assert verify(store) == (6, ())
    claim = Claim(group_id="sg-1", region="r", at=5.0, by="one", change="x")
    keep_claim(store, claim)
    assert recent_claims(opened(), since=0.0, now=6.0) == (claim,)
    withdraw_claim(store, claim)
    assert recent_claims(store, since=0.0, now=6.0) == ()
    keep_freeze(store, Freeze(group_id="", by="ana", why="x", at=1.0))
    assert [f.by for f in freezes_of(opened(), "sg-1")] == ["ana"]


def test_old_claims_are_forgotten(store: OpenStore) -> None:
    keep_claim(store, Claim(group_id="sg-1", region="r", at=1.0, by="one", change="x"))
    assert recent_claims(store, since=9000.0, now=9600.0) == ()
    assert store.entries("claim") == ()


class TestCos:
    def test_more_objects_than_a_page(
        self, cloud: Cloud, endpoint: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = bucket(cloud, endpoint)
        for number in range(7):
            store.put(entry(f"k/{number:02}", at=float(number)))
        monkeypatch.setattr("sgguard.adapters.cos_store.PAGE", 3)
        assert [entry.key for entry in store.entries("marker", "k/")] == [f"k/{n:02}" for n in range(7)]

    def test_objects_have_names_that_a_person_finds(self, cloud: Cloud, endpoint: str) -> None:
        bucket(cloud, endpoint).put(entry("sg-1/2"))
        dumped = str(cloud.dump())
        assert "guard/state/marker/sg-1/2" in dumped

    def test_a_bucket_that_is_not_there(self, cloud: Cloud, endpoint: str) -> None:
        store = bucket(cloud, endpoint, "nobody-1250000001")
        for attempt in (
            lambda: store.get("marker", "x"),
            lambda: store.put(entry()),
            lambda: store.entries("marker"),
        ):
            with pytest.raises(StoreError, match="NoSuchBucket") as caught:
                attempt()
            assert "Make the bucket" in caught.value.diagnostics()

    def test_a_key_that_may_not(self, cloud: Cloud, endpoint: str) -> None:
        account = cloud.account("100000000001")
        account.add("roles", RoleName="guard", Policies=[])
        key = account.add_key(role_name="guard")
        location = Location(bucket=BUCKET, prefix="guard/state", region=REGION)
        wrong = lambda: Credentials(key.secret_id, key.secret_key, key.token)  # noqa: E731
        with pytest.raises(StoreError, match="AccessDenied") as caught:
            CosStore(location, Bucket(location, credentials=wrong, endpoint=endpoint)).put(entry())
        assert "Allow cos:GetObject" in caught.value.diagnostics()
        assert key.secret_key not in str(caught.value)

    def test_nobody_answers(self, cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
        store = bucket(cloud, "http://127.0.0.1:9")
        with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match="no answer from COS"):
            store.get("marker", "x")
        assert cloud.credentials.secret_key not in caplog.text

    def test_no_keys(self, endpoint: str) -> None:
        def none() -> Credentials:
            raise CredentialsError("no credentials")

        location = Location(bucket=BUCKET, prefix="", region=REGION)
        with pytest.raises(StoreError, match="no credentials"):
            CosStore(location, Bucket(location, credentials=none, endpoint=endpoint)).get("marker", "x")

    def test_the_vendors_own_client_reads_and_writes_the_same(self, cloud: Cloud, endpoint: str) -> None:
        """An independent reading of the protocol, signatures and all."""
        client = vendors(cloud, endpoint)
        store = bucket(cloud, endpoint)
        store.put(entry("sg-1/a b+ü", document=b'{"a": 1}', at=2.5))
        answer = client.get_object(Bucket=BUCKET, Key="guard/state/marker/sg-1/a b+ü")
        assert answer["Body"].get_raw_stream().read() == b'{"a": 1}'
        assert {k.lower(): v for k, v in answer.items() if k != "Body"}["x-cos-meta-kept-at"] == "2.5"
        client.put_object(
            Bucket=BUCKET,
            Key="guard/state/marker/theirs",
            Body=b"{}",
            Metadata={"x-cos-meta-kept-at": "7.0"},
        )
        assert store.get("marker", "theirs") == entry("theirs", document=b"{}", at=7.0)
        client.delete_object(Bucket=BUCKET, Key="guard/state/marker/theirs")
        assert store.get("marker", "theirs") is None

    def test_an_object_of_somebody_else(self, cloud: Cloud, endpoint: str) -> None:
        vendors(cloud, endpoint).put_object(Bucket=BUCKET, Key="guard/state/marker/x", Body=b"hello")
        with pytest.raises(StoreError, match="was not written by the guard"):
            bucket(cloud, endpoint).get("marker", "x")

    @pytest.mark.parametrize("now", [-86400.0, 86400.0])
    def test_a_clock_that_is_wrong_is_told(self, cloud: Cloud, endpoint: str, now: float) -> None:
        location = Location(bucket=BUCKET, prefix="", region=REGION)
        late = Bucket(location, credentials=keys(cloud), endpoint=endpoint, clock=lambda: cloud.clock() + now)
        with pytest.raises(StoreError, match=r"AccessDenied|RequestTimeTooSkewed|Expired"):
            CosStore(location, late).get("marker", "x")


def vendors(cloud: Cloud, endpoint: str) -> Any:
    """The vendor's client at the same bucket."""
    from qcloud_cos import CosConfig, CosS3Client

    there, key = urlsplit(endpoint), cloud.credentials
    config = CosConfig(
        Region=REGION,
        SecretId=key.secret_id,
        SecretKey=key.secret_key,
        Token=key.token or None,
        Scheme="http",
        IP=there.hostname,
        Port=there.port,
    )
    return CosS3Client(config)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("cos://b-1250000000/a/b?region=ap-x", ("b-1250000000", "a/b", "ap-x")),
        ("cos://b-1250000000?region=ap-x", ("b-1250000000", "", "ap-x")),
        ("cos://my-b-1250000000/", ("my-b-1250000000", "", "ap-home")),
    ],
)
def test_locations(url: str, location: tuple[str, str, str]) -> None:
    found = read_location(url, {"TENCENTCLOUD_REGION": "ap-home"})
    assert (found.bucket, found.prefix, found.region) == location
    assert found.host == f"{location[0]}.cos.{location[2]}.myqcloud.com"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("cos://bucket/x?region=r", "no bucket with its APPID"),
        ("cos:///x?region=r", "no bucket with its APPID"),
        ("cos://b-1/x", "names no region"),
        ("cos://b-1/x?region=r&acl=public", "more than a region"),
    ],
)
def test_locations_that_are_none(url: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    with pytest.raises(StoreError, match=words):
        open_store(url)


def test_a_struct_survives(store: OpenStore) -> None:
    document = msgspec.json.encode(samples.group())
    store.put(entry(document=document))
    kept = store.get("marker", "a/1")
    assert kept is not None
    assert kept.document == document
