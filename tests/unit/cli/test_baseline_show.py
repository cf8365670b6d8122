"""What a group is compared with, and where each part of it comes from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import samples

from sgguard.cli.main import main

SITE = """\
schema: sgguard/config/v1
baseline:
  node:
    relax: [node-port-udp]
    forbid: [ping]
    restrict:
      ssh: [203.0.113.0/24]
    add:
      - {id: metrics, direction: ingress, need: permitted, protocols: [tcp], ports: "9100", peers: [vpc]}
clusters:
  cls-sample01:
    peers:
      - {cluster_id: cls-other001, pod_cidrs: [172.20.0.0/16], node_cidrs: []}
waivers:
  - {id: web, direction: ingress, protocols: [tcp], ports: "443", peers: [vpc], groups: [sg-11111111],
     reason: r, owner: team-web, expires: 2020-01-01}
"""


@pytest.fixture
def shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """The document, and the table beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    Path("cluster.json").write_text(json.dumps(samples.cluster()))
    Path("site.yaml").write_text(SITE)
    told = {}
    for output in ("json", "table"):
        words = ["baseline", "show", "--cluster", "cluster.json", "--config", "site.yaml", "--output", output]
        monkeypatch.setattr(sys, "argv", ["sgguard", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code in {0, None}
        told[output] = capsys.readouterr().out
    return {**json.loads(told["json"]), "table": told["table"]}


def test_each_part_says_where_it_comes_from(shown: dict[str, Any]) -> None:
    parts = {part["id"]: part for part in shown["requirements"]}
    assert {key: part["changes"] for key, part in parts.items() if part["changes"]} == {
        "node-port-udp": ["relaxed: site.yaml:4: baseline.node.relax[0]"],
        "ssh": ["restricted: site.yaml:7: baseline.node.restrict.ssh"],
        "metrics": ["added: site.yaml:9: baseline.node.add[0]"],
        "peer-ingress-pods-cls-other001": ["added: site.yaml:13: clusters.cls-sample01.peers[0]"],
        "peer-egress-pods-cls-other001": ["added: site.yaml:13: clusters.cls-sample01.peers[0]"],
    }
    assert shown["forbidden"] == ["ping: site.yaml:5: baseline.node.forbid[0]"]
    assert "ping" not in parts
    assert parts["pod-network"]["source"] == "https://www.tencentcloud.com/document/product/457/9084"


def test_networks_are_resolved(shown: dict[str, Any]) -> None:
    parts = {part["id"]: part for part in shown["requirements"]}
    assert parts["pod-network"]["peers"] == [samples.PODS]
    assert (parts["ssh"]["peers"], parts["ssh"]["need"]) == (["203.0.113.0/24"], "permitted")
    assert parts["node-port-udp"]["need"] == "permitted"
    assert parts["metrics"]["peers"] == [samples.VPC]


def test_waivers_are_shown_in_force_or_not(shown: dict[str, Any]) -> None:
    (waiver,) = shown["waivers"]
    assert (waiver["id"], waiver["owner"], waiver["in_force"]) == ("web", "team-web", False)
    assert (
        "waiver web (excess, ingress): tcp 443 vpc, for sg-11111111, of team-web: expired" in shown["table"]
    )


def test_the_table_has_all_of_it(shown: dict[str, Any]) -> None:
    for part in shown["requirements"]:
        for word in (part["id"], part["need"], *part["peers"], part["source"], *part["changes"]):
            assert word in shown["table"]
    assert "forbidden: ping: site.yaml:5" in shown["table"]
