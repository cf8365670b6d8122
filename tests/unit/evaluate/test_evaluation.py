"""Findings: kinds, severities, witnesses, and what may not be certain."""

from __future__ import annotations

import pytest
import samples

from sgguard.evaluate import Circumstances, Earlier, Stack, evaluate
from sgguard.evaluate.group import MAX_ROWS, longest
from sgguard.model.finding import Finding
from sgguard.wording import say


def excess(row: samples.Row, role: str = "node") -> Finding:
    rows = samples.NODE_ROWS if role == "node" else samples.MASTER_ROWS
    findings = samples.verdict([*rows, row], role=role).findings
    (finding,) = [f for f in findings if f.kind == "excess"]
    return finding


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        (("tcp", "2379", "0.0.0.0/0"), "critical"),
        (("tcp", "10000-11000", "0.0.0.0/0"), "critical"),
        (("tcp", "3389", "203.0.113.0/24"), "critical"),
        (("tcp", "6379", "::/0"), "critical"),
        (("ALL", "ALL", "8.0.0.0/8"), "critical"),
        (("udp", "ALL", "8.0.0.0/8"), "critical"),
        (("tcp", "8080", "0.0.0.0/0"), "high"),
        (("udp", "2379", "0.0.0.0/0"), "high"),
        (("gre", "ALL", "0.0.0.0/0"), "high"),
        (("tcp", "8080", "192.168.0.0/16"), "medium"),
        (("ALL", "ALL", "10.1.0.0/16"), "medium"),
        (("tcp", "2379", "100.64.0.0/10"), "medium"),
        (("tcp", "8080", "fd00::/8"), "medium"),
        (("tcp", "8080", "2001:db8::/32"), "high"),
    ],
)
def test_severity_of_excess(row: samples.Row, severity: str) -> None:
    assert excess(row).severity == severity


def test_the_example_of_the_documentation() -> None:
    finding = excess(("ALL", "ALL", "0.0.0.0/0"))
    assert finding.witness is not None
    assert (finding.witness.port, finding.witness.peer) == (2379, "198.51.100.1")
    assert finding.traffic[0].ports == "0-21,23-29999,32769-65535"
    assert finding.traffic[0].peers[0] == "0.0.0.0-9.255.255.255"


def test_everything_of_a_family_is_one_block() -> None:
    (block,) = excess(("ALL", "ALL", "::/0")).traffic
    assert (block.family, block.protocol, block.ports, block.peers) == ("ipv6", "ALL", "ALL", ("::/0",))


def test_nothing_is_accepted_without_rows() -> None:
    evaluation = samples.verdict([], [])
    assert {f.kind for f in evaluation.findings} == {"missing"}
    assert all(f.policy_indexes == () for f in evaluation.findings)
    assert all(f.witness and f.witness.policy_index is None for f in evaluation.findings)


def test_a_drop_above_names_itself() -> None:
    findings = samples.verdict([("ALL", "ALL", "172.16.3.0/24", "DROP"), *samples.NODE_ROWS]).findings
    pods = findings[0]
    assert (pods.kind, pods.requirement, pods.policy_indexes) == ("missing", "pod-network", (0,))
    assert pods.traffic[0].protocol == "ALL"
    assert pods.traffic[0].peers == ("172.16.3.0/24",)
    assert pods.witness is not None
    assert (pods.witness.peer, pods.witness.policy_index) == ("172.16.3.1", 0)


def test_two_halves_make_a_whole() -> None:
    halves: list[samples.Row] = [
        ("ALL", "ALL", "172.16.0.0/17"),
        ("ALL", "ALL", "172.16.128.0/17"),
        *samples.NODE_ROWS[1:],
    ]
    assert samples.verdict(halves).verdict == "compliant"


def test_every_policy_is_blamed_for_its_own_part() -> None:
    rows: list[samples.Row] = [
        ("tcp", "80", "1.0.0.0/8"),
        ("tcp", "80", "0.0.0.0/0", "DROP"),
        ("tcp", "80", "0.0.0.0/0"),
    ]
    findings = samples.verdict([*samples.NODE_ROWS, *rows]).findings
    assert [(f.kind, f.policy_indexes) for f in findings] == [("excess", (6,)), ("shadowed", (8,))]
    assert findings[0].traffic[0].peers == ("1.0.0.0/8",)


def test_a_row_behind_a_drop_is_no_exposure() -> None:
    rows: list[samples.Row] = [
        *samples.NODE_ROWS,
        ("ALL", "ALL", "0.0.0.0/0", "DROP"),
        ("ALL", "ALL", "0.0.0.0/0"),
    ]
    evaluation = samples.verdict(rows)
    assert evaluation.verdict == "compliant"
    assert [(f.kind, f.policy_indexes, f.severity) for f in evaluation.findings] == [
        ("shadowed", (7,), "low")
    ]


class TestNotKnown:
    def test_a_group_whose_members_do_not_matter(self) -> None:
        rows: list[samples.Row] = [*samples.NODE_ROWS, ("tcp", "30000-32767", "sg-other001", "DROP")]
        assert samples.verdict(rows).verdict == "compliant"

    def test_a_group_that_may_open_something(self) -> None:
        evaluation = samples.verdict([*samples.NODE_ROWS, ("tcp", "8080", "sg-other001")])
        assert evaluation.verdict == "undetermined"
        assert [(f.kind, f.certain, f.severity) for f in evaluation.findings] == [
            ("excess", False, "high"),
            ("undetermined", False, "high"),
        ]

    def test_what_is_missing_for_sure_stands_before_what_may_be(self) -> None:
        evaluation = samples.verdict([*samples.NODE_ROWS[1:], ("tcp", "ALL", "sg-other001")])
        assert [f.certain for f in evaluation.findings if f.requirement == "pod-network"] == [True, False]

    def test_a_group_that_may_cut_something(self) -> None:
        evaluation = samples.verdict([("ALL", "ALL", "sg-other001", "DROP"), *samples.NODE_ROWS])
        assert evaluation.verdict == "undetermined"
        assert {f.requirement for f in evaluation.findings if f.kind == "missing"} == {
            "pod-network",
            "node-network",
            "node-port-tcp",
            "node-port-udp",
        }
        assert not any(f.certain for f in evaluation.findings)

    def test_what_is_certain_stays_certain_beside_it(self) -> None:
        rows: list[samples.Row] = [
            ("tcp", "2379", "0.0.0.0/0"),
            *samples.NODE_ROWS,
            ("tcp", "8080", "sg-other001"),
        ]
        evaluation = samples.verdict(rows)
        assert evaluation.verdict == "violating"
        assert [(f.policy_indexes, f.certain) for f in evaluation.findings if f.kind == "excess"] == [
            ((0,), True),
            ((7,), False),
        ]

    def test_an_unknown_drop_makes_the_exposure_behind_it_possible_only(self) -> None:
        rows: list[samples.Row] = [
            *samples.NODE_ROWS,
            ("ALL", "ALL", "sg-other001", "DROP"),
            ("tcp", "2379", "0.0.0.0/0"),
        ]
        evaluation = samples.verdict(rows)
        assert evaluation.verdict == "undetermined"

    def test_an_accept_and_a_drop_that_are_both_unknown(self) -> None:
        # "Matches nothing" for both or "matches everything" for both would call this certain; it is not.
        rows: list[samples.Row] = [
            *samples.NODE_ROWS,
            ("tcp", "2379", "sg-first001"),
            ("tcp", "2379", "sg-other001", "DROP"),
            ("tcp", "2379", "0.0.0.0/0"),
        ]
        evaluation = samples.verdict(rows)
        assert evaluation.verdict == "undetermined"
        assert not any(f.certain for f in evaluation.findings)

    @pytest.mark.parametrize(
        "row", [("tcp", "30000", "ipm-none"), ("esp", "ALL", "10.0.0.1"), ("tcp", "30000", "MY_PUBLIC_IP")]
    )
    def test_what_cannot_be_read_is_never_compliant(self, row: samples.Row) -> None:
        # Nothing would be wrong with it whatever it says: it stands behind a DROP of everything.
        rows: list[samples.Row] = [
            *samples.NODE_ROWS,
            ("ALL", "ALL", "0.0.0.0/0", "DROP"),
            ("ALL", "ALL", "::/0", "DROP"),
            row,
        ]
        evaluation = samples.verdict(rows)
        assert evaluation.verdict == "undetermined"
        assert [(f.kind, f.policy_indexes) for f in evaluation.findings] == [("undetermined", (8,))]

    def test_members_that_are_known_decide(self) -> None:
        rows: list[samples.Row] = [*samples.NODE_ROWS, ("tcp", "8080", "sg-other001")]
        assert samples.verdict(rows, names={"sg-other001": ("10.0.9.9",)}).verdict == "compliant"
        assert samples.verdict(rows, names={"sg-other001": ("8.8.8.8",)}).verdict == "violating"


def test_more_rows_than_any_group_has_are_not_judged_and_not_approved_of() -> None:
    many: list[samples.Row] = [("tcp", str(n % 60000), "10.0.0.5") for n in range(10_000)]
    evaluation = samples.verdict([*samples.NODE_ROWS, *many])
    (finding,) = evaluation.findings
    assert (evaluation.verdict, finding.kind, finding.certain) == ("undetermined", "undetermined", False)
    assert (finding.direction, finding.policy_indexes, finding.severity) == ("ingress", (), "high")
    assert say(finding.reason) == (
        "There are 10006 policies (ingress), more than the 2000 that are judged at once."
    )


def test_a_list_just_short_enough_is_judged() -> None:
    few: list[samples.Row] = [*samples.NODE_ROWS, ("tcp", "2379", "0.0.0.0/0")]
    many: list[samples.Row] = [*few, *[("tcp", "22", "10.0.0.5")] * (MAX_ROWS - 7)]
    evaluation = samples.verdict(many)
    assert evaluation.verdict == "violating"
    assert {finding.kind for finding in evaluation.findings} == {"excess", "shadowed"}


def test_the_rows_of_all_groups_of_a_machine_and_of_before_count() -> None:
    many = samples.group([("tcp", "22", "10.0.0.5")] * 1995)
    few = samples.group()
    known = Circumstances(stacks=(Stack(ahead=(("sg-2", many),)),))
    assert longest(few, "ingress", known) == 2001
    assert longest(few, "egress", known) == 2
    assert longest(few, "ingress", Circumstances(earlier=Earlier(group=many))) == 1995
    evaluation = evaluate(few, samples.expectation(), group_id="sg-1", circumstances=known)
    assert evaluation.verdict == "undetermined"
    fits = Circumstances(stacks=(Stack(behind=(("sg-2", samples.group([])),)),))
    assert longest(few, "ingress", fits) == 6
