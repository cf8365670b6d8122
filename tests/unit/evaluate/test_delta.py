"""What a change opened and cut, and which findings were there before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import samples

from sgguard.evaluate import Circumstances, Earlier, Stack, evaluate
from sgguard.model.finding import Delta, Evaluation, TrafficBlock
from sgguard.model.security_group import Names, SecurityGroupPolicySet

ETCD: samples.Row = ("tcp", "2379", "0.0.0.0/0")
SHUT: samples.Row = ("tcp", "2379", "0.0.0.0/0", "DROP")
POD_DROP: samples.Row = ("ALL", "ALL", samples.PODS, "DROP")
NOTHING = SecurityGroupPolicySet(version="1")


def judged(
    now: Sequence[samples.Row],
    before: Sequence[samples.Row] | SecurityGroupPolicySet,
    *,
    names: Names | None = None,
    names_before: Names | None = None,
    stacks: Sequence[Stack] = (),
    stacks_before: tuple[Stack, ...] | None = None,
) -> Evaluation:
    was = before if isinstance(before, SecurityGroupPolicySet) else samples.group(before, version="6")
    known = Circumstances(
        names=names or {},
        stacks=tuple(stacks),
        earlier=Earlier(group=was, names=names_before or {}, stacks=stacks_before),
    )
    return evaluate(samples.group(now), samples.expectation(), group_id="sg-sample01", circumstances=known)


def debts(evaluation: Evaluation) -> list[tuple[str, str | None]]:
    return [(f.kind, f.debt) for f in evaluation.findings if f.kind in {"excess", "missing"}]


def ingress(evaluation: Evaluation) -> Delta:
    (delta,) = [delta for delta in evaluation.delta if delta.direction == "ingress"]
    return delta


def told(blocks: Iterable[TrafficBlock]) -> list[str]:
    return [f"{b.protocol} {b.ports} {','.join(b.peers)}" for b in blocks]


def test_nothing_changed() -> None:
    evaluation = judged([ETCD, *samples.NODE_ROWS], [ETCD, *samples.NODE_ROWS])
    assert [(delta.opened, delta.cut) for delta in evaluation.delta] == [((), ()), ((), ())]
    assert debts(evaluation) == [("excess", "old")]
    assert evaluation.before is not None
    assert (evaluation.before.version, evaluation.before.source) == ("6", "file")


def test_a_deleted_drop() -> None:
    evaluation = judged([ETCD, *samples.NODE_ROWS], [SHUT, ETCD, *samples.NODE_ROWS])
    # Pod and node network came back by rows of their own, which the DROP had stood above.
    assert told(ingress(evaluation).opened) == ["tcp 2379 0.0.0.0/0"]
    assert ingress(evaluation).cut == ()
    assert debts(evaluation) == [("excess", "new")]


def test_a_reorder() -> None:
    evaluation = judged([ETCD, SHUT, *samples.NODE_ROWS], [SHUT, ETCD, *samples.NODE_ROWS])
    assert told(ingress(evaluation).opened) == ["tcp 2379 0.0.0.0/0"]
    assert debts(evaluation) == [("excess", "new")]
    back = judged([POD_DROP, *samples.NODE_ROWS], [*samples.NODE_ROWS, POD_DROP])
    assert "ALL ALL 172.16.0.0/16" in told(ingress(back).cut)
    assert {debt for kind, debt in debts(back) if kind == "missing"} == {"new"}


def test_a_template_edit() -> None:
    rows: list[samples.Row] = [("tcp", "8443", "ipm-11111111"), *samples.NODE_ROWS]
    evaluation = judged(
        rows,
        rows,
        names={"ipm-11111111": ("198.51.100.7", "203.0.113.0/24")},
        names_before={"ipm-11111111": ("198.51.100.7", "192.0.2.9")},
    )
    assert told(ingress(evaluation).opened) == ["tcp 8443 203.0.113.0/24"]
    assert told(ingress(evaluation).cut) == ["tcp 8443 192.0.2.9/32"]
    assert debts(evaluation) == [("excess", "mixed")]


def test_a_change_that_only_renumbers_blames_nobody() -> None:
    evaluation = judged([("udp", "53", samples.NODES), ETCD, *samples.NODE_ROWS], [ETCD, *samples.NODE_ROWS])
    assert debts(evaluation) == [("excess", "old")]
    assert ingress(evaluation).opened == ()


def test_what_may_not_have_been_accepted_was_not_cut() -> None:
    unknown: samples.Row = ("tcp", "8080", "sg-other001")
    assert ingress(judged(samples.NODE_ROWS, [*samples.NODE_ROWS, unknown])).cut == ()
    assert ingress(judged([*samples.NODE_ROWS, unknown], samples.NODE_ROWS)).opened == ()


def test_old_debt_beside_a_new_one() -> None:
    old: samples.Row = ("tcp", "3389", "0.0.0.0/0")
    evaluation = judged([ETCD, old, *samples.NODE_ROWS], [old, *samples.NODE_ROWS])
    assert debts(evaluation) == [("excess", "new"), ("excess", "old")]


def test_a_group_that_was_bound_opens_all_it_accepts() -> None:
    base = samples.group(samples.NODE_ROWS)
    stack = Stack(ahead=(("sg-base0001", base),))
    evaluation = judged([ETCD], NOTHING, stacks=[stack])
    assert debts(evaluation) == [("excess", "new")]
    # What the group in front lets through anyway was open before.
    opened = ingress(evaluation)
    assert opened.stacks == (("sg-base0001", "sg-sample01"),)
    assert [block.ports for block in opened.opened] == ["2379"]
    assert opened.cut == ()


def test_a_group_that_was_bound_in_front_cuts_what_it_drops() -> None:
    front = Stack(ahead=(("sg-front001", samples.group([POD_DROP], [])),))
    evaluation = judged(samples.NODE_ROWS, samples.NODE_ROWS, stacks=[front], stacks_before=(Stack(),))
    delta = ingress(evaluation)
    assert "ALL ALL 172.16.0.0/16" in told(delta.cut)
    assert delta.stacks == (("sg-front001", "sg-sample01"),)
    assert set(debts(evaluation)) == {("missing", "new")}


def test_a_group_that_was_taken_off_opens_what_it_dropped() -> None:
    front = Stack(ahead=(("sg-front001", samples.group([SHUT], [])),))
    rows = [ETCD, *samples.NODE_ROWS]
    evaluation = judged(rows, rows, stacks=[Stack()], stacks_before=(front,))
    assert told(ingress(evaluation).opened) == ["tcp 2379 0.0.0.0/0"]
    assert debts(evaluation) == [("excess", "new")]


def test_stacks_that_fare_alike_are_told_of_together() -> None:
    front = Stack(ahead=(("sg-front001", samples.group([("udp", "9", "192.0.2.1")], [])),))
    stacks = [Stack(), front]
    evaluation = judged(
        [ETCD, *samples.NODE_ROWS], samples.NODE_ROWS, stacks=stacks, stacks_before=tuple(stacks)
    )
    assert ingress(evaluation).stacks == (("sg-sample01",), ("sg-front001", "sg-sample01"))


def test_a_stack_of_unknown_origin_has_no_delta() -> None:
    stranger = Stack(ahead=(("sg-front001", samples.group([POD_DROP], [])),))
    evaluation = judged(
        samples.NODE_ROWS,
        samples.NODE_ROWS,
        stacks=[stranger],
        stacks_before=(Stack(ahead=(("sg-other001", NOTHING),)),),
    )
    assert evaluation.delta == ()
    assert {debt for _, debt in debts(evaluation)} == {None}
