"""The vendor's advice, and the rows that could go."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import Circumstances
from sgguard.evaluate.group import MAX_ROWS
from sgguard.evaluate.practice import MAX_COMPARED, practices
from sgguard.evaluate.trace import Packet, trace
from sgguard.model.finding import Practice
from sgguard.model.stack import Placement
from sgguard.wording import LANGUAGES, Language, say

DROP_SSH: samples.Row = ("tcp", "22", "0.0.0.0/0", "DROP")


def advice(
    ingress: Sequence[samples.Row] = samples.NODE_ROWS,
    egress: Sequence[samples.Row] = samples.EGRESS_ROWS,
    placement: Placement | None = None,
    names: dict[str, tuple[str, ...]] | None = None,
) -> list[Practice]:
    known = Circumstances(names=names or {})
    group = samples.group(ingress, egress)
    return [*practices(group, samples.expectation(), placement=placement, circumstances=known)]


def of(found: Sequence[Practice], kind: str) -> list[Practice]:
    return [practice for practice in found if practice.id == kind]


def test_the_default_group_follows_all_but_one() -> None:
    (only,) = advice(placement=Placement())
    assert (only.id, only.severity, only.direction) == ("broad-ssh", "info", "ingress")
    assert only.policy_indexes == (2,)
    assert "2" in say(only.reason)


@pytest.mark.parametrize(
    ("row", "broad"),
    [
        (("tcp", "22", "0.0.0.0/0"), True),
        (("tcp", "22", "::/0"), True),
        (("tcp", "20-25", "203.0.113.0/24"), True),
        (("ALL", "ALL", "198.51.100.7"), True),
        (("tcp", "22", "10.0.0.0/8"), False),
        (("tcp", "22", "100.64.0.0/10"), False),
        (("tcp", "22", "fc00::/7"), False),
        (("tcp", "23", "0.0.0.0/0"), False),
        (("tcp", "21", "0.0.0.0/0"), False),
        (("udp", "22", "0.0.0.0/0"), False),
        (("tcp", "22", "0.0.0.0/0", "DROP"), False),
    ],
)
def test_broad_ssh(row: samples.Row, broad: bool) -> None:  # noqa: FBT001 (a fact, not a switch)
    found = of(advice([row]), "broad-ssh")
    assert bool(found) is broad
    assert not broad or found[0].policy_indexes == (0,)


def test_ssh_behind_a_drop_is_not_broad() -> None:
    assert of(advice([DROP_SSH, *samples.NODE_ROWS]), "broad-ssh") == []
    assert of(advice([DROP_SSH, ("tcp", "20-30", "0.0.0.0/0")]), "broad-ssh") == []


def test_many_broad_rows_are_counted() -> None:
    rows: list[samples.Row] = [("tcp", "22", f"203.0.113.{n}") for n in range(7)]
    (found,) = of(advice(rows), "broad-ssh")
    assert found.policy_indexes == (0, 1, 2, 3, 4, 5, 6)
    assert "0, 1, 2, 3, 4 +2" in say(found.reason)
    (six,) = of(advice(rows[:6]), "broad-ssh")
    assert "0, 1, 2, 3, 4 +1" in say(six.reason)
    (five,) = of(advice(rows[:5]), "broad-ssh")
    assert "+" not in say(five.reason)


def test_bindings() -> None:
    placement = Placement(strangers=("ins-x",), elsewhere=("ins-1", "ins-2"))
    found = advice(placement=placement)
    (mixed,) = of(found, "mixed-binding")
    assert (mixed.severity, mixed.subjects) == ("low", ("ins-1", "ins-2"))
    assert "ins-1, ins-2" in say(mixed.reason)
    assert "2" in say(mixed.reason)
    (foreign,) = of(found, "foreign-binding")
    assert (foreign.severity, foreign.subjects) == ("medium", ("ins-x",))
    assert "ins-x" in say(foreign.reason)


def test_many_machines_are_counted() -> None:
    (mixed,) = of(advice(placement=Placement(elsewhere=tuple(f"ins-{n}" for n in range(7)))), "mixed-binding")
    assert len(mixed.subjects) == 7
    assert "not bound to this group: 7 (" in say(mixed.reason)
    assert "ins-4 +2" in say(mixed.reason)


def test_without_bindings_they_are_not_judged() -> None:
    assert {practice.id for practice in advice()} == {"broad-ssh"}


@pytest.mark.parametrize(
    ("egress", "lacking"),
    [
        (samples.EGRESS_ROWS, ""),
        ([("ALL", "ALL", samples.PODS), ("ALL", "ALL", samples.NODES)], ""),
        ([("ALL", "ALL", samples.PODS)], "egress-node-network"),
        ([("ALL", "ALL", samples.NODES)], "egress-pod-network"),
        ([], "egress-pod-network, egress-node-network"),
        ([("tcp", "ALL", "0.0.0.0/0")], "egress-pod-network, egress-node-network"),
        ([("ALL", "ALL", "sg-nobody01")], "egress-pod-network, egress-node-network"),
    ],
)
def test_custom_egress(egress: Sequence[samples.Row], lacking: str) -> None:
    found = of(advice(egress=egress), "custom-egress")
    assert bool(found) is bool(lacking)
    if lacking:
        (only,) = found
        assert (only.severity, only.direction, only.policy_indexes) == ("medium", "egress", ())
        assert lacking in say(only.reason)


def idle(rows: Sequence[samples.Row], names: dict[str, tuple[str, ...]] | None = None) -> dict[int, str]:
    """By index: what a row is, and which rows are named for it."""
    found = advice(rows, names=names)
    told = {}
    for practice in found:
        if practice.id in {"shadowed-policy", "redundant-policy"} and practice.direction == "ingress":
            assert practice.severity == "info"
            (index,) = practice.policy_indexes
            told[index] = f"{practice.id.partition('-')[0]} {practice.reason.fields['policies']}"
    return told


WEB: samples.Row = ("tcp", "80", "10.0.0.0/8")
TLS: samples.Row = ("tcp", "443", "10.0.0.0/8")
LOWER: samples.Row = ("tcp", "80", "10.0.0.0/9")
UPPER: samples.Row = ("tcp", "80", "10.128.0.0/9")
NO_WEB: samples.Row = ("tcp", "80", "10.0.0.0/8", "DROP")
ALL_PORTS: samples.Row = ("tcp", "ALL", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([WEB], {}),
        ([WEB, WEB], {0: "redundant 1", 1: "shadowed 0"}),
        ([LOWER, UPPER, WEB], {0: "redundant 2", 1: "redundant 2", 2: "shadowed 0, 1"}),
        ([TLS, LOWER, UPPER, WEB], {1: "redundant 3", 2: "redundant 3", 3: "shadowed 1, 2"}),
        ([WEB, TLS, WEB], {0: "redundant 2", 2: "shadowed 0"}),
        ([LOWER, WEB], {0: "redundant 1"}),
        ([WEB, LOWER], {1: "shadowed 0"}),
        ([NO_WEB, WEB], {1: "shadowed 0"}),
        ([NO_WEB, ALL_PORTS], {}),
        ([WEB, ALL_PORTS], {0: "redundant 1"}),
        ([WEB, NO_WEB, ALL_PORTS], {1: "shadowed 0"}),
        ([LOWER, NO_WEB, WEB], {2: "shadowed 0, 1"}),
        ([NO_WEB], {}),
        ([NO_WEB, ("ALL", "ALL", "10.0.0.0/8", "DROP")], {0: "redundant 1"}),
        ([("icmp", "ALL", "0.0.0.0/0"), ("gre", "ALL", "0.0.0.0/0")], {}),
        ([("tcp", "0-1", "0.0.0.0"), ("tcp", "1", "0.0.0.0")], {1: "shadowed 0"}),
    ],
)
def test_idle_rows(rows: Sequence[samples.Row], told: dict[int, str]) -> None:
    assert idle(rows) == told


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [LOWER, WEB],
            "Policy 0 (ingress) changes nothing: without it policies 1 decide its packets in the same way.",
        ),
        ([WEB, LOWER], "Policy 1 (ingress) is dead: policies 0 decide its packets."),
    ],
)
def test_what_is_said_of_idle_rows(rows: Sequence[samples.Row], words: str) -> None:
    assert [say(p.reason) for p in advice(rows) if p.id.endswith("-policy")] == [words]


def test_rows_near_one_that_is_not_known() -> None:
    unknown: samples.Row = ("tcp", "80", "sg-nobody01")
    assert idle([WEB, LOWER, unknown, LOWER]) == {1: "shadowed 0"}
    assert idle([LOWER, unknown, WEB]) == {}
    assert idle([LOWER, unknown, WEB], {"sg-nobody01": ("10.0.0.5",)}) == {
        0: "redundant 1, 2",
        1: "shadowed 0",
    }


def test_rows_that_could_go_are_looked_for_if_that_is_asked() -> None:
    group = samples.group([WEB, WEB])
    assert practices(group, samples.expectation(), idle=False) == ()
    assert len(practices(group, samples.expectation())) == 2


def test_both_directions_are_looked_through() -> None:
    found = advice(egress=[*samples.EGRESS_ROWS, *samples.EGRESS_ROWS])
    assert [(p.id, p.direction, p.policy_indexes) for p in found if p.direction == "egress"] == [
        ("redundant-policy", "egress", (0,)),
        ("shadowed-policy", "egress", (1,)),
    ]


def test_a_row_of_many_services_is_redundant_only_if_each_of_them_is() -> None:
    names = {"ppm-web": ("tcp:80", "tcp:443")}
    both: samples.Row = ("ppm-web", "", "10.0.0.0/8")
    assert idle([both, TLS], names) == {1: "shadowed 0"}
    assert idle([both, WEB], names) == {1: "shadowed 0"}
    assert idle([both, WEB, TLS], names) == {0: "redundant 1, 2", 1: "shadowed 0", 2: "shadowed 0"}
    assert idle([WEB, TLS, both], names) == {
        0: "redundant 2",
        1: "redundant 2",
        2: "shadowed 0, 1",
    }


def test_long_lists_are_not_looked_through() -> None:
    """Neither time nor memory is spent on what nobody has; and what is not looked at is not blamed."""
    ssh: samples.Row = ("tcp", "22", "203.0.113.7")
    assert of(advice([ssh] * MAX_COMPARED), "shadowed-policy")
    assert [practice.id for practice in advice([ssh] * (MAX_COMPARED + 1))] == ["broad-ssh"]
    assert [practice.id for practice in advice([ssh] * MAX_ROWS)] == ["broad-ssh"]
    assert advice([ssh] * (MAX_ROWS + 1), [("tcp", "80", "10.0.0.1")] * (MAX_ROWS + 1)) == []


SMALL = st.tuples(
    st.sampled_from(["tcp", "ALL"]),
    st.sampled_from(["ALL", "80", "80-81", "81-82"]),
    st.sampled_from(["10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25", "10.0.0.7"]),
    st.sampled_from(["ACCEPT", "DROP"]),
).map(lambda row: (row[0], "ALL" if row[0] == "ALL" else row[1], row[2], row[3]))


@given(st.lists(SMALL, max_size=6))
def test_dead_and_redundant_are_what_they_are_called(rows: list[samples.Row]) -> None:
    """Without such a row every packet fares as before; and no row of that sort is left out."""
    could_go = idle(rows)
    for index in range(len(rows)):
        changed = fares(rows) != fares(rows[:index] + rows[index + 1 :])
        if index in could_go:
            assert not changed
        elif not changed:
            # The implicit DROP makes a last DROP superfluous: it says so, and is let be.
            assert rows[index][3] == "DROP"


def fares(rows: Sequence[samples.Row]) -> list[bool | None]:
    """Whether each of some packets, one of every class, is accepted."""
    group, expectation = samples.group(rows, []), samples.expectation()
    ports, peers = (1, 80, 81, 82, 83), (0x0A000000, 0x0A000007, 0x0A000008, 0x0A000080, 0x0A000100)
    return [
        trace(
            Packet(direction="ingress", family="ipv4", protocol=protocol, port=port, peer=peer),
            group,
            expectation,
            group_id="sg-1",
        ).accepted
        for peer in peers
        for protocol, port in (*(("tcp", port) for port in ports), ("icmp", None))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_in_each_language(language: Language) -> None:
    placement = Placement(strangers=("ins-1",), elsewhere=("ins-2",))
    for practice in advice(egress=[], placement=placement):
        assert say(practice.reason, language)
