"""Whatever a change was, a plan that knows the list before it does what it says, by a walk of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import samples
import second_opinion
from first_match import Classes, Expected, Packet, Rows
from hypothesis import example, given
from hypothesis import strategies as st

from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.model.plan import Plan
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.plan import Guardrails, decide
from sgguard.plan.alignment import rule_of
from sgguard.plan.edit import apply, renumbered
from sgguard.wire.policy_set import encode_policy_set

PEERS = [
    *("0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "172.16.0.0/16"),
    *("172.16.128.0/17", "203.0.113.0/24", "128.0.0.0/1"),
]
PORTS = ["ALL", "22", "22,2379", "2379", "30000-32768", "1-65535"]
SERVICES = [("ALL", "ALL"), ("icmp", "ALL"), *((p, port) for p in ("tcp", "udp") for port in PORTS)]
ROWS = st.builds(
    lambda service, peer, action: (*service, peer, action),
    st.sampled_from(SERVICES),
    st.sampled_from(PEERS),
    st.sampled_from(["ACCEPT", "ACCEPT", "DROP"]),
)
Edit = tuple[str, int, int, samples.Row]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "delete", "replace", "move"]), st.integers(0, 20), st.integers(0, 20), ROWS
    ),
    min_size=1,
    max_size=3,
)


def edited(rows: list[samples.Row], edits: list[Edit]) -> list[samples.Row]:
    """A list after some foreign edits."""
    now = list(rows)
    for what, place, other, row in edits:
        if what == "insert" or not now:
            now.insert(place % (len(now) + 1), row)
        elif what == "delete":
            del now[place % len(now)]
        elif what == "replace":
            now[place % len(now)] = row
        else:
            now.insert(other % len(now), now.pop(place % len(now)))
    return now


@example(  # two DROPs, one under the other: the second comes to light when the first one goes
    extra=[],
    edits=[
        ("insert", 11, 0, ("ALL", "ALL", "0.0.0.0/0", "DROP")),
        ("insert", 0, 0, ("udp", "30000-32768", "0.0.0.0/0", "DROP")),
    ],
    source="memory",
)
@given(extra=st.lists(ROWS, max_size=3), edits=EDITS, source=st.sampled_from(["memory", "event"]))
def test_a_plan_that_knows_the_list_before(extra: list[samples.Row], edits: list[Edit], source: Any) -> None:
    """Nothing is opened but what is required, or what was open before and is permitted."""
    before = [*samples.NODE_ROWS[:4], *extra, *samples.NODE_ROWS[4:]]
    group = samples.group(edited(before, edits))
    was = samples.group(before, version="6")
    known = Circumstances(earlier=Earlier(group=was, source=source))
    expectation = samples.expectation()
    evaluation = evaluate(group, expectation, group_id="sg-1", circumstances=known)
    plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"), known)
    if plan.decision != "revert":
        return
    stages = [group]
    for step in plan.steps:
        stages.append(apply(stages[-1], step))
        if step.op != "delete":
            rules = [rule_of(row) for row in stages[-1].ingress]
            fresh = {rule_of(row) for row in step.policies}
            assert all(rules.count(rule) == 1 for rule in fresh), "the API takes no duplicates"
    check_packets(stages, was if source == "memory" else None)
    check_innocents(plan, {index for f in evaluation.findings for index in f.policy_indexes})


def walk(group: SecurityGroupPolicySet) -> Rows:
    document: Any = encode_policy_set(group)
    return Rows(document["Ingress"], {})


def told_apart(expected: Expected, walks: Iterable[Rows]) -> Iterator[tuple[Packet, set[int]]]:
    """A packet of every class, with the ids of the zones that have it."""
    zones = {
        id(zone): zone
        for zone in (
            *(zone for rows in walks for zone in rows.zones()),
            *expected.zones("ingress"),
            second_opinion.PRIVATE,
        )
    }
    keys = [*zones]
    for packet, has in Classes(zones.values()).memberships():
        yield packet, {keys[number] for number in has}


def required(expected: Expected, inside: set[int]) -> bool:
    return any(id(zone) in inside for zone in expected.required["ingress"].values())


def public_and_forbidden(expected: Expected, inside: set[int]) -> bool:
    return id(expected.ceiling["ingress"]) not in inside and id(second_opinion.PRIVATE) not in inside


def check_packets(stages: list[SecurityGroupPolicySet], was: SecurityGroupPolicySet | None) -> None:
    """Look at every class of packets in every list on the way."""
    expected, walks = Expected(samples.cluster()), [walk(stage) for stage in stages]
    earlier = walk(was) if was else None
    for packet, inside in told_apart(expected, [*walks, *([earlier] if earlier else [])]):
        needed = required(expected, inside)
        before, *later = [second_opinion.fate(rows, inside).accepted for rows in walks]
        for now in later:
            assert not (needed and before and not now), f"cut in passing: {packet}"
            if now and not before and not needed:
                assert earlier is not None, f"opened: {packet}"
                assert second_opinion.fate(earlier, inside).accepted, f"opened, and was not open: {packet}"
                assert id(expected.ceiling["ingress"]) in inside, f"opened, and is not permitted: {packet}"
        if needed:
            assert later[-1], f"required and not whole in the end: {packet}"
        elif public_and_forbidden(expected, inside):
            assert not later[-1], f"public exposure is left: {packet}"


def check_innocents(plan: Plan, guilty: set[int]) -> None:
    """Rows that nothing is wrong with are still there: back in its place, one that is gone would do harm."""
    places = {rule_of(row): row.index for row in reversed(plan.before.ingress)}
    left = [places.get(rule_of(row), -1) for row in plan.after.ingress]
    for row in plan.before.ingress:
        if row.index not in guilty and places[rule_of(row)] not in left:
            place = next((at for at, index in enumerate(left) if index > row.index), len(left))
            rows = [*plan.after.ingress[:place], row, *plan.after.ingress[place:]]
            back = plan.after.with_rows("ingress", renumbered(rows))
            assert harmful(walk(back), walk(plan.before)), f"somebody else's row is gone: {row}"


def harmful(rows: Rows, before: Rows) -> bool:
    """Whether a list cuts required traffic, exposes something, or accepts what was not accepted before."""
    expected = Expected(samples.cluster())
    for _, inside in told_apart(expected, [rows, before]):
        accepted = second_opinion.fate(rows, inside).accepted
        if required(expected, inside):
            if not accepted:
                return True
        elif accepted and (
            public_and_forbidden(expected, inside) or not second_opinion.fate(before, inside).accepted
        ):
            return True
    return False
