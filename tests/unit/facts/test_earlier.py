"""The list before the change: what the guard saw, else what the event says if it fits, else nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import samples

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.config.cluster import read_cluster
from sgguard.facts import earlier_of, next_memory, seen
from sgguard.model.change import ChangeEvent, Claim, Replacement
from sgguard.model.facts import Facts
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.model.stack import Placement, Stack
from sgguard.state import Entry, Memory, Seen, recall, remember
from sgguard.wire.policy_set import decode_some_policies

SSH: samples.Row = ("tcp", "22", "203.0.113.0/24")
OPEN: samples.Row = ("tcp", "22-23", "0.0.0.0/0")


def facts(ingress: Sequence[samples.Row], version: str = "8", **more: Any) -> Facts:
    return Facts(
        group_id="sg-sample01",
        region="ap-guangzhou",
        group=samples.group(ingress, version=version),
        scopes=(read_cluster(samples.cluster(), "cluster"),),
        machines=1,
        observed_at=0.0,
        **more,
    )


def change(claim: Claim | None = None, **more: Any) -> ChangeEvent:
    return ChangeEvent(
        group_ids=("sg-sample01",), regions=(), api="ReplaceSecurityGroupPolicy", claim=claim, **more
    )


def claim(old: samples.Row, new: samples.Row, index: int = 0, version: str = "7", **wrong: Any) -> Claim:
    def row(given: samples.Row, **changes: Any) -> Any:
        some = decode_some_policies({"Ingress": [samples.wire_row(given, index, **changes)]})
        return some.ingress[0]

    replaced = Replacement(direction="ingress", index=index, old=row(old, **wrong), new=row(new))
    return Claim(version=version, replaced=(replaced,))


def cidrs(group: SecurityGroupPolicySet) -> list[str]:
    return [row.cidr for row in group.ingress]


def test_nothing_is_known_at_first() -> None:
    assert earlier_of(facts([OPEN]), change(), None) is None


def test_what_was_seen_last() -> None:
    was = seen(facts([SSH], version="7"))
    found = earlier_of(facts([OPEN]), change(), Memory(last=was))
    assert found is not None
    assert (found.group, found.source) == (was.group, "memory")


def test_the_same_event_again_is_measured_against_the_same_list() -> None:
    was, now = seen(facts([SSH], version="7")), seen(facts([OPEN]))
    found = earlier_of(facts([OPEN]), change(), Memory(last=now, before=was))
    assert found is not None
    assert found.group == was.group


def test_members_that_changed_make_a_difference() -> None:
    was = seen(facts([OPEN], names={"ipm-1": ("10.0.0.1",)}))
    found = earlier_of(facts([OPEN], names={"ipm-1": ("0.0.0.0/0",)}), change(), Memory(last=was))
    assert found is not None
    assert found.names == {"ipm-1": ("10.0.0.1",)}


def test_a_claim_that_fits_is_taken() -> None:
    found = earlier_of(facts([OPEN, SSH]), change(claim(SSH, OPEN)), None)
    assert found is not None
    assert cidrs(found.group) == ["203.0.113.0/24", "203.0.113.0/24"]
    assert (found.group.version, found.source) == ("7", "event")


@pytest.mark.parametrize(
    "doubtful",
    [
        claim(SSH, OPEN, version="6"),
        claim(SSH, OPEN, version="8"),
        claim(SSH, OPEN, version="seven"),
        claim(SSH, ("tcp", "22", "0.0.0.0/0")),
        claim(SSH, OPEN, index=1),
        claim(SSH, OPEN, index=9),
        claim(SSH, OPEN, index=-1),
        claim(SSH, OPEN, CidrBlock="what"),
    ],
    ids=["older", "same", "no number", "other row", "other place", "no place", "no index", "malformed"],
)
def test_a_claim_that_does_not_fit_is_not(doubtful: Claim) -> None:
    assert earlier_of(facts([OPEN, SSH]), change(doubtful), None) is None


def test_what_was_seen_outweighs_a_claim() -> None:
    was = seen(facts([("tcp", "22", "192.0.2.0/24")], version="7"))
    found = earlier_of(facts([OPEN]), change(claim(SSH, OPEN)), Memory(last=was))
    assert found is not None
    assert cidrs(found.group) == ["192.0.2.0/24"]


def test_a_group_that_was_just_bound_let_nothing_through_before() -> None:
    found = earlier_of(facts([OPEN]), change(binds=True), None)
    assert found is not None
    assert (found.group.ingress, found.group.egress, found.source) == ((), (), "event")
    assert earlier_of(facts([OPEN]), change(binds=True), Memory(last=seen(facts([OPEN])))) is None


def test_memory_shifts_when_something_changed() -> None:
    first, second, third = (seen(facts([row])) for row in (SSH, OPEN, ("udp", "53", "10.0.0.1")))
    memory = next_memory(first, None, None)
    assert memory == Memory(last=first)
    assert next_memory(first, None, memory) is None
    known = earlier_of(facts([OPEN]), change(), memory)
    memory = next_memory(second, known, memory)
    assert memory == Memory(last=second, before=first)
    # A run that looked twice keeps what was there before it began.
    assert next_memory(third, known, Memory(last=second, before=first)) == Memory(last=third, before=first)


def test_a_claim_is_not_remembered() -> None:
    known = earlier_of(facts([OPEN, SSH]), change(claim(SSH, OPEN)), None)
    assert known is not None
    assert next_memory(seen(facts([OPEN, SSH])), known, None) == Memory(last=seen(facts([OPEN, SSH])))


def test_the_order_of_stacks_is_of_no_account() -> None:
    other = samples.group([SSH])
    stacks = (Stack(), Stack(ahead=(("sg-other001", other),)))
    one = seen(facts([OPEN], placement=Placement(stacks=stacks)))
    two = seen(facts([OPEN], placement=Placement(stacks=stacks[::-1])))
    assert one.same(two)
    assert not one.same(seen(facts([OPEN])))


def test_it_is_kept_and_found_again() -> None:
    store = SqliteStore(":memory:")
    stacks = (Stack(behind=(("sg-other001", samples.group([SSH])),)),)
    now = Seen(group=samples.group([OPEN]), names={"ipm-1": ("10.0.0.1",)}, stacks=stacks)
    assert recall(store, "ap-guangzhou", "sg-sample01") is None
    remember(store, "ap-guangzhou", "sg-sample01", Memory(last=now), at=1.0)
    remember(store, "ap-guangzhou", "sg-sample01", Memory(last=now, before=now), at=2.0)
    found = recall(store, "ap-guangzhou", "sg-sample01")
    assert found == Memory(last=now, before=now)
    assert found.last.same(now)
    assert recall(store, "ap-chengdu", "sg-sample01") is None
    store.close()


def test_rows_of_other_groups_are_kept_once() -> None:
    store = SqliteStore(":memory:")
    other = samples.group([SSH] * 500)
    stacks = tuple(
        Stack(ahead=(("sg-other001", other),), behind=((f"sg-more{n:04}", samples.group([])),))
        for n in range(9)
    )
    now = Seen(group=samples.group([OPEN]), stacks=stacks)
    remember(store, "ap-guangzhou", "sg-sample01", Memory(last=now), at=1.0)
    (entry,) = store.entries("facts")
    assert entry.document.count(b"203.0.113.0/24") == 500
    found = recall(store, "ap-guangzhou", "sg-sample01")
    assert found == Memory(last=now)
    store.close()


@pytest.mark.parametrize(
    "document",
    [
        *(b"", b"{}", b'{"last":{}}', b"[]"),
        b'{"last":{"group":{"version":"1"},"stacks":[["sg-else0001"]]}}',
        b'{"last":{"group":{"version":"1"},"stacks":[["sg-sample01","sg-gone0001"]]}}',
    ],
)
def test_what_cannot_be_read_is_forgotten(document: bytes) -> None:
    store = SqliteStore(":memory:")
    store.put(Entry(kind="facts", key="seen/ap-guangzhou/sg-sample01", kept_at=0.0, document=document))
    assert recall(store, "ap-guangzhou", "sg-sample01") is None
    store.close()


def test_memory_is_plain_json() -> None:
    memory = Memory(last=seen(facts([OPEN])))
    assert msgspec.json.decode(msgspec.json.encode(memory), type=Memory) == memory
