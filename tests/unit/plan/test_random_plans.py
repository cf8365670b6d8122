"""Whatever the rows are, a plan that holds does what it says, by a walk that knows nothing of plans."""

from __future__ import annotations

from typing import Any

import first_match as oracle
import samples
from hypothesis import given
from hypothesis import strategies as st

from sgguard.evaluate import evaluate
from sgguard.plan import Guardrails, decide
from sgguard.plan.edit import apply
from sgguard.wire.policy_set import decode_policy_set, encode_policy_set

PEERS = [
    *("0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25", "172.16.0.0/16"),
    *("172.16.0.0/17", "172.16.128.0/17", "203.0.113.0/24", "128.0.0.0/1"),
]
PORTS = ["ALL", "22", "2379", "30000-32768", "30000-31000", "1-65535"]
PRIVATE = [
    oracle.networks(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
]
SERVICES = [("ALL", "ALL"), ("icmp", "ALL"), *((p, port) for p in ("tcp", "udp") for port in PORTS)]
ROWS = st.builds(
    lambda service, peer, action: (*service, peer, action),
    st.sampled_from(SERVICES),
    st.sampled_from(PEERS),
    st.sampled_from(["ACCEPT", "ACCEPT", "DROP"]),
)


def packets(*lists: Any) -> list[oracle.Packet]:
    marks = oracle.Boundaries()
    oracle.Expected(samples.cluster()).boundaries("ingress", marks)
    for rows in lists:
        oracle.Rows(rows).boundaries(marks)
    return list(marks.packets())


@given(rows=st.lists(ROWS, max_size=6), keep=st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_plan_that_holds(rows: list[samples.Row], keep: list[bool]) -> None:
    defaults = [row for row, kept in zip(samples.NODE_ROWS, keep, strict=True) if kept]
    answer = samples.wire_group([*rows, *defaults])
    group, expectation = decode_policy_set(answer, "x"), samples.expectation()
    evaluation = evaluate(group, expectation, group_id="sg-1")
    plan = decide(evaluation, group, expectation, Guardrails(mode="enforce"))
    expected = oracle.Expected(samples.cluster())
    if plan.decision == "none":
        assert evaluation.verdict == "compliant"
        return
    stages = [group]
    for step in plan.steps:
        stages.append(apply(stages[-1], step))
    lists = [encode_policy_set(stage)["Ingress"] for stage in stages]
    walks = [oracle.Rows(rows) for rows in lists]  # type: ignore[arg-type]
    assert plan.decision in {"alert", "revert", "refuse"}
    if plan.decision == "revert":
        for packet in packets(*lists):
            check(packet, walks, expected)


def check(packet: oracle.Packet, walks: list[oracle.Rows], expected: oracle.Expected) -> None:
    """What may become of one packet on its way through the stages."""
    before, *later = [walk.decide(packet)[0] for walk in walks]
    required = bool(expected.requirements("ingress", packet))
    for now in later:
        assert not (required and before and not now), "required traffic is cut in passing"
        assert not (now and not before and not required), "something else is opened"
    if required:
        assert later[-1]
    elif later[-1] and is_public(packet):
        assert expected.allowed("ingress", packet), "public exposure is left"


def is_public(packet: oracle.Packet) -> bool:
    family, _, _, address = packet
    return not any(kind == family and low <= address <= high for kind, low, high in PRIVATE)
