"""What a person writes: good documents are read, bad ones are refused with everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
import samples
import yaml

from sgguard.baseline import read_baseline, read_site, shipped
from sgguard.baseline.shipped import SOURCES, source_path
from sgguard.config.cluster import read_cluster
from sgguard.config.names import read_names
from sgguard.errors import ConfigError


def problems(read: Any, document: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(document, "file")
    return [str(problem) for problem in caught.value.problems]


def test_a_cluster() -> None:
    scope = read_cluster(samples.cluster("master"), "file")
    assert (scope.cluster_id, scope.role, scope.pod_cidrs) == ("cls-sample01", "master", ("172.16.0.0/16",))


def test_vpc_cidrs_may_be_left_out() -> None:
    document = samples.cluster()
    del document["vpc_cidrs"]
    assert read_cluster(document, "file").vpc_cidrs == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"role": "worker"}, "file: role: is 'worker'. Write one of 'node', 'master'."),
        ({"role": "nodes"}, "file: role: is 'nodes'. Did you mean 'node'?"),
        ({"cluster_id": 7}, "file: cluster_id: is a number, not a text. Put it in quotes."),
        ({"pod_cidrs": "10.0.0.0/8"}, "file: pod_cidrs: is a text, not a list. "),
        ({"pod_cidrs": ["10.0.0.0/33"]}, "file: pod_cidrs[0]: '10.0.0.0/33' has no prefix length"),
        ({"pod_cidrs": ["10.0.0.1-10.0.0.9"]}, "file: pod_cidrs[0]: '10.0.0.1-10.0.0.9' is a range"),
        ({"pod_cidrs": [None]}, "file: pod_cidrs[0]: is null, not a text"),
        ({"node_cidrs": []}, "file: node_cidrs: is empty, so nothing could be required"),
        ({"pod_cidr": []}, "file: pod_cidr: is not a known key. Did you mean 'pod_cidrs'?"),
    ],
)
def test_a_broken_cluster(change: dict[str, Any], expected: str) -> None:
    (problem,) = problems(read_cluster, samples.cluster(**change))
    assert problem.startswith(expected)


def test_every_problem_of_a_cluster_is_reported_at_once() -> None:
    found = problems(read_cluster, {"role": "", "pod_cidrs": ["x"], "node_cidrs": [1], "what": 1})
    assert [line.split(": ")[1] for line in found] == [
        "what",
        "cluster_id",
        "role",
        "pod_cidrs[0]",
        "node_cidrs[0]",
    ]


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_a_cluster_that_is_no_object(document: object) -> None:
    assert any("not an object" in line for line in problems(read_cluster, document))


def test_names() -> None:
    assert read_names({"ipm-1": ["10.0.0.0/8"], "sg-1": []}, "file") == {"ipm-1": ("10.0.0.0/8",), "sg-1": ()}
    assert read_names(None, "file") == {}
    assert len(problems(read_names, {"10.0.0.0/8": [], "ipm-1": "x", "ppm-1": [3]})) == 3


def test_the_shipped_sources_are_what_was_compiled() -> None:
    for name in SOURCES:
        source = yaml.safe_load(source_path(name).read_text(encoding="utf-8"))
        baseline = read_baseline(source, name)
        assert shipped()[baseline.role] == baseline


REQUIREMENT = {
    "id": "node-exporter",
    "direction": "ingress",
    "need": "permitted",
    "protocols": ["tcp"],
    "ports": "9100",
    "peers": ["vpc"],
    "why": "Prometheus",
}


def site(*added: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "sgguard/config/v1", "baseline": {"master": {"add": list(added)}}}


def test_a_site_adds_to_the_baseline() -> None:
    found = read_site(site(REQUIREMENT), "file")
    assert found.revert.min_severity == "high"
    assert found.baselines["node"] == shipped()["node"]
    assert found.baselines["master"].requirements[-1].id == "node-exporter"


def test_a_site_may_lower_the_threshold() -> None:
    document = {"schema": "sgguard/config/v1", "revert": {"min_severity": "medium"}}
    assert read_site(document, "file").revert.min_severity == "medium"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"prots": "1"}, "file: baseline.master.add[0].prots: is not a known key. Did you mean 'ports'?"),
        ({"need": "requierd"}, "file: baseline.master.add[0].need: is 'requierd'. Did you mean 'required'?"),
        ({"protocols": ["http"]}, "file: baseline.master.add[0].protocols[0]: is 'http', not one of"),
        ({"protocols": []}, "file: baseline.master.add[0].protocols: is empty"),
        ({"peers": ["the-office"]}, "file: baseline.master.add[0].peers[0]: 'the-office' is none of"),
        (
            {"peers": ["10.0.0.300"]},
            "file: baseline.master.add[0].peers[0]: '10.0.0.300' is none of pod-network",
        ),
        ({"ports": "99999"}, "file: baseline.master.add[0].ports: '99999' is no port"),
        ({"id": "ping"}, "file: baseline.master.add[0].id: is 'ping', which is taken"),
    ],
)
def test_a_broken_requirement(change: dict[str, Any], expected: str) -> None:
    (problem,) = problems(read_site, site({**REQUIREMENT, **change}))
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    "requirements",
    [
        [],
        [{**REQUIREMENT, "need": "required"}],
        [
            {**REQUIREMENT, "need": "required"},
            {**REQUIREMENT, "need": "required", "direction": "egress"},
        ],
    ],
    ids=["nothing", "one direction", "an id twice"],
)
def test_a_baseline_that_would_call_everything_fine_is_refused(requirements: list[object]) -> None:
    document = {
        "schema": "sgguard/baseline/v1",
        "role": "node",
        "source": "https://example.com",
        "requirements": requirements,
    }
    assert problems(read_baseline, document)
