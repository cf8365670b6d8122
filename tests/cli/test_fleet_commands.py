"""`discover`, `sweep` and `scan` against the embedded cloud, with keys from the environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from scfshim import Session
from sgguard import wiring
from sgguard.cli import main as cli
from sglab.case import read_json
from sglab.places import demo_state
from tcmock import Cloud, mock_tencentcloud

GROUP, REGION = "sg-demonode", "ap-guangzhou"
OPENED = {"Protocol": "TCP", "Port": "2379", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with mock_tencentcloud() as cloud:
        cloud.load(read_json(demo_state(), dict))  # type: ignore[arg-type]
        for name in ("TENCENTCLOUD_REGION", "SGGUARD_MODE", "SGGUARD_STORE"):
            monkeypatch.delenv(name, raising=False)
        yield cloud
        wiring.forget_instance()
        structlog.reset_defaults()


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> Any:
        """The last line."""
        return json.loads(self.out.strip().splitlines()[-1])


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def runs(*arguments: str, **environment: str) -> Ran:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["sgguard", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return runs


def open_etcd() -> None:
    Session().client("vpc", region=REGION).create_security_group_policies(
        SecurityGroupId=GROUP, SecurityGroupPolicySet={"Ingress": [{**OPENED, "PolicyIndex": 0}]}
    )


def writes(cloud: Cloud) -> list[str]:
    return [call.action for call in cloud.calls[1:] if not call.action.startswith("Describe")]


def test_discover_as_a_table(cloud: Cloud, run: Any) -> None:
    ran = run("discover", "--region", REGION)
    assert ran.code == 0
    assert GROUP in ran.out
    assert "1 clusters in 1 of 1 places: 1 groups covered" in ran.err
    assert writes(cloud) == []


def test_discover_for_programs(cloud: Cloud, run: Any) -> None:
    assert cloud
    document = run("discover", "--region", REGION, "--output", "json").document
    assert document["schema"] == "sgguard/discovery/v1"
    (place,) = document["places"]
    (group,) = place["groups"]
    assert (group["group_id"], group["status"], group["scopes"][0]["role"]) == (GROUP, "covered", "node")
    assert place["observed_at"] > 1e9


def test_discover_explains(cloud: Cloud, run: Any) -> None:
    assert cloud
    ran = run("discover", "--region", REGION, "--explain", GROUP)
    assert "sg-demonode in ap-guangzhou is covered." in ran.out
    assert "cls-demo0001 (node): bound to 3 machines" in ran.out
    assert "pods 172.16.0.0/16" in ran.out
    missing = run("discover", "--region", REGION, "--explain", "sg-elsewher")
    assert (missing.code, "was found nowhere" in missing.out) == (4, True)


def test_discover_without_a_region(cloud: Cloud, run: Any) -> None:
    assert cloud
    ran = run("discover")
    assert (ran.code, "fleet.regions" in ran.err) == (2, True)


def test_a_region_that_cannot_be_read(cloud: Cloud, run: Any) -> None:
    assert cloud
    ran = run("discover", "--region", REGION, "--region", "mars-1")
    assert ran.code == 4
    assert "mars-1 could not be read" in ran.err
    assert GROUP in ran.out


def test_scan_reads_only(cloud: Cloud, run: Any) -> None:
    assert run("scan", "--all", "--region", REGION).code == 0
    open_etcd()
    ran = run("scan", "--all", "--region", REGION, "--output", "jsonl")
    assert ran.code == 3
    line = json.loads(ran.out.splitlines()[0])
    assert (line["group_id"], line["evaluation"]["verdict"]) == (GROUP, "violating")
    assert ran.document["verdicts"] == {"violating": 1}
    assert writes(cloud) == ["CreateSecurityGroupPolicies"]


def test_scan_of_some_groups(cloud: Cloud, run: Any) -> None:
    assert cloud
    assert run("scan", GROUP, "--region", REGION, "--output", "json").document["verdicts"] == {"compliant": 1}
    assert run("scan", "--region", REGION).code == 2


def test_scan_shows_a_table(cloud: Cloud, run: Any) -> None:
    assert cloud
    open_etcd()
    ran = run("scan", "--all", "--region", REGION)
    assert "violating" in ran.out
    assert "1 critical excess" in ran.out


def test_sweep_needs_a_store(cloud: Cloud, run: Any) -> None:
    assert cloud
    ran = run("sweep", "--region", REGION)
    assert (ran.code, "SGGUARD_STORE" in ran.err) == (2, True)


def test_sweep_observes_unless_told_otherwise(cloud: Cloud, run: Any, tmp_path: Path) -> None:
    open_etcd()
    store = str(tmp_path / "state")
    ran = run("sweep", "--region", REGION, "--output", "json", SGGUARD_STORE=store)
    assert (ran.code, ran.document["verdicts"]) == (3, {"violating": 1})
    assert writes(cloud) == []
    ran = run("sweep", "--region", REGION, "--output", "json", SGGUARD_MODE="enforce")
    assert ran.document["results"] == {"reverted": 1}
    assert writes(cloud) == ["DeleteSecurityGroupPolicies"]


def test_sweep_resumes(cloud: Cloud, run: Any, tmp_path: Path) -> None:
    from sgguard.adapters.sqlite_store import SqliteStore
    from sgguard.model.batch import Batch
    from sgguard.sweep.pending import keep_batch

    assert cloud
    store = SqliteStore(str(tmp_path / "state"))
    keep_batch(store, Batch(sweep="s", region=REGION, groups=(GROUP,)), at=1.0)
    store.close()
    ran = run("sweep", "--resume", "--output", "json", SGGUARD_STORE=str(tmp_path / "state"))
    assert ran.document["verdicts"] == {"compliant": 1}


def test_an_account_that_is_not_configured(cloud: Cloud, run: Any) -> None:
    assert cloud
    ran = run("discover", "--region", REGION, "--account", "100000000009")
    assert (ran.code, "not in the config's fleet" in ran.err) == (2, True)
