"""Decisions, their reasons, and the steps that follow."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import samples

from sgguard.evaluate import ALONE, evaluate
from sgguard.model.plan import Mode, Plan, Proof, Step
from sgguard.model.reason import Reason
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.plan import Guardrails, decide
from sgguard.report.text import row_text
from sgguard.wording import say

WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")


def decided(
    ingress: list[samples.Row],
    egress: list[samples.Row] = samples.EGRESS_ROWS,
    *,
    mode: Mode = "enforce",
    version: str = "7",
    role: str = "node",
) -> Plan:
    group, expectation = samples.group(ingress, egress, version), samples.expectation(role)
    evaluation = evaluate(group, expectation, group_id="sg-sample01")
    return decide(evaluation, group, expectation, Guardrails(mode=mode))


def steps(plan: Plan) -> list[tuple[object, ...]]:
    """(op, direction, place, rows) of each step."""
    return [
        (s.op, s.direction, s.indexes or s.index, [row_text(p, s.direction) for p in s.policies])
        for s in plan.steps
    ]


def said(reasons: Iterable[Reason]) -> list[str]:
    return [say(reason) for reason in reasons]


def test_nothing_to_do() -> None:
    plan = decided(samples.NODE_ROWS)
    assert (plan.decision, plan.steps, plan.proof) == ("none", (), None)
    assert said(plan.reasons) == ["the group is compliant"]


def test_dead_rows_are_nothing_to_do() -> None:
    assert decided([*samples.NODE_ROWS, samples.NODE_ROWS[0]]).decision == "none"


def test_an_excess_policy_is_deleted() -> None:
    plan = decided([WORLD, *samples.NODE_ROWS])
    assert plan.decision == "revert"
    assert steps(plan) == [("delete", "ingress", (0,), ["ACCEPT ALL from 0.0.0.0/0"])]
    assert plan.after.ingress == samples.group().ingress
    assert plan.proof == Proof(
        holds=True, requirements=6, intact_before=6, intact_after=6, newly_permitted=False, remaining=0
    )


def test_what_a_deleted_policy_uncovers_is_deleted_too() -> None:
    plan = decided([WORLD, WORLD, *samples.NODE_ROWS, ("tcp", "1-65535", "0.0.0.0/0")])
    assert steps(plan) == [
        (
            "delete",
            "ingress",
            (0, 1, 8),
            ["ACCEPT ALL from 0.0.0.0/0"] * 2 + ["ACCEPT tcp 1-65535 from 0.0.0.0/0"],
        )
    ]


def test_a_requirement_cut_by_a_drop_goes_above_it() -> None:
    plan = decided([samples.NODE_ROWS[0], ("ALL", "ALL", samples.NODES, "DROP"), *samples.NODE_ROWS[1:]])
    assert steps(plan) == [("create", "ingress", 1, ["ACCEPT ALL from 10.0.1.0/24"])]
    assert plan.proof is not None
    assert (plan.proof.intact_before, plan.proof.intact_after) == (3, 6)


def test_a_requirement_that_nothing_cuts_goes_to_the_end() -> None:
    plan = decided(samples.NODE_ROWS[:3] + samples.NODE_ROWS[4:])
    assert steps(plan) == [("create", "ingress", None, ["ACCEPT tcp 30000-32767 from 0.0.0.0/0"])]


def test_one_row_for_another_is_one_write() -> None:
    rows = [*samples.NODE_ROWS[:3], ("tcp", "1-65535", "0.0.0.0/0"), *samples.NODE_ROWS[4:]]
    assert steps(decided(rows)) == [("replace", "ingress", 3, ["ACCEPT tcp 30000-32767 from 0.0.0.0/0"])]


def test_rows_are_added_before_others_go() -> None:
    plan = decided([WORLD, ("ALL", "ALL", samples.VPC), samples.NODE_ROWS[2], ("udp", "ALL", "0.0.0.0/0")])
    assert [step.op for step in plan.steps] == ["create", "delete"]
    assert plan.decision == "revert"


def test_a_row_added_on_top_shifts_what_is_deleted() -> None:
    rows: list[samples.Row] = [
        ("ALL", "ALL", samples.PODS, "DROP"),
        *samples.NODE_ROWS,
        ("tcp", "80", "::/0"),
    ]
    plan = decided([("tcp", "22", samples.PODS, "DROP"), *rows[2:]])
    assert steps(plan) == [
        ("create", "ingress", 0, ["ACCEPT ALL from 172.16.0.0/16"]),
        ("delete", "ingress", (7,), ["ACCEPT tcp 80 from ::/0"]),
    ]
    assert plan.steps[1].policies[0].index == 6


def test_both_directions() -> None:
    plan = decided([WORLD, *samples.NODE_ROWS], [("tcp", "443", "0.0.0.0/0")])
    assert steps(plan) == [
        ("delete", "ingress", (0,), ["ACCEPT ALL from 0.0.0.0/0"]),
        ("create", "egress", None, ["ACCEPT ALL to 172.16.0.0/16", "ACCEPT ALL to 10.0.1.0/24"]),
    ]


def test_masters() -> None:
    plan = decided([*samples.MASTER_ROWS[:-1], ("tcp", "22,2379", "0.0.0.0/0")], role="master")
    assert steps(plan) == [("replace", "ingress", 8, ["ACCEPT udp 53 from 10.0.1.0/24"])]


def test_observe_decides_the_same_and_writes_nothing() -> None:
    plan = decided([WORLD, *samples.NODE_ROWS], mode="observe")
    assert plan.decision == "alert"
    assert len(plan.steps) == 1
    assert "mode is observe: nothing is written" in said(plan.reasons)


def test_private_sources_are_alerted_only() -> None:
    plan = decided([*samples.NODE_ROWS, ("tcp", "8080", "192.168.0.0/16")])
    assert (plan.decision, plan.steps) == ("alert", ())
    assert said(plan.reasons) == ["below high, alert only: 1"]


def test_what_is_possible_is_alerted_only() -> None:
    plan = decided([*samples.NODE_ROWS, ("tcp", "2379", "sg-other001")])
    assert (plan.decision, plan.steps) == ("alert", ())


def test_what_is_certain_is_reverted_beside_what_is_not() -> None:
    plan = decided([WORLD, *samples.NODE_ROWS, ("tcp", "2379", "sg-other001")])
    assert plan.decision == "revert"
    assert [row.group_id for row in plan.after.ingress if row.group_id] == ["sg-other001"]
    assert len(plan.reasons) == 2


def test_an_unresolved_drop_that_may_cut_required_traffic_refuses() -> None:
    plan = decided([WORLD, ("ALL", "ALL", "sg-other001", "DROP"), *samples.NODE_ROWS])
    assert plan.decision == "refuse"
    assert plan.proof is not None
    assert not plan.proof.holds


@pytest.mark.parametrize("version", ["0", "", "-1", "x"])
def test_a_version_that_cannot_be_compared_refuses(version: str) -> None:
    plan = decided([WORLD, *samples.NODE_ROWS], version=version)
    assert plan.decision == "refuse"
    assert any("compare-and-set" in text for text in said(plan.reasons))


def test_a_full_group_refuses() -> None:
    filler: list[samples.Row] = [("tcp", "80", f"10.0.{i}.1") for i in range(97)]
    plan = decided([*filler, samples.NODE_ROWS[0], samples.NODE_ROWS[1], samples.NODE_ROWS[3]])
    assert len(plan.before.ingress) == 100
    assert plan.decision == "refuse"
    assert any("a group holds 100" in text for text in said(plan.reasons))


class TestProof:
    """The proof does not trust whoever proposes."""

    @staticmethod
    def objections(ingress: list[samples.Row], *proposed: Step) -> list[str]:
        from sgguard.plan.case import Case
        from sgguard.plan.proof import prove

        case = Case(
            group_id="sg-1",
            group=samples.group(ingress),
            expectation=samples.expectation(),
            circumstances=ALONE,
        )
        _, proof = prove(case, proposed)
        assert proof.holds == (not proof.objections)
        return said(proof.objections)

    @staticmethod
    def row(group: SecurityGroupPolicySet, index: int) -> Step:
        return Step(op="delete", direction="ingress", indexes=(index,), policies=(group.ingress[index],))

    def test_cutting_required_traffic(self) -> None:
        assert self.objections(samples.NODE_ROWS, self.row(samples.group(), 0)) == [
            "step 1 cuts required ingress traffic",
            "findings that would remain: 1",
            "only 5 of 6 requirements would be met for sure",
        ]

    def test_cutting_it_only_for_a_moment(self) -> None:
        group = samples.group()
        back = Step(op="create", direction="ingress", index=0, policies=(group.ingress[0],))
        assert self.objections(samples.NODE_ROWS, self.row(group, 0), back) == [
            "step 1 cuts required ingress traffic"
        ]

    def test_opening_anything_else(self) -> None:
        step = Step(
            op="create", direction="ingress", policies=samples.group([("tcp", "23", "10.0.0.1")]).ingress
        )
        rows = [*samples.NODE_ROWS, ("tcp", "2379", "0.0.0.0/0", "DROP")]
        assert self.objections(samples.NODE_ROWS[:1] + samples.NODE_ROWS[2:], step)[0] == (
            "step 1 opens ingress traffic that is not required"
        )
        drop = self.row(samples.group(rows), 6)
        assert self.objections(rows, drop) == []

    def test_removing_a_drop_that_hides_an_exposure(self) -> None:
        rows: list[samples.Row] = [*samples.NODE_ROWS, (*WORLD, "DROP"), WORLD]  # type: ignore[list-item]
        found = self.objections(rows, self.row(samples.group(rows), 6))
        assert "step 1 opens ingress traffic that is not required" in found
        assert "findings that would remain: 1" in found

    def test_leaving_a_direction_empty(self) -> None:
        step = Step(op="delete", direction="egress", indexes=(0,), policies=samples.group().egress)
        assert "step 1 leaves no egress policy" in self.objections(samples.NODE_ROWS, step)
