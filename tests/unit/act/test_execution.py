"""Carrying out a plan against a cloud that does as told, or does not."""

from __future__ import annotations

from collections.abc import Callable

import samples

from sgguard.act import Order, execute
from sgguard.errors import ConflictError, GatherError, RemediationError, UnansweredError
from sgguard.evaluate import evaluate
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Plan
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.plan import Guardrails, decide
from sgguard.wording import say

WORLD: samples.Row = ("ALL", "ALL", "0.0.0.0/0")


class FakeGroup:
    """A group that keeps what is written to it; `before_write` may interfere."""

    def __init__(self, group: SecurityGroupPolicySet) -> None:
        self.group = group
        self.orders: list[Order] = []
        self.before_write: Callable[[Order], None] = lambda _: None
        self.after_write: Callable[[], None] = lambda: None

    def write(self, order: Order) -> str:
        self.before_write(order)
        if order.before.version != self.group.version:
            raise ConflictError("moved")
        self.orders.append(order)
        self.replace(order.after)
        self.after_write()
        return f"request-{len(self.orders)}"

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        assert (region, group_id) == ("ap-guangzhou", "sg-sample01")
        return self.group

    def replace(self, group: SecurityGroupPolicySet) -> None:
        version = str(int(self.group.version) + 1)
        self.group = SecurityGroupPolicySet(version=version, ingress=group.ingress, egress=group.egress)


def planned(ingress: list[samples.Row], egress: list[samples.Row] = samples.EGRESS_ROWS) -> Plan:
    group, expectation = samples.group(ingress, egress), samples.expectation()
    evaluation = evaluate(group, expectation, group_id="sg-sample01")
    return decide(evaluation, group, expectation, Guardrails(mode="enforce"))


def executed(plan: Plan, fake: FakeGroup) -> tuple[Outcome, SecurityGroupPolicySet]:
    return execute(plan, "ap-guangzhou", fake, fake, {})


def test_every_step_carries_the_version_that_it_found() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS], [("tcp", "443", "0.0.0.0/0")])
    fake = FakeGroup(plan.before)
    outcome, group = executed(plan, fake)
    assert outcome.result == "reverted"
    assert [order.before.version for order in fake.orders] == ["7", "8"]
    assert [(step.version_before, step.version_after) for step in outcome.applied] == [("7", "8"), ("8", "9")]
    assert [step.request_id for step in outcome.applied] == ["request-1", "request-2"]
    assert group == fake.group
    assert group.ingress == samples.group().ingress


def test_a_group_that_moved_is_a_conflict_and_nothing_is_written() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    fake.replace(samples.group())
    outcome, _ = executed(plan, fake)
    assert (outcome.result, outcome.applied, fake.orders) == ("conflict", (), [])


def test_somebody_who_writes_right_after_is_a_conflict() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    fake.after_write = lambda: fake.replace(samples.group([WORLD]))
    outcome, _ = executed(plan, fake)
    assert outcome.result == "conflict"
    assert "not as planned" in say(outcome.reasons[0])


def test_a_lost_answer_is_told_by_the_list() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)

    def lose() -> None:
        raise UnansweredError("timed out")

    fake.after_write = lose
    outcome, _ = executed(plan, fake)
    assert outcome.result == "reverted"
    assert [(step.request_id, step.version_after) for step in outcome.applied] == [("", "8")]


def test_a_lost_request_is_a_conflict() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)

    def lose(_: Order) -> None:
        raise UnansweredError("timed out")

    fake.before_write = lose
    outcome, _ = executed(plan, fake)
    assert (outcome.result, [*map(say, outcome.reasons)], outcome.applied) == ("conflict", ["timed out"], ())


def test_a_refused_write_ends_it_with_the_reason() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)

    def refuse(_: Order) -> None:
        raise RemediationError("not allowed", next_step="Allow it.")

    fake.before_write = refuse
    outcome, _ = executed(plan, fake)
    assert (outcome.result, [*map(say, outcome.reasons)]) == ("failed", ["not allowed\nAllow it."])


def test_a_write_that_cannot_be_checked_is_no_success() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)

    def blind() -> None:
        def policies(region: str, group_id: str) -> SecurityGroupPolicySet:
            raise GatherError(f"{group_id} in {region} cannot be read")

        fake.policies = policies  # type: ignore[method-assign]

    fake.after_write = blind
    outcome, _ = executed(plan, fake)
    assert outcome.result == "failed"
    assert len(fake.orders) == 1


def test_spelling_is_no_difference() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    shouting: list[samples.Row] = [(p.upper(), port.lower(), peer) for p, port, peer in samples.NODE_ROWS]
    fake.after_write = lambda: setattr(fake, "group", samples.group(shouting, version="8"))
    outcome, _ = executed(plan, fake)
    assert outcome.result == "reverted"


def test_a_read_that_is_behind_is_made_again() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    behind = [plan.before, plan.before]
    fresh = fake.policies

    def policies(region: str, group_id: str) -> SecurityGroupPolicySet:
        return behind.pop() if behind else fresh(region, group_id)

    fake.policies = policies  # type: ignore[method-assign]
    outcome, group = executed(plan, fake)
    assert (outcome.result, group.version) == ("reverted", "8")
    assert len(fake.orders) == 1


def test_a_read_that_stays_behind_leaves_a_doubt_and_no_second_write() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    fake.policies = lambda *_: plan.before  # type: ignore[method-assign]
    outcome, _ = executed(plan, fake)
    assert (outcome.result, outcome.applied) == ("conflict", ())
    assert [step.request_id for step in outcome.doubtful] == ["request-1"]
    assert len(fake.orders) == 1


def test_a_write_that_was_overtaken_is_in_doubt() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS])
    fake = FakeGroup(plan.before)
    fake.after_write = lambda: fake.replace(samples.group([WORLD]))
    outcome, _ = executed(plan, fake)
    assert [(step.request_id, step.version_after) for step in outcome.doubtful] == [("request-1", "")]


def test_a_second_step_that_fails_leaves_the_first_applied() -> None:
    plan = planned([WORLD, *samples.NODE_ROWS], [("tcp", "443", "0.0.0.0/0")])
    fake = FakeGroup(plan.before)

    def refuse(order: Order) -> None:
        if order.before.version == "8":
            raise RemediationError("not allowed")

    fake.before_write = refuse
    outcome, group = executed(plan, fake)
    assert (outcome.result, [step.version_after for step in outcome.applied]) == ("failed", ["8"])
    assert group.version == "8"
