"""The site's own baseline: looser, stricter, more; and what would approve of everything is refused."""

from __future__ import annotations

from typing import Any

import pytest
import samples

from sgguard.baseline import Site, expect, read_site
from sgguard.config.cluster import read_cluster
from sgguard.config.reader import Source
from sgguard.errors import ConfigError
from sgguard.evaluate import evaluate
from sgguard.model.finding import Evaluation

METRICS = {
    "id": "metrics",
    "direction": "ingress",
    "need": "permitted",
    "protocols": ["tcp"],
    "ports": "9100",
    "peers": ["anywhere-ipv4"],
}


def site(**sections: Any) -> Site:
    return read_site({"schema": "sgguard/config/v1", **sections}, "site.yaml")


def nodes(**overlay: Any) -> Site:
    return site(baseline={"node": overlay})


def problems(document: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_site({"schema": "sgguard/config/v1", **document}, "site.yaml")
    return [str(problem) for problem in caught.value.problems]


def judged(of: Site, rows: list[samples.Row], role: str = "node") -> Evaluation:
    expectation = expect([read_cluster(samples.cluster(role), "cluster")], of)
    return evaluate(samples.group(rows), expectation, group_id="sg-sample01")


def told(evaluation: Evaluation) -> list[str]:
    return [
        f"{f.kind} {f.requirement or f.policy_indexes[0]}"
        for f in evaluation.findings
        if f.kind != "shadowed"
    ]


def test_relax_makes_a_requirement_a_permission() -> None:
    rows = [row for row in samples.NODE_ROWS if row[0] != "udp"]
    assert told(judged(nodes(), rows)) == ["missing node-port-udp"]
    relaxed = nodes(relax=["node-port-udp"])
    assert told(judged(relaxed, rows)) == []
    assert told(judged(relaxed, samples.NODE_ROWS)) == []


def test_forbid_makes_a_permission_excess() -> None:
    evaluation = judged(nodes(forbid=["ping"]), samples.NODE_ROWS)
    assert told(evaluation) == ["excess 5"]
    # Between nodes and pods, and inside the VPC, ping stays.
    assert [block.protocol for block in evaluation.findings[0].traffic] == ["icmp"]
    assert "172.16.0.0/16" not in evaluation.findings[0].traffic[0].peers


def test_restricted_ssh_is_a_finding() -> None:
    tightened = nodes(restrict={"ssh": ["203.0.113.0/24"]})
    (finding,) = judged(tightened, samples.NODE_ROWS).findings
    assert (finding.kind, finding.severity, finding.policy_indexes) == ("excess", "high", (2,))
    assert finding.traffic[0].ports == "22"
    office = [row if row[1] != "22" else ("tcp", "22", "203.0.113.0/25") for row in samples.NODE_ROWS]
    assert told(judged(tightened, office)) == []


def test_a_restricted_requirement_requires_less_and_permits_less() -> None:
    narrow = nodes(restrict={"node-port-tcp": ["198.51.100.0/24"]})
    rows = [
        ("tcp", "30000-32767", "198.51.100.0/24") if row[0] == "tcp" and row[1] != "22" else row
        for row in samples.NODE_ROWS
    ]
    assert told(judged(narrow, rows)) == []
    assert "excess 3" in told(judged(narrow, samples.NODE_ROWS))


@pytest.mark.parametrize("role", ["node", "master"])
def test_added_traffic_may_be_permitted_or_required(role: str) -> None:
    usual = samples.NODE_ROWS if role == "node" else samples.MASTER_ROWS
    rows = [("tcp", "9100", "0.0.0.0/0"), *usual]
    assert told(judged(site(), rows, role)) == ["excess 0"]
    permitted = site(baseline={role: {"add": [METRICS]}})
    assert told(judged(permitted, rows, role)) == []
    assert told(judged(permitted, usual, role)) == []
    required = site(baseline={role: {"add": [{**METRICS, "need": "required"}]}})
    assert told(judged(required, usual, role)) == ["missing metrics"]


def test_peer_clusters_are_required_in_both_directions() -> None:
    peers = site(
        clusters={
            "cls-sample01": {
                "peers": [
                    {
                        "cluster_id": "cls-other001",
                        "pod_cidrs": ["172.20.0.0/16"],
                        "node_cidrs": ["10.9.0.0/16"],
                    }
                ]
            }
        }
    )
    assert told(judged(peers, samples.NODE_ROWS)) == [
        "missing peer-ingress-pods-cls-other001",
        "missing peer-ingress-nodes-cls-other001",
    ]
    rows = [*samples.NODE_ROWS, ("ALL", "ALL", "172.20.0.0/16"), ("ALL", "ALL", "10.9.0.0/16")]
    assert told(judged(peers, rows)) == []
    assert told(judged(site(), rows)) == ["excess 6", "excess 7"]


def test_everything_says_where_it_comes_from() -> None:
    lines = {
        ("baseline", "node", "relax", 0): 5,
        ("baseline", "node", "restrict", "ssh"): 8,
        ("baseline", "node", "add", 0): 10,
        ("baseline", "node", "forbid", 0): 6,
    }
    found = read_site(
        {
            "schema": "sgguard/config/v1",
            "baseline": {
                "node": {
                    "relax": ["node-port-udp"],
                    "forbid": ["ping"],
                    "restrict": {"ssh": ["203.0.113.0/24"]},
                    "add": [METRICS],
                }
            },
        },
        Source("site.yaml", lines),
    ).baselines["node"]
    changes = {r.id: r.changes for r in found.requirements if r.changes}
    assert changes == {
        "node-port-udp": ("relaxed: site.yaml:5: baseline.node.relax[0]",),
        "ssh": ("restricted: site.yaml:8: baseline.node.restrict.ssh",),
        "metrics": ("added: site.yaml:10: baseline.node.add[0]",),
    }
    assert found.forbidden == ("ping: site.yaml:6: baseline.node.forbid[0]",)


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        ({"relax": ["ssh"]}, "relax[0]: 'ssh' is permitted, so it cannot be named here"),
        ({"forbid": ["pod-network"]}, "forbid[0]: 'pod-network' is required, so it cannot be named here"),
        ({"relax": ["pod-networks"]}, "relax[0]: 'pod-networks' is no id of the baseline"),
        ({"restrict": {"sssh": ["10.0.0.1"]}}, "restrict.sssh: is not a known key. Did you mean 'ssh'?"),
        ({"restrict": {"ssh": []}}, "restrict.ssh: is empty"),
        (
            {"restrict": {"pod-network": ["10.0.0.0/8"]}},
            "restrict.pod-network: names 10.0.0.0/8, which is not known",
        ),
        ({"restrict": {"ssh": ["anywhere-ipv6"]}}, "restrict.ssh: names anywhere-ipv6"),
        ({"forbid": ["ssh"], "restrict": {"ssh": ["10.0.0.1"]}}, "is forbidden and restricted at once"),
        ({"add": [{**METRICS, "id": "ssh"}]}, "add[0].id: is 'ssh', which is taken"),
        ({"add": [METRICS, METRICS]}, "add[1].id: is 'metrics', which is taken"),
        (
            {"add": [{**METRICS, "protocols": ["icmp"], "peers": ["fd00::/8"]}]},
            "add[0].peers: means no packet: icmp is IPv4 only",
        ),
        ({"reduce": []}, "reduce: is not a known key"),
        ({"relax": ["pod-network"]}, "relax[0]: 'pod-network' is the cluster's own network"),
    ],
)
def test_what_contradicts_itself_or_is_empty_is_refused(overlay: dict[str, Any], told: str) -> None:
    (problem,) = problems({"baseline": {"node": overlay}})
    assert told in problem
    assert problem.startswith("site.yaml: baseline.node")


def test_a_peer_that_is_no_cluster() -> None:
    peer = {"cluster_id": "sg-1", "pod_cidrs": ["x"], "node_cidrs": "10.0.0.0/8"}
    found = problems({"clusters": {"sg-2": {"peers": [peer]}}})
    assert len(found) == 4
