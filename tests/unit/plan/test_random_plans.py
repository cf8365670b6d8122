"""Whatever the rows are, a plan that holds does what it says, by a walk that knows nothing of plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import first_match as walks
import random_cases
import samples
import second_opinion
from first_match import Classes, Expected, Rows, Zone
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import evaluate
from sgguard.model.plan import Plan
from sgguard.plan import Guardrails, decide
from sgguard.plan.edit import apply
from sgguard.wire.policy_set import decode_policy_set, encode_policy_set

PEERS = [
    *("0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25", "172.16.0.0/16"),
    *("172.16.0.0/17", "172.16.128.0/17", "203.0.113.0/24", "128.0.0.0/1"),
]
PORTS = ["ALL", "22", "2379", "30000-32768", "30000-31000", "1-65535"]
SERVICES = [("ALL", "ALL"), ("icmp", "ALL"), *((p, port) for p in ("tcp", "udp") for port in PORTS)]
ROWS = st.builds(
    lambda service, peer, action: (*service, peer, action),
    st.sampled_from(SERVICES),
    st.sampled_from(PEERS),
    st.sampled_from(["ACCEPT", "ACCEPT", "DROP"]),
)
DEFAULTS: dict[str, list[samples.Row]] = {"node": samples.NODE_ROWS, "master": samples.MASTER_ROWS}


@given(rows=st.lists(ROWS, max_size=6), keep=st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_plan_that_holds(rows: list[samples.Row], keep: list[bool]) -> None:
    """Random rows above some of the cluster's own, as a careless hand leaves them."""
    own = [row for row, kept in zip(samples.NODE_ROWS, keep, strict=True) if kept]
    document = samples.wire_group([*rows, *own])["Response"]["SecurityGroupPolicySet"]
    check({"id": "sg-1", "group": document, "cluster": samples.cluster(), "templates": {}})


@given(case=random_cases.cases(), keep=st.booleans())
def test_a_plan_that_holds_whatever_is_known(case: dict[str, Any], keep: bool) -> None:  # noqa: FBT001
    """Templates, members that are not known, stacks, waivers."""
    if keep:
        own = [samples.wire_row(row) for row in DEFAULTS[case["cluster"]["role"]]]
        everything = samples.wire_row(("ALL", "ALL", "0.0.0.0/0"))
        group = case["group"]
        case = {
            **case,
            "group": {
                **group,
                "Ingress": [*group["Ingress"], *own],
                "Egress": [*group["Egress"], everything],
            },
        }
    check(case)


def check(case: dict[str, Any]) -> None:
    """Decide, and if something is to be written, look at every list on the way."""
    expectation, known = second_opinion.given(case)
    group = decode_policy_set(case["group"], "group")
    evaluation = evaluate(group, expectation, group_id=case["id"], circumstances=known)
    plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"), known)
    assert plan.decision in {"none", "alert", "revert", "refuse"}
    assert (plan.decision == "none") == (evaluation.verdict == "compliant")
    if plan.decision == "revert":
        stages = [group]
        for step in plan.steps:
            stages.append(apply(stages[-1], step))
        documents: list[Any] = [encode_policy_set(stage) for stage in stages]
        for direction in second_opinion.KEYS:
            check_stages(case, direction, documents)
        check_steps(plan)


def check_stages(case: dict[str, Any], direction: str, documents: list[Any]) -> None:
    """No list on the way is worse than the first one, and the last one is right."""
    expected = Expected(case["cluster"])
    key = second_opinion.KEYS[direction]
    excused = [
        (waiver["covers"], second_opinion.waived(waiver))
        for waiver in case.get("waivers", ())
        if waiver["expires"] > case["now"] and waiver["direction"] == direction
    ]
    own = [Rows(document[key], case["templates"]) for document in documents]
    earlier = Rows(case["before"][key] if "before" in case else (), case["templates"])
    lists = [
        [Rows.joined(stage if one is own[0] else one for one in parts) for stage in own]
        for parts in stacked(case, direction, own[0])
    ]
    everything: dict[int, Zone] = {
        id(zone): zone
        for zone in (
            *(zone for rows in (*own, *(one for stages in lists for one in stages)) for zone in rows.zones()),
            *expected.zones(direction),
            *(zone for _, zone in excused),
            *earlier.zones(),
            second_opinion.PRIVATE,
        )
    }
    keys = [*everything]
    for packet, has in Classes(everything.values()).memberships():
        inside = {keys[number] for number in has}
        required = any(id(zone) in inside for zone in expected.required[direction].values())
        # What was there before the change may come back.
        restored = second_opinion.fate(earlier, inside).acceptable
        allowed = {covers for covers, zone in excused if id(zone) in inside}
        fates = [second_opinion.fate(rows, inside) for rows in own]
        for now in fates[1:]:
            check_opened(fates[0], now, packet, fine=required or restored)
        beyond = id(expected.ceiling[direction]) not in inside and "excess" not in allowed
        if beyond and id(second_opinion.PRIVATE) not in inside:
            assert not fates[-1].accepted, f"public exposure is left: {packet}"
        for stages in lists:
            before, *later = [second_opinion.fate(rows, inside) for rows in stages]
            for now in later:
                check_opened(before, now, packet, fine=required or restored)
                if required:
                    assert now.accepted or not before.accepted, f"cut in passing: {packet}"
                    assert now.acceptable or not before.acceptable, f"cut in passing: {packet}"
            if required and "missing" not in allowed:
                assert later[-1].accepted, f"required and not whole in the end: {packet}"


def check_opened(before: walks.Fate, now: walks.Fate, packet: walks.Packet, *, fine: bool) -> None:
    if not fine:
        assert before.accepted or not now.accepted, f"opened: {packet}"
        assert before.acceptable or not now.acceptable, f"opened: {packet}"


def stacked(case: dict[str, Any], direction: str, own: Rows) -> Iterator[list[Rows]]:
    """The lists of rows that each machine's list is made of; `own` stands for the group's."""
    bindings = case.get("bindings")
    if not bindings:
        yield [own]
        return
    key = second_opinion.KEYS[direction]
    others = {name: Rows(group[key], case["templates"]) for name, group in bindings["groups"].items()}
    for instance in bindings["instances"]:
        if instance["cluster_id"] == case["cluster"]["cluster_id"]:
            yield [own if name == bindings["group_id"] else others[name] for name in instance["groups"]]


def check_steps(plan: Plan) -> None:
    """No write leaves a direction without rows or goes without the version that was judged."""
    assert plan.proof is not None
    assert plan.proof.holds
    assert plan.expected_version == plan.before.version
    assert plan.expected_version not in {"", "0"}
