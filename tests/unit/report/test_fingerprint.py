"""A finding is known again, whatever moves around it; another finding is not taken for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import samples
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import evaluate
from sgguard.evaluate.practice import practices
from sgguard.report.fingerprint import fingerprints, practice_fingerprint
from sgguard.wire.policy_set import decode_policy_set

ETCD: samples.Row = ("tcp", "2379", "0.0.0.0/0")
RDP: samples.Row = ("tcp", "3389", "198.51.100.0/24")
UNKNOWN: samples.Row = ("ALL", "ALL", "MY_PUBLIC_IP")
HARMLESS: samples.Row = ("tcp", "80", "10.0.0.9")


def identities(rows: Sequence[samples.Row], group_id: str = "sg-sample01", **more: Any) -> dict[str, str]:
    """Fingerprint by what is told."""
    document = samples.wire_group(rows, version=more.pop("version", "7"))
    for row in document["Response"]["SecurityGroupPolicySet"]["Ingress"]:
        row.update(more)
    group = decode_policy_set(document, "sample")
    evaluation = evaluate(group, samples.expectation(), group_id=group_id)
    found = fingerprints(evaluation, group)
    return {
        f"{f.kind} {f.requirement} {f.traffic[0].ports if f.traffic else ''}": identity
        for f, identity in zip(evaluation.findings, found, strict=True)
        if f.kind != "shadowed"
    }


BASE = identities([ETCD, RDP, UNKNOWN, *samples.NODE_ROWS])


def test_there_is_something_to_compare() -> None:
    assert len(BASE) == len(set(BASE.values())) == 4
    assert all(len(identity) == 32 for identity in BASE.values())


def test_the_version_and_descriptions_do_not_matter() -> None:
    rows = [ETCD, RDP, UNKNOWN, *samples.NODE_ROWS]
    assert identities(rows, version="99") == BASE
    assert identities(rows, PolicyDescription="renamed", ModifyTime="2027-01-01 00:00:00") == BASE


@given(st.permutations([ETCD, RDP, *samples.NODE_ROWS]))
def test_the_order_of_rows_does_not_matter(rows: Sequence[samples.Row]) -> None:
    """None of these hides another, so every order says the same."""
    assert set(identities(rows).values()) == set(identities([ETCD, RDP, *samples.NODE_ROWS]).values())


@given(st.lists(st.just(HARMLESS), max_size=5))
def test_rows_in_front_do_not_matter(front: list[samples.Row]) -> None:
    assert identities([*front, ETCD, RDP, UNKNOWN, *samples.NODE_ROWS]) == BASE


def test_what_else_is_wrong_does_not_matter() -> None:
    alone = identities([RDP, *samples.NODE_ROWS])
    assert alone.items() <= identities([ETCD, RDP, *samples.NODE_ROWS]).items()


def test_another_group_or_other_traffic_is_another_finding() -> None:
    rows = [ETCD, *samples.NODE_ROWS]
    assert set(identities(rows).values()).isdisjoint(identities(rows, "sg-sample02").values())
    wider = identities([("tcp", "2379-2380", "0.0.0.0/0"), *samples.NODE_ROWS])
    assert set(identities(rows).values()).isdisjoint(wider.values())


def test_equal_findings_are_told_apart() -> None:
    rows = [UNKNOWN, UNKNOWN, *samples.NODE_ROWS]
    group = samples.group(rows)
    evaluation = evaluate(group, samples.expectation(), group_id="sg-1")
    found = fingerprints(evaluation, group)
    assert len(found) == len(set(found))


def test_practices_are_known_again() -> None:
    def found(rows: Sequence[samples.Row], version: str = "7") -> dict[str, str]:
        group = samples.group(rows, version=version)
        return {
            practice.id: practice_fingerprint("sg-1", practice, group)
            for practice in practices(group, samples.expectation())
            if practice.id == "broad-ssh"
        }

    once = found(samples.NODE_ROWS)
    assert once
    assert found([RDP, *samples.NODE_ROWS], version="9") == once
    assert found([("tcp", "22", "198.51.100.0/24"), *samples.NODE_ROWS]) != once
