"""The smallest remedy, by example: the list as it is, the list before it, and what is written."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import samples

from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.model.plan import Plan
from sgguard.plan import Guardrails, decide
from sgguard.report.text import row_text
from sgguard.wire.policy_set import decode_policy_set
from sgguard.wording import say

PODS, NODES = samples.PODS, samples.NODES
ROWS = samples.NODE_ROWS
SSH, NODE_PORT = ROWS[2], ROWS[3]
WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")
BLOCK: samples.Row = ("tcp", "2379-2380", "0.0.0.0/0", "DROP")
BROAD: samples.Row = ("tcp", "1-65535", "0.0.0.0/0")


def planned(
    now: list[samples.Row],
    before: list[samples.Row] | None = None,
    source: str = "memory",
    described: dict[int, str] | None = None,
) -> Plan:
    """The plan for a list, told what was there before."""
    group, expectation = samples.group(now), samples.expectation()
    earlier = None
    if before is not None:
        answer: Any = samples.wire_group(before, version="6")
        for index, text in (described or {}).items():
            answer["Response"]["SecurityGroupPolicySet"]["Ingress"][index]["PolicyDescription"] = text
        earlier = Earlier(group=decode_policy_set(answer, "before"), source=source)  # type: ignore[arg-type]
    known = Circumstances(earlier=earlier)
    evaluation = evaluate(group, expectation, group_id="sg-1", circumstances=known)
    return decide(evaluation, group, expectation, Guardrails(mode="enforce"), known)


def told(plan: Plan) -> list[str]:
    """What is written, a line a row."""
    assert plan.decision == "revert", [say(reason) for reason in plan.reasons]
    lines = []
    for step in plan.steps:
        place = ",".join(map(str, step.indexes)) or ("end" if step.index is None else str(step.index))
        lines += [f"{step.op} {place}: {row_text(row, step.direction)}" for row in step.policies]
    return lines


def rows(plan: Plan) -> list[str]:
    return [row_text(row, "ingress") for row in plan.after.ingress]


def lines(written: list[samples.Row]) -> list[str]:
    return [row_text(row, "ingress") for row in samples.group(written).ingress]


class TestTheListBeforeIsKnown:
    def test_a_replaced_row_comes_back_with_its_description(self) -> None:
        before = [*ROWS[:2], ("tcp", "22", "203.0.113.0/24"), *ROWS[3:]]
        now = [*ROWS[:2], WORLD, *ROWS[3:]]
        plan = planned(now, before, described={2: "bastion"})
        assert told(plan) == ["replace 2: ACCEPT tcp 22 from 203.0.113.0/24"]
        assert plan.after.ingress[2].description == "bastion"
        assert plan.remedies == ("restore",)

    def test_an_added_row_goes(self) -> None:
        assert told(planned([WORLD, *ROWS], ROWS)) == ["delete 0: ACCEPT ALL from 0.0.0.0/0"]

    def test_a_deleted_drop_comes_back_and_the_row_that_it_hid_stays(self) -> None:
        plan = planned([*ROWS, BROAD], [*ROWS, BLOCK, BROAD])
        assert plan.decision == "revert"
        # The DROP alone hides too little: the rest of BROAD was open before and is excess as well.
        assert "ACCEPT tcp 1-65535 from 0.0.0.0/0" not in rows(plan)
        closed: samples.Row = ("tcp", "1-65535", "0.0.0.0/0", "DROP")
        plan = planned([*ROWS, BROAD], [*ROWS, closed, BROAD])
        assert told(plan) == ["create 6: DROP tcp 1-65535 from 0.0.0.0/0"]
        assert plan.runner_up is not None
        assert plan.runner_up.remedies == ("delete",)

    def test_a_deleted_drop_whose_hidden_row_carries_traffic_comes_back(self) -> None:
        """Deleting the row would lose SSH, which passed before; the DROP back in its place loses nothing."""
        private: list[samples.Row] = [*ROWS[:2], *ROWS[3:]]
        wide: samples.Row = ("tcp", "22,2379", "0.0.0.0/0")
        plan = planned([*private, wide], [*private, ("tcp", "2379", "0.0.0.0/0", "DROP"), wide])
        assert told(plan) in (
            ["create 5: DROP tcp 2379 from 0.0.0.0/0"],
            ["replace 5: ACCEPT tcp 22 from 0.0.0.0/0"],
        )
        assert told(plan) == ["create 5: DROP tcp 2379 from 0.0.0.0/0"]
        assert plan.remedies == ("restore",)
        assert plan.runner_up is not None
        assert plan.runner_up.remedies == ("narrow",)
        assert (
            say(plan.runner_up.why) == "it would leave 3 policies otherwise than they were, the chosen way 0"
        )

    def test_a_drop_on_top_goes_where_nothing_else_was_behind_it(self) -> None:
        plan = planned([("ALL", "ALL", "0.0.0.0/0", "DROP"), *ROWS], ROWS)
        assert told(plan) == ["delete 0: DROP ALL from 0.0.0.0/0"]
        assert plan.after.ingress == samples.group(ROWS).ingress

    def test_what_an_event_claims_was_there_opens_nothing(self) -> None:
        """A caller may write anything into its request; only required traffic is opened on its word."""
        plan = planned([("ALL", "ALL", "0.0.0.0/0", "DROP"), *ROWS], ROWS, source="event")
        assert "delete 0: DROP ALL from 0.0.0.0/0" not in [
            line for line in told(plan) if line.startswith("delete 0: DROP")
        ]
        assert "DROP ALL from 0.0.0.0/0" in rows(plan)

    def test_a_required_row_that_was_deleted_comes_back_as_it_was(self) -> None:
        plan = planned([*ROWS[:3], *ROWS[4:]], ROWS, described={3: "node ports"})
        assert told(plan) == ["create 3: ACCEPT tcp 30000-32768 from 0.0.0.0/0"]
        assert plan.after.ingress[3].description == "node ports"

    def test_rows_in_another_order_go_back(self) -> None:
        before = [*ROWS, ("ALL", "ALL", "0.0.0.0/0", "DROP"), BROAD]
        now = [*ROWS, BROAD, ("ALL", "ALL", "0.0.0.0/0", "DROP")]
        plan = planned(now, before)
        assert plan.decision == "revert"
        assert evaluate(plan.after, samples.expectation(), group_id="sg-1").verdict == "compliant"

    def test_what_somebody_else_added_meanwhile_stays(self) -> None:
        own: samples.Row = ("tcp", "8080", "10.0.7.0/24")
        plan = planned([own, WORLD, *ROWS], ROWS)
        assert told(plan) == ["delete 1: ACCEPT ALL from 0.0.0.0/0"]

    def test_what_somebody_else_deleted_meanwhile_stays_deleted(self) -> None:
        plan = planned([WORLD, *ROWS[:2], *ROWS[3:]], ROWS)
        assert told(plan) == ["delete 0: ACCEPT ALL from 0.0.0.0/0"]


def test_a_row_that_was_deleted_before_another_came_in_its_place_does_not_come_back() -> None:
    """Two writes lie between the lists: somebody took SSH away, somebody else opened everything."""
    before, now = samples.group(ROWS, version="6"), samples.group([*ROWS[:2], WORLD, *ROWS[3:]], version="8")
    known, expectation = Circumstances(earlier=Earlier(group=before, source="memory")), samples.expectation()
    evaluation = evaluate(now, expectation, group_id="sg-1", circumstances=known)
    plan = decide(evaluation, now, expectation, Guardrails(mode="enforce"), known)
    assert told(plan) == ["delete 2: ACCEPT ALL from 0.0.0.0/0"]


class TestTheListBeforeIsNotKnown:
    def test_a_row_is_narrowed_where_deleting_it_would_lose_traffic(self) -> None:
        rest = [*ROWS[:2], *ROWS[3:]]
        plan = planned([*rest, ("tcp", "22,2379", "0.0.0.0/0")])
        assert told(plan) == ["replace 5: ACCEPT tcp 22 from 0.0.0.0/0"]
        assert plan.remedies == ("narrow",)
        assert plan.runner_up is not None
        assert plan.runner_up.remedies == ("delete",)
        assert say(plan.runner_up.why) == "it would lose legitimate traffic that the chosen way keeps"

    def test_a_row_is_split_where_one_would_not_do(self) -> None:
        mixed: samples.Row = ("tcp", "22,2379,30000-32768", "0.0.0.0/0")
        answer: Any = samples.wire_group([*ROWS[:2], ROWS[4], ROWS[5], mixed])
        answer["Response"]["SecurityGroupPolicySet"]["Ingress"][4]["PolicyDescription"] = "web"
        group, expectation = decode_policy_set(answer, "x"), samples.expectation()
        evaluation = evaluate(group, expectation, group_id="sg-1")
        plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"))
        assert plan.remedies == ("split",)
        assert sorted(rows(plan)[4:]) == [
            "ACCEPT tcp 22 from 0.0.0.0/0",
            "ACCEPT tcp 30000-32768 from 0.0.0.0/0",
        ]
        assert {row.description for row in plan.after.ingress[4:]} == {"web"}

    def test_a_drop_whose_traffic_is_only_required_goes(self) -> None:
        """The row that it cuts is there: the API would take no second one above the DROP."""
        plan = planned([("ALL", "ALL", PODS, "DROP"), *ROWS])
        assert told(plan) == ["delete 0: DROP ALL from 172.16.0.0/16"]

    def test_a_drop_that_hides_other_things_stays_and_what_it_cuts_goes_above_it(self) -> None:
        plan = planned([("ALL", "ALL", "0.0.0.0/0", "DROP"), *ROWS])
        assert plan.decision == "revert"
        assert "DROP ALL from 0.0.0.0/0" in rows(plan)
        assert rows(plan).index("DROP ALL from 0.0.0.0/0") > 0

    @pytest.mark.parametrize("row", [WORLD, BROAD])
    def test_nothing_in_particular_is_meant_by_a_row_that_opens_everything(self, row: samples.Row) -> None:
        """SSH is permitted, but nobody said that it should be open."""
        plan = planned([row, *ROWS[:2], *ROWS[3:]])
        assert told(plan)[0].startswith("delete 0")
        assert rows(plan) == lines([*ROWS[:2], *ROWS[3:]])

    def test_a_template_is_not_rewritten(self) -> None:
        group = samples.group([*ROWS, ("tcp", "22,2379", "ipm-world")])
        known = Circumstances(names={"ipm-world": ("0.0.0.0/0",)})
        expectation = samples.expectation()
        evaluation = evaluate(group, expectation, group_id="sg-1", circumstances=known)
        plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"), known)
        assert [step.op for step in plan.steps] == ["delete"]


def full(rest: list[samples.Row], size: int = 100) -> list[samples.Row]:
    filler: list[samples.Row] = [("tcp", "80", f"10.0.{i}.1") for i in range(size - len(rest))]
    return [*filler, *rest]


def test_a_full_group_takes_rows_away_before_it_adds_any_if_that_is_safe() -> None:
    """The quota forbids adding first; taking away first is done if that cuts nothing required, and said."""
    plan = planned(full([*ROWS, ("tcp", "3389", "0.0.0.0/0")]))
    assert told(plan) == ["delete 99: ACCEPT tcp 3389 from 0.0.0.0/0"]
    broad: samples.Row = ("tcp", "22,2379,30000-32768", "0.0.0.0/0")
    plan = planned(full([*ROWS[:2], ROWS[4], broad]))
    assert plan.proof is not None
    assert plan.decision == ("revert" if plan.proof.holds else "refuse")
    for step in plan.steps:
        assert step.op != "create" or plan.steps[0].op == "delete", "101 rows are never asked for"


def test_a_duplicate_forbids_adding_first_and_that_is_said() -> None:
    """The row that the DROP cuts is there, dead: it can only come up if it goes first."""
    plan = planned([("ALL", "ALL", "0.0.0.0/0", "DROP"), *ROWS])
    ops = [step.op for step in plan.steps]
    assert ops[0] == "delete"
    assert "create" in ops
    assert any("taken away before others are added" in say(reason) for reason in plan.reasons)
    assert plan.proof is not None
    assert plan.proof.holds


@pytest.mark.parametrize("source", ["memory", "event", "file"])
def test_the_same_case_gives_the_same_plan(source: str) -> None:
    before = [*ROWS[:2], ("tcp", "22", "203.0.113.0/24"), *ROWS[3:]]
    now = [*ROWS[:2], WORLD, *ROWS[3:]]
    first, second = planned(now, before, source), planned(now, before, source)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert first.id == second.id


def test_a_drop_that_comes_to_light_goes_too() -> None:
    hidden: samples.Row = ("ALL", "ALL", "172.16.5.0/24", "DROP")
    plan = planned([WORLD, hidden, *(row for row in ROWS if row[2] != samples.VPC)])
    assert plan.decision == "revert"
    assert plan.proof is not None
    assert plan.proof.intact_after == plan.proof.requirements


def test_drops_one_under_the_other_go_together() -> None:
    wide: samples.Row = ("ALL", "ALL", "172.16.5.0/24", "DROP")
    narrow: samples.Row = ("ALL", "ALL", "172.16.5.0/25", "DROP")
    plan = planned([wide, narrow, *ROWS])
    assert [(step.op, step.indexes) for step in plan.steps] == [("delete", (0, 1))]
