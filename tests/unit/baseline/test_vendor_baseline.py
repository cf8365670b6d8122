"""The shipped baseline is the vendor's page: every row of it, and nothing else."""

from __future__ import annotations

import pytest
import samples

from sgguard.baseline import shipped
from sgguard.model.cluster import Role
from sgguard.model.finding import Finding

REQUIRED_ROWS = {
    "node": {0: "pod-network", 1: "node-network", 3: "node-port-tcp", 4: "node-port-udp"},
    "master": {
        1: "node-port-tcp-node-network",
        2: "node-port-udp-node-network",
        3: "api-server-node-network",
        4: "api-server-pod-network",
        5: "node-port-tcp-pod-network",
        6: "node-port-udp-pod-network",
        7: "dns-pod-network",
        8: "dns-node-network",
    },
}
ROWS: dict[Role, list[samples.Row]] = {"node": samples.NODE_ROWS, "master": samples.MASTER_ROWS}
CASES = [(role, index) for role, rows in ROWS.items() for index in range(len(rows))]


def of_kind(role: Role, rows: list[samples.Row], kind: str) -> list[Finding]:
    return [f for f in samples.verdict(rows, role=role).findings if f.kind == kind]


@pytest.mark.parametrize("role", ROWS)
def test_the_default_group_is_compliant(role: Role) -> None:
    evaluation = samples.verdict(ROWS[role], role=role)
    assert evaluation.verdict == "compliant"
    assert evaluation.findings == ()


@pytest.mark.parametrize(("role", "index"), CASES)
def test_each_row_removed(role: Role, index: int) -> None:
    rows = ROWS[role][:index] + ROWS[role][index + 1 :]
    missing = of_kind(role, rows, "missing")
    required = REQUIRED_ROWS[role].get(index)
    assert [f.requirement for f in missing] == ([required] if required else [])
    assert all(f.severity == "critical" and f.certain for f in missing)
    expected = "violating" if required else "compliant"
    assert samples.verdict(rows, role=role).verdict == expected


WIDER: dict[str, list[samples.Row]] = {
    "node": [
        ("ALL", "ALL", "172.16.0.0/15"),
        ("ALL", "ALL", "10.0.0.0/15"),
        ("tcp", "21-22", "0.0.0.0/0"),
        ("tcp", "30000-32769", "0.0.0.0/0"),
        ("udp", "29999-32768", "0.0.0.0/0"),
        ("ALL", "ALL", "0.0.0.0/0"),
    ],
    "master": [
        ("ALL", "ALL", "0.0.0.0/0"),
        ("tcp", "30000-32768", "10.0.0.0/15"),
        ("udp", "30000-32769", "10.0.0.0/16"),
        ("tcp", "60001,60002,10250,2380,2379,53,17443,50055,443,61678,80", "10.0.0.0/16"),
        ("tcp", "60001,60002,10250,2380,2379,53,17443,443", "172.16.0.0/16"),
        ("tcp", "30000-32768", "172.16.0.0/15"),
        ("udp", "29999-32768", "172.16.0.0/16"),
        ("udp", "52-53", "172.16.0.0/16"),
        ("udp", "53-54", "10.0.0.0/16"),
    ],
}


@pytest.mark.parametrize(("role", "index"), CASES)
def test_each_row_widened(role: Role, index: int) -> None:
    rows = [*ROWS[role][:index], WIDER[role][index], *ROWS[role][index + 1 :]]
    excess = of_kind(role, rows, "excess")
    assert [f.policy_indexes for f in excess] == [(index,)]


@pytest.mark.parametrize("role", ROWS)
def test_node_ports_may_end_where_kubernetes_ends_them(role: Role) -> None:
    rows = [(p, port.replace("32768", "32767"), peer) for p, port, peer in ROWS[role]]
    assert samples.verdict(rows, role=role).verdict == "compliant"


@pytest.mark.parametrize("role", ROWS)
def test_the_cluster_network_may_be_the_node_subnets(role: Role) -> None:
    rows = [(p, port, peer.replace(samples.VPC, samples.NODES)) for p, port, peer in ROWS[role]]
    assert samples.verdict(rows, role=role).verdict == "compliant"


@pytest.mark.parametrize("role", ROWS)
@pytest.mark.parametrize(
    ("egress", "missing"),
    [
        ([], ["egress-pod-network", "egress-node-network"]),
        ([("ALL", "ALL", samples.PODS), ("ALL", "ALL", samples.NODES)], []),
        ([("ALL", "ALL", samples.PODS)], ["egress-node-network"]),
        ([("ALL", "ALL", samples.VPC)], ["egress-pod-network"]),
        ([("ALL", "ALL", "0.0.0.0/0"), ("ALL", "ALL", "::/0")], []),
        ([("tcp", "ALL", "0.0.0.0/0")], ["egress-pod-network", "egress-node-network"]),
    ],
)
def test_egress(role: Role, egress: list[samples.Row], missing: list[str]) -> None:
    evaluation = samples.verdict(ROWS[role], egress, role)
    assert [f.requirement for f in evaluation.findings] == missing
    assert all(f.direction == "egress" for f in evaluation.findings)


def test_every_requirement_names_its_source() -> None:
    for baseline in shipped().values():
        for requirement in baseline.requirements:
            assert requirement.source == "https://www.tencentcloud.com/document/product/457/9084"
            assert requirement.row
            assert requirement.why


def test_ssh_and_ping_are_permitted_on_nodes_but_not_required() -> None:
    rows = [samples.NODE_ROWS[i] for i in (0, 1, 3, 4)]
    assert samples.verdict(rows).verdict == "compliant"


def test_ssh_is_not_permitted_on_masters() -> None:
    (finding,) = of_kind("master", [*samples.MASTER_ROWS, ("tcp", "22", "0.0.0.0/0")], "excess")
    assert finding.severity == "high"


def test_dual_stack_networks_are_required_in_both_families() -> None:
    expectation = samples.expectation(pod_cidrs=[samples.PODS, "fd00:1::/64"])
    evaluation = samples.evaluate(samples.group(), expectation, group_id="sg-1")
    assert {f.requirement for f in evaluation.findings} == {"pod-network", "egress-pod-network"}
    assert {block.family for f in evaluation.findings for block in f.traffic} == {"ipv6"}
