"""The verdict equals a packet-by-packet walk over the rows, on every packet class (invariant I10)."""

from __future__ import annotations

from typing import Any

import first_match as oracle
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sgguard.baseline import default_site, expect
from sgguard.config.cluster import read_cluster
from sgguard.evaluate import evaluate
from sgguard.report.document import evaluation_document
from sgguard.wire.policy_set import decode_policy_set

CLUSTERS: list[dict[str, Any]] = [
    {
        "cluster_id": "cls-aaaaaaaa",
        "role": role,
        "pod_cidrs": pods,
        "node_cidrs": nodes,
        "vpc_cidrs": ["10.0.0.0/16"],
    }
    for role in ("node", "master")
    for pods, nodes in (
        (["172.16.0.0/16"], ["10.0.1.0/24", "10.0.2.0/24"]),
        (["10.0.64.0/18", "fd00:1::/64"], ["10.0.0.0/16", "fd00:2::/64"]),
    )
]

# Few values, all near each other's edges: halves, unions, host bits, neighbours, both families.
CIDRS = [
    *("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25"),
    *("10.0.1.128/25", "10.0.2.7/24", "10.0.3.1", "172.16.0.0/12", "172.16.0.0/16", "172.16.5.0/24"),
    *("198.51.100.7", "203.0.113.0/24", "255.255.255.255", "::/0", "fd00:1::/64", "fd00::/8", "2001:db8::1"),
]
PORTS = [
    *("ALL", "all", "", "22", "53", "80,443", "2379-2380", "30000-32768", "30000-32767", "0-65535"),
    *("32768", "1-29999", "60001,60002,10250,2380,2379,53,17443,50055,443,61678", "80,443,30000-32768"),
]


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    protocol = draw(st.sampled_from(["ALL", "all", "tcp", "TCP", "udp", "icmp", "ICMPv6", "gre"]))
    cidr = draw(st.sampled_from(CIDRS))
    return {
        "Protocol": protocol,
        "Port": draw(st.sampled_from(PORTS)) if protocol.lower() in {"tcp", "udp"} else "ALL",
        "CidrBlock": "" if ":" in cidr else cidr,
        "Ipv6CidrBlock": cidr if ":" in cidr else "",
        "Action": draw(st.sampled_from(["ACCEPT", "accept", "DROP"])),
    }


def check(group: dict[str, Any], cluster: dict[str, Any]) -> None:
    """Every packet class of both directions, and every witness."""
    expectation = expect([read_cluster(cluster, "cluster")], default_site())
    result = evaluate(decode_policy_set(group, "group"), expectation, group_id="sg-test")
    findings = msgspec.json.decode(msgspec.json.encode(evaluation_document(result)))["findings"]
    sound = [
        check_direction(direction, group[key], oracle.Expected(cluster), findings)
        for direction, key in (("ingress", "Ingress"), ("egress", "Egress"))
    ]
    assert result.verdict == ("compliant" if all(sound) else "violating")


def check_direction(
    direction: str, rows: list[dict[str, Any]], expected: oracle.Expected, findings: list[dict[str, Any]]
) -> bool:
    """Whether the oracle finds nothing wrong either; asserts that both agree."""
    mine = [f for f in findings if f["direction"] == direction]
    walk = oracle.Rows(rows)
    marks = oracle.Boundaries()
    expected.boundaries(direction, marks)
    walk.boundaries(marks)
    excess = [(f["policy_indexes"], oracle.Blocks(f["traffic"])) for f in mine if f["kind"] == "excess"]
    missing = [(f["requirement"], oracle.Blocks(f["traffic"])) for f in mine if f["kind"] == "missing"]
    deciding: set[int | None] = set()
    sound = True
    for packet in marks.packets():
        accepted, decider = walk.decide(packet)
        deciding.add(decider)
        too_much = accepted and not expected.allowed(direction, packet)
        blamed = [indexes for indexes, traffic in excess if packet in traffic]
        assert blamed == ([[decider]] if too_much else []), (packet, blamed, decider)
        lacking = set() if accepted else expected.requirements(direction, packet)
        reported = {requirement for requirement, traffic in missing if packet in traffic}
        assert reported == lacking, (packet, reported, lacking)
        sound = sound and not too_much and not lacking
    dead = {i for f in mine if f["kind"] == "shadowed" for i in f["policy_indexes"]}
    assert dead == {i for i, row in enumerate(rows) if i not in deciding and speaks_of_something(row)}
    for finding in mine:
        if finding["witness"]:
            check_witness(finding, walk)
    return sound


def speaks_of_something(row: dict[str, Any]) -> bool:
    """ICMP with an IPv6 peer, or ICMPv6 with an IPv4 one, matches no packet at all."""
    family = oracle.peers(row, {})[0][0]
    return (row["Protocol"].lower(), family) not in {("icmp", "ipv6"), ("icmpv6", "ipv4")}


def check_witness(finding: dict[str, Any], walk: oracle.Rows) -> None:
    packet = finding["witness"]
    seen = (packet["family"], packet["protocol"], packet["port"], oracle.networks(packet["peer"])[1])
    assert walk.decide(seen) == (finding["kind"] == "excess", packet["policy_index"])
    assert seen in oracle.Blocks(finding["traffic"])


@given(
    ingress=st.lists(rows(), max_size=7),
    egress=st.lists(rows(), max_size=4),
    cluster=st.sampled_from(CLUSTERS),
)
def test_every_packet_class_agrees(
    ingress: list[dict[str, Any]], egress: list[dict[str, Any]], cluster: dict[str, Any]
) -> None:
    check({"Version": "7", "Ingress": ingress, "Egress": egress}, cluster)
