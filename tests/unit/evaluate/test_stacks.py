"""The groups of a machine are read as one list; a finding says in which of the cluster's stacks it is one."""

from __future__ import annotations

from collections.abc import Sequence

import samples

from sgguard.evaluate import Circumstances, Earlier, Stack, evaluate
from sgguard.model.finding import Evaluation, Finding
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.wording import say

OWN, FRONT, BACK = "sg-sample01", "sg-front001", "sg-back0001"
PODS: samples.Row = ("ALL", "ALL", samples.PODS)
POD_DROP: samples.Row = ("ALL", "ALL", samples.PODS, "DROP")
ETCD: samples.Row = ("tcp", "2379", "0.0.0.0/0")
ETCD_DROP: samples.Row = ("tcp", "2379", "0.0.0.0/0", "DROP")
OPEN = samples.group([("ALL", "ALL", "0.0.0.0/0")])


def other(*rows: samples.Row) -> SecurityGroupPolicySet:
    return samples.group(rows)


def judged(
    rows: Sequence[samples.Row], *stacks: Stack, before: Sequence[samples.Row] | None = None
) -> Evaluation:
    earlier = None if before is None else Earlier(group=samples.group(before))
    known = Circumstances(stacks=stacks, earlier=earlier)
    return evaluate(samples.group(rows), samples.expectation(), group_id=OWN, circumstances=known)


def of_kind(evaluation: Evaluation, kind: str) -> list[Finding]:
    return [finding for finding in evaluation.findings if finding.kind == kind]


def test_without_bindings_the_group_alone_is_judged_and_that_is_said() -> None:
    assert judged(samples.NODE_ROWS).basis == "group"
    assert judged(samples.NODE_ROWS, Stack()).basis == "stacks"


def test_what_another_group_lets_in_is_not_missing() -> None:
    rows = [row for row in samples.NODE_ROWS if row != PODS]
    assert [f.requirement for f in of_kind(judged(rows), "missing")] == ["pod-network"]
    behind = Stack(behind=((BACK, other(PODS)),))
    assert judged(rows, behind).verdict == "compliant"
    ahead = Stack(ahead=((FRONT, other(PODS)),))
    assert judged(rows, ahead).verdict == "compliant"


def test_what_another_group_drops_is_missing_on_its_machines_only() -> None:
    ahead = Stack(ahead=((FRONT, other(POD_DROP)),))
    behind = Stack(behind=((FRONT, other(POD_DROP)),))
    evaluation = judged(samples.NODE_ROWS, Stack(), ahead, behind)
    missing = of_kind(evaluation, "missing")
    assert [f.requirement for f in missing] == ["pod-network", "node-port-tcp", "node-port-udp"]
    for finding in missing:
        assert finding.stacks == ((FRONT, OWN),)
        assert finding.policy_indexes == ()
        assert finding.witness is not None
        assert finding.witness.policy_index is None
    assert evaluation.verdict == "violating"


def test_stacks_that_lack_the_same_are_told_of_together_and_once() -> None:
    rows = [row for row in samples.NODE_ROWS if row != PODS]
    stacks = [Stack(), Stack(behind=((BACK, other(("tcp", "22", "0.0.0.0/0"))),)), Stack()]
    (finding,) = of_kind(judged(rows, *stacks), "missing")
    assert finding.stacks == ((OWN,), (OWN, BACK))


def test_stacks_that_lack_different_things_are_told_apart() -> None:
    rows = [row for row in samples.NODE_ROWS if row != PODS]
    half = Stack(behind=((BACK, other(("ALL", "ALL", "172.16.0.0/17"))),))
    first, second = of_kind(judged(rows, Stack(), half), "missing")
    assert (first.stacks, second.stacks) == (((OWN,),), ((OWN, BACK),))
    assert first.traffic[0].peers == (samples.PODS,)
    assert second.traffic[0].peers == ("172.16.128.0/17",)


def test_an_exposure_says_in_which_stacks_it_is_open() -> None:
    closed = Stack(ahead=((FRONT, other(ETCD_DROP)),))
    opened = Stack(behind=((BACK, other(ETCD_DROP)),))
    (finding,) = of_kind(judged([ETCD, *samples.NODE_ROWS], closed, opened), "excess")
    assert finding.stacks == ((OWN, BACK),)
    (finding,) = of_kind(judged([ETCD, *samples.NODE_ROWS], closed), "excess")
    assert finding.stacks == ()
    assert judged([ETCD, *samples.NODE_ROWS], closed).verdict == "violating"


def test_an_exposure_of_another_group_is_that_groups_business() -> None:
    assert judged(samples.NODE_ROWS, Stack(ahead=((FRONT, OPEN),))).verdict == "compliant"


def test_what_is_new_on_one_machine_and_old_on_another_is_told_apart() -> None:
    """A stack whose other group let everything in lost it by this change; the group alone never had it."""
    shut: list[samples.Row] = [("ALL", "ALL", "0.0.0.0/0", "DROP")]
    evaluation = judged(shut, Stack(), Stack(behind=((BACK, OPEN),)), before=())
    pods = [f for f in of_kind(evaluation, "missing") if f.requirement == "pod-network"]
    assert [(f.debt, f.stacks) for f in pods] == [("old", ((OWN,),)), ("new", ((OWN, BACK),))]


def test_members_that_are_not_known_leave_it_open_in_which_stack_something_is_missing() -> None:
    unknown = Stack(ahead=((FRONT, other(("ALL", "ALL", "sg-nobody01", "DROP"))),))
    evaluation = judged(samples.NODE_ROWS, Stack(), unknown)
    missing = of_kind(evaluation, "missing")
    assert {(f.certain, f.stacks) for f in missing} == {(False, ((FRONT, OWN),))}
    assert evaluation.verdict == "undetermined"


def test_it_is_said_which_row_of_which_group_drops() -> None:
    rows = [row for row in samples.NODE_ROWS if row != PODS]
    (implicit,) = of_kind(judged(rows), "missing")
    assert "because no policy accepts it" in say(implicit.reason)
    own = of_kind(judged([POD_DROP, *samples.NODE_ROWS]), "missing")[0]
    assert "by policy 0." in say(own.reason)
    other_row = other(("tcp", "22", "0.0.0.0/0"), POD_DROP)
    theirs = of_kind(judged(samples.NODE_ROWS, Stack(ahead=((FRONT, other_row),))), "missing")[0]
    assert f"policy 1 of {FRONT}" in say(theirs.reason)


def test_it_is_said_whether_traffic_is_missing_for_sure() -> None:
    rows = [row for row in samples.NODE_ROWS if row != PODS]
    (sure,) = of_kind(judged(rows), "missing")
    assert (sure.certain, sure.reason.code) == (True, "missing.certain")
    (maybe,) = of_kind(judged([*rows, ("ALL", "ALL", "sg-nobody01")]), "missing")
    assert (maybe.certain, maybe.reason.code) == (False, "missing.possible")
    (excess,) = of_kind(judged([ETCD, *samples.NODE_ROWS]), "excess")
    assert excess.reason.code == "excess.certain"
    (possible,) = of_kind(judged([*samples.NODE_ROWS, ("tcp", "2379", "sg-nobody01")]), "excess")
    assert possible.reason.code == "excess.possible"


def test_a_stack_that_came_of_nothing_known_has_no_delta_and_the_others_have() -> None:
    quiet = other(("tcp", "22", "0.0.0.0/0"))
    fresh, known = Stack(ahead=((FRONT, quiet),)), Stack(ahead=((BACK, quiet),))
    earlier = Earlier(group=samples.group(), stacks=(known,))
    evaluation = evaluate(
        samples.group([ETCD, *samples.NODE_ROWS]),
        samples.expectation(),
        group_id=OWN,
        circumstances=Circumstances(stacks=(fresh, known), earlier=earlier),
    )
    assert [(delta.direction, delta.stacks) for delta in evaluation.delta] == [
        ("ingress", ((BACK, OWN),)),
        ("egress", ((BACK, OWN),)),
    ]
    assert evaluation.delta[0].opened[0].ports == "2379"
    assert [finding.debt for finding in of_kind(evaluation, "excess")] == ["new"]


def test_an_exposure_that_is_new_in_one_stack_and_old_in_another_is_mixed() -> None:
    shut = other(("tcp", "2379", "0.0.0.0/0", "DROP"))
    evaluation = evaluate(
        samples.group([ETCD, *samples.NODE_ROWS]),
        samples.expectation(),
        group_id=OWN,
        circumstances=Circumstances(
            stacks=(Stack(), Stack(ahead=((FRONT, other(("tcp", "22", "0.0.0.0/0"))),))),
            earlier=Earlier(
                group=samples.group([ETCD, *samples.NODE_ROWS]),
                stacks=(Stack(), Stack(ahead=((FRONT, shut),))),
            ),
        ),
    )
    assert [(f.debt, f.stacks) for f in of_kind(evaluation, "excess")] == [("mixed", ((OWN,), (FRONT, OWN)))]
