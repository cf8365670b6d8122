"""Whatever a change was, a plan that knows the list before it does what it says, by a walk of its own."""

from __future__ import annotations

from typing import Any

import samples
import second_opinion
from first_match import Classes, Expected, Rows, Zone
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.model.plan import Plan
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.plan import Guardrails, decide
from sgguard.plan.alignment import rule_of
from sgguard.plan.edit import apply
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


def check_packets(stages: list[SecurityGroupPolicySet], was: SecurityGroupPolicySet | None) -> None:
    """Look at every class of packets in every list on the way."""
    expected, walks = Expected(samples.cluster()), [walk(stage) for stage in stages]
    earlier = walk(was) if was else None
    zones: dict[int, Zone] = {
        id(zone): zone
        for zone in (
            *(zone for rows in (*walks, *([earlier] if earlier else [])) for zone in rows.zones()),
            *expected.zones("ingress"),
            second_opinion.PRIVATE,
        )
    }
    keys = [*zones]
    for packet, has in Classes(zones.values()).memberships():
        inside = {keys[number] for number in has}
        required = any(id(zone) in inside for zone in expected.required["ingress"].values())
        permitted = id(expected.ceiling["ingress"]) in inside
        before, *later = [second_opinion.fate(rows, inside).accepted for rows in walks]
        for now in later:
            assert not (required and before and not now), f"cut in passing: {packet}"
            if now and not before and not required:
                assert earlier is not None, f"opened: {packet}"
                assert second_opinion.fate(earlier, inside).accepted, f"opened, and was not open: {packet}"
                assert permitted, f"opened, and is not permitted: {packet}"
        if required:
            assert later[-1], f"required and not whole in the end: {packet}"
        elif not permitted and id(second_opinion.PRIVATE) not in inside:
            assert not later[-1], f"public exposure is left: {packet}"


def check_innocents(plan: Plan, guilty: set[int]) -> None:
    """Rows that nothing is wrong with are still there, unless they were dead and would open something."""
    left = [rule_of(row) for row in plan.after.ingress]
    gone = [row.index for row in plan.before.ingress if row.index not in guilty and rule_of(row) not in left]
    if gone:
        rows = walk(plan.before)
        zones = {id(zone): zone for zone in rows.zones()}
        keys = [*zones]
        deciding = set()
        for _, has in Classes(zones.values()).memberships():
            inside = {keys[number] for number in has}
            deciding.add(second_opinion.fate(rows, inside).strict)
        assert not deciding.intersection(gone), "somebody else's row is gone"
