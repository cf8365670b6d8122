"""Waivers: subtracted exactly, for whom they are for, while they last, and never more than they say."""

from __future__ import annotations

from typing import Any

import pytest
import samples

from sgguard.baseline import Waiver, expect, read_site
from sgguard.config.cluster import read_cluster
from sgguard.errors import ConfigError
from sgguard.evaluate import Circumstances, Stack, evaluate
from sgguard.model.finding import Evaluation

NOW = 1_782_864_000.0  # 2026-07-01
WAIVER = {
    "id": "web",
    "direction": "ingress",
    "protocols": ["tcp"],
    "ports": "443",
    "peers": ["anywhere-ipv4"],
    "reason": "moves in December",
    "owner": "team-web",
    "expires": "2026-12-31",
}


def waivers(*entries: dict[str, Any]) -> tuple[Waiver, ...]:
    document = {"schema": "sgguard/config/v1", "waivers": [{**WAIVER, **entry} for entry in entries]}
    return read_site(document, "site").waivers


def judged(rows: list[samples.Row], *entries: dict[str, Any], now: float = NOW, **known: Any) -> Evaluation:
    circumstances = Circumstances(waivers=waivers(*entries), now=now, **known)
    return evaluate(
        samples.group([*rows, *samples.NODE_ROWS]),
        samples.expectation(),
        group_id="sg-sample01",
        circumstances=circumstances,
    )


def told(evaluation: Evaluation) -> list[str]:
    return [
        f"{f.kind} {f.requirement or ''}{','.join(b.ports for b in f.traffic)}"
        for f in evaluation.findings
        if f.kind != "shadowed"
    ]


def states(evaluation: Evaluation) -> dict[str, str]:
    return {use.id: use.state for use in evaluation.waivers}


def test_it_is_subtracted_exactly() -> None:
    evaluation = judged([("tcp", "443,8443", "0.0.0.0/0")], {})
    assert told(evaluation) == ["excess 8443"]
    assert states(evaluation) == {"web": "used"}


def test_a_waiver_for_443_never_hides_22() -> None:
    opened: list[samples.Row] = [("tcp", "22", "::/0"), ("tcp", "443", "0.0.0.0/0")]
    assert told(judged(opened, {})) == ["excess 22"]


def test_half_a_network_leaves_the_other_half() -> None:
    evaluation = judged([("tcp", "443", "198.51.100.0/24")], {"peers": ["198.51.100.0/25"]})
    assert evaluation.findings[0].traffic[0].peers == ("198.51.100.128/25",)


@pytest.mark.parametrize(
    "entry", [{"protocols": ["udp"]}, {"direction": "egress"}, {"ports": "444"}, {"peers": ["anywhere-ipv6"]}]
)
def test_what_is_not_meant_is_not_covered(entry: dict[str, Any]) -> None:
    evaluation = judged([("tcp", "443", "0.0.0.0/0")], entry)
    assert told(evaluation) == ["excess 443"]
    assert states(evaluation) == {"web": "unused"}


def test_an_expired_one_is_reported_and_ignored() -> None:
    rows: list[samples.Row] = [("tcp", "443", "0.0.0.0/0")]
    last_moment = judged(rows, {"expires": "2026-06-30"}, now=NOW - 1)
    assert (told(last_moment), states(last_moment)) == ([], {"web": "used"})
    over = judged(rows, {"expires": "2026-06-30"})
    assert (told(over), states(over)) == (["excess 443"], {"web": "expired"})
    zoned = judged(rows, {"expires": "2026-07-01T08:00:01+08:00"})
    assert states(zoned) == {"web": "used"}


def test_missing_is_covered_only_where_it_says_so() -> None:
    drop: list[samples.Row] = [("tcp", "10250", "0.0.0.0/0", "DROP")]
    kubelet = {"ports": "10250", "peers": ["node-network", "pod-network"]}
    silent = judged(drop, kubelet)
    assert told(silent) == ["missing pod-network10250", "missing node-network10250"]
    assert states(silent) == {"web": "unused"}
    excused = judged(drop, {**kubelet, "covers": "missing"})
    assert (told(excused), excused.verdict, states(excused)) == ([], "compliant", {"web": "used"})
    half = judged(drop, {**kubelet, "covers": "missing", "peers": ["node-network"]})
    assert told(half) == ["missing pod-network10250"]


def test_what_excuses_missing_opens_nothing() -> None:
    evaluation = judged([("tcp", "443", "0.0.0.0/0")], {"covers": "missing"})
    assert told(evaluation) == ["excess 443"]


def test_it_counts_in_stacks_too() -> None:
    front = Stack(ahead=(("sg-front001", samples.group([("tcp", "10250", samples.PODS, "DROP")], [])),))
    missing = {"ports": "10250", "peers": ["pod-network"], "covers": "missing"}
    assert told(judged([], stacks=(front,))) == ["missing pod-network10250"]
    evaluation = judged([], missing, stacks=(front,))
    assert (told(evaluation), states(evaluation)) == ([], {"web": "used"})


@pytest.mark.parametrize(
    ("entry", "concerned"),
    [
        ({}, True),
        ({"groups": ["sg-sample01"]}, True),
        ({"groups": ["sg-other001"]}, False),
        ({"clusters": ["cls-sample01"]}, True),
        ({"clusters": ["cls-other001"]}, False),
        ({"groups": ["sg-other001"], "clusters": ["cls-sample01"]}, True),
    ],
)
def test_whom_it_is_for(entry: dict[str, Any], concerned: object) -> None:
    document = {"schema": "sgguard/config/v1", "waivers": [{**WAIVER, **entry}]}
    scopes = [read_cluster(samples.cluster(), "cluster")]
    found = read_site(document, "site").waivers_of("sg-sample01", scopes)
    assert bool(found) is concerned
    assert expect(scopes, read_site(document, "site"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"expires": None}, "waivers[0].expires: is missing"),
        ({"expires": "never"}, "waivers[0].expires: is 'never', which is no day and no moment"),
        ({"expires": "2026-12-31T18:00:00"}, "which is no day and no moment"),
        ({"owner": None}, "waivers[0].owner: is missing"),
        ({"reason": ""}, "waivers[0].reason: is empty"),
        ({"covers": "all"}, "waivers[0].covers: is 'all'"),
        ({"groups": ["cls-1"]}, "'cls-1' does not start with sg-"),
        ({"peers": []}, "waivers[0].peers: is empty"),
    ],
)
def test_a_broken_one_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        waivers(change)
    assert problem in str(caught.value)


def test_two_with_one_name_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        waivers({}, {})
    assert "the id 'web' is used twice" in str(caught.value)
