"""A waiver is a set of traffic: it covers exactly that, of the kind that it says, until it expires."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import samples

from sgguard.baseline import Waiver
from sgguard.baseline.pattern import Pattern
from sgguard.baseline.waiver import Covers
from sgguard.evaluate import Circumstances, Stack, evaluate
from sgguard.model.finding import Evaluation
from sgguard.model.security_group import Direction

OPEN: samples.Row = ("tcp", "22,443,8443", "198.51.100.0/24")
POD_DROP: samples.Row = ("udp", "53", samples.PODS, "DROP")


def waiver(
    ports: str = "443",
    *,
    peers: Sequence[str] = ("198.51.100.0/24",),
    protocols: Sequence[str] = ("tcp",),
    covers: Covers = "excess",
    direction: Direction = "ingress",
    expires_at: float = 100.0,
    name: str = "w",
) -> Waiver:
    return Waiver(
        id=name,
        direction=direction,
        pattern=Pattern(protocols=tuple(protocols), ports=ports, peers=tuple(peers)),
        covers=covers,
        reason="because",
        owner="somebody",
        expires_at=expires_at,
    )


def judged(
    rows: Sequence[samples.Row], *waivers: Waiver, now: float = 50.0, stacks: Sequence[Stack] = ()
) -> Evaluation:
    known = Circumstances(waivers=waivers, now=now, stacks=tuple(stacks))
    return evaluate(samples.group(rows), samples.expectation(), group_id="sg-1", circumstances=known)


def told(evaluation: Evaluation) -> list[str]:
    return [
        f"{f.kind} {f.requirement or f.policy_indexes[0]}: {b.protocol} {b.ports} {','.join(b.peers)}"
        for f in evaluation.findings
        for b in f.traffic
    ]


def states(evaluation: Evaluation) -> dict[str, str]:
    return {use.id: use.state for use in evaluation.waivers}


@pytest.mark.parametrize(
    ("one", "left", "state"),
    [
        (waiver("443"), ["excess 6: tcp 8443 198.51.100.0/24"], "used"),
        (waiver("443,8443"), [], "used"),
        (waiver("ALL"), [], "used"),
        (waiver("ALL", protocols=["ALL"]), [], "used"),
        (waiver("444"), ["excess 6: tcp 443,8443 198.51.100.0/24"], "unused"),
        (waiver("22"), ["excess 6: tcp 443,8443 198.51.100.0/24"], "unused"),
        (waiver("ALL", protocols=["udp"]), ["excess 6: tcp 443,8443 198.51.100.0/24"], "unused"),
        (waiver("ALL", direction="egress"), ["excess 6: tcp 443,8443 198.51.100.0/24"], "unused"),
        (waiver("ALL", covers="missing"), ["excess 6: tcp 443,8443 198.51.100.0/24"], "unused"),
        (waiver("ALL", expires_at=50.0), ["excess 6: tcp 443,8443 198.51.100.0/24"], "expired"),
        (
            waiver("443", peers=["198.51.100.0/25"]),
            ["excess 6: tcp 8443 198.51.100.0/24", "excess 6: tcp 443 198.51.100.128/25"],
            "used",
        ),
    ],
)
def test_excess_that_is_waived(one: Waiver, left: list[str], state: str) -> None:
    evaluation = judged([*samples.NODE_ROWS, OPEN], one)
    assert sorted(told(evaluation)) == sorted(left)
    assert states(evaluation) == {"w": state}
    assert evaluation.verdict == ("violating" if left else "compliant")


@pytest.mark.parametrize(
    ("one", "left", "state"),
    [
        (waiver("53", peers=[samples.PODS], protocols=["udp"], covers="missing"), [], "used"),
        (waiver("ALL", peers=["pod-network"], protocols=["ALL"], covers="missing"), [], "used"),
        (
            waiver("53", peers=["172.16.0.0/17"], protocols=["udp"], covers="missing"),
            ["missing pod-network: udp 53 172.16.128.0/17"],
            "used",
        ),
        (
            waiver("53", peers=[samples.PODS], protocols=["udp"]),
            ["missing pod-network: udp 53 172.16.0.0/16"],
            "unused",
        ),
        (
            waiver("53", peers=[samples.PODS], protocols=["tcp"], covers="missing"),
            ["missing pod-network: udp 53 172.16.0.0/16"],
            "unused",
        ),
        (
            waiver("53", peers=[samples.PODS], protocols=["udp"], covers="missing", direction="egress"),
            ["missing pod-network: udp 53 172.16.0.0/16"],
            "unused",
        ),
        (
            waiver("53", peers=[samples.PODS], protocols=["udp"], covers="missing", expires_at=49.0),
            ["missing pod-network: udp 53 172.16.0.0/16"],
            "expired",
        ),
    ],
)
def test_missing_traffic_that_is_excused(one: Waiver, left: list[str], state: str) -> None:
    evaluation = judged([POD_DROP, *samples.NODE_ROWS], one)
    assert told(evaluation) == left
    assert states(evaluation) == {"w": state}
    assert evaluation.verdict == ("violating" if left else "compliant")


def test_many_waivers_of_both_kinds_keep_to_themselves() -> None:
    waivers = (
        waiver("443", name="https"),
        waiver("53", peers=["172.16.0.0/17"], protocols=["udp"], covers="missing", name="lower"),
        waiver("8443", name="other"),
        waiver("53", peers=["172.16.128.0/18"], protocols=["udp"], covers="missing", name="upper"),
        waiver("9999", name="idle"),
        waiver("9999", covers="missing", name="idle-too"),
    )
    evaluation = judged([POD_DROP, *samples.NODE_ROWS, OPEN], *waivers)
    assert told(evaluation) == ["missing pod-network: udp 53 172.16.192.0/18"]
    used = dict.fromkeys(["https", "lower", "other", "upper"], "used")
    assert states(evaluation) == {**used, "idle": "unused", "idle-too": "unused"}


def test_a_waiver_that_only_a_stack_needs_is_used() -> None:
    excuse = waiver("53", peers=[samples.PODS], protocols=["udp"], covers="missing")
    assert states(judged(samples.NODE_ROWS, excuse)) == {"w": "unused"}
    ahead = Stack(ahead=(("sg-2", samples.group([POD_DROP])),))
    evaluation = judged(samples.NODE_ROWS, excuse, stacks=[ahead])
    assert states(evaluation) == {"w": "used"}
    assert evaluation.verdict == "compliant"


def test_a_waiver_for_what_may_be_excess_is_used() -> None:
    rows = [*samples.NODE_ROWS, ("tcp", "443", "sg-nobody01")]
    evaluation = judged(rows, waiver("443"))
    assert states(evaluation) == {"w": "used"}
    everyone = waiver("443", peers=["anywhere-ipv4", "anywhere-ipv6"])
    assert judged(rows, everyone).verdict == "compliant"
