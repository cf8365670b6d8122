"""The vendor's practices: advice, and nothing but advice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import Circumstances
from sgguard.evaluate.practice import practices
from sgguard.evaluate.trace import Packet, trace
from sgguard.model.finding import Practice
from sgguard.model.stack import Placement
from sgguard.wording import LANGUAGES, Language, say


def advised(
    ingress: Sequence[samples.Row] = samples.NODE_ROWS,
    egress: Sequence[samples.Row] = samples.EGRESS_ROWS,
    placement: Placement | None = None,
    names: dict[str, tuple[str, ...]] | None = None,
) -> dict[str, Practice]:
    found = practices(
        samples.group(ingress, egress),
        samples.expectation(),
        placement=placement,
        circumstances=Circumstances(names=names or {}),
    )
    return {f"{p.id} {','.join(map(str, p.policy_indexes))}".strip(): p for p in found}


def test_the_default_group_has_broad_ssh_and_nothing_else() -> None:
    assert list(advised()) == ["broad-ssh 2"]
    assert advised()["broad-ssh 2"].severity == "info"


def test_ssh_from_private_networks_is_not_broad() -> None:
    rows = [("tcp", "22", "10.0.0.0/8") if row[1] == "22" else row for row in samples.NODE_ROWS]
    assert advised(rows) == {}


def test_ssh_from_one_public_address_is_broad_too() -> None:
    rows = [("tcp", "20-25", "198.51.100.7") if row[1] == "22" else row for row in samples.NODE_ROWS]
    assert list(advised(rows)) == ["broad-ssh 2"]


def test_machines_elsewhere_and_strangers() -> None:
    placement = Placement(
        strangers=("ins-stranger",), elsewhere=tuple(f"ins-{number}" for number in range(7))
    )
    found = advised([], placement=placement)
    mixed, foreign = found["mixed-binding"], found["foreign-binding"]
    assert (mixed.severity, len(mixed.subjects)) == ("low", 7)
    assert "not bound to this group: 7 (" in say(mixed.reason)
    assert "ins-4 +2" in say(mixed.reason)
    assert (foreign.severity, foreign.subjects) == ("medium", ("ins-stranger",))


def test_narrowed_egress_names_what_is_short() -> None:
    found = advised(egress=[("ALL", "ALL", samples.VPC)])
    assert "egress-pod-network" in say(found["custom-egress"].reason)
    assert "egress-node-network" not in say(found["custom-egress"].reason)
    assert "custom-egress" not in advised(egress=[("ALL", "ALL", samples.VPC), ("ALL", "ALL", samples.PODS)])


def test_a_dead_row_names_those_that_hide_it() -> None:
    rows: list[samples.Row] = [
        ("tcp", "8000-8079", "198.51.100.0/24", "DROP"),
        ("udp", "9", "192.0.2.1"),
        ("tcp", "8080-9000", "198.51.100.0/24", "DROP"),
        ("tcp", "8050-8100", "198.51.100.7"),
    ]
    found = advised([*rows, *samples.NODE_ROWS])
    assert "policies 0, 2 decide its packets" in say(found["shadowed-policy 3"].reason)
    assert "shadowed-policy 2" not in found


def test_a_redundant_row_names_those_that_would_do() -> None:
    found = advised([("tcp", "10250", "10.0.7.7"), *samples.NODE_ROWS])
    assert "without it policies 2 decide its packets" in say(found["redundant-policy 0"].reason)


def test_rows_behind_an_unresolved_one_are_left_out() -> None:
    rows: list[samples.Row] = [
        ("ALL", "ALL", "ipm-unknown1"),
        ("tcp", "80", "10.0.0.1"),
        ("tcp", "80", "10.0.0.1"),
    ]
    assert not any("policy" in key for key in advised([*rows, *samples.NODE_ROWS]))
    known = {"ipm-unknown1": ("192.0.2.1",)}
    assert "shadowed-policy 2" in advised([*rows, *samples.NODE_ROWS], names=known)


SMALL = st.tuples(
    st.sampled_from(["tcp", "ALL"]),
    st.sampled_from(["ALL", "80", "80-81", "81-82"]),
    st.sampled_from(["10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25", "10.0.0.7"]),
    st.sampled_from(["ACCEPT", "DROP"]),
).map(lambda row: (row[0], "ALL" if row[0] == "ALL" else row[1], row[2], row[3]))


@given(st.lists(SMALL, max_size=6))
def test_dead_and_redundant_are_what_they_are_called(rows: list[samples.Row]) -> None:
    """Without such a row every packet fares as before; and no row of that sort is left out."""
    found = advised(rows, [])
    idle = {int(key.split()[1]) for key in found if key.startswith(("shadowed-policy", "redundant-policy"))}
    for index in range(len(rows)):
        changed = fares(rows) != fares(rows[:index] + rows[index + 1 :])
        if index in idle:
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
    for practice in advised(egress=[], placement=placement).values():
        assert say(practice.reason, language)
