"""Milliseconds from a careless call answered to its violation gone, through the whole loop of the lab.

A client opens a group; the emulator writes the audit record, EventBridge matches the rule, SCF runs the guard
in its own process, the guard reads, judges, writes. The clock stops when the cloud has taken the write that
takes the careless row away. The bar is a median of 100 ms with warm instances.

    python benchmarks/lab_loop.py [--runs 200]
"""

from __future__ import annotations

import argparse
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from sglab.lab.telling import called
from sglab.stage import Stage
from tcmock.scf.state import Run

GROUPS = 20
WARM_UP = GROUPS
BAR_MS = 100
OPENED = {"PolicyIndex": 0, "Protocol": "ALL", "Port": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}
LIMITS = {"budget": {"groups": 1000, "percent": 100, "minutes": 1}, "fight": {"reverts": 100, "minutes": 1}}
"""The guard's limits are made for real clusters, in which nobody opens 20 groups a second."""


def cloud() -> dict[str, Any]:
    """One cluster with a group for each of its nodes."""
    rows = [
        {"Protocol": "ALL", "CidrBlock": "172.16.0.0/16", "Action": "ACCEPT"},
        {"Protocol": "ALL", "CidrBlock": "10.0.0.0/16", "Action": "ACCEPT"},
        {"Protocol": "TCP", "Port": "30000-32768", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"},
        {"Protocol": "UDP", "Port": "30000-32768", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"},
    ]
    out = [{"Protocol": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}]
    policies = {"Ingress": rows, "Egress": out}
    numbers = range(GROUPS)
    region = {
        "vpcs": [{"VpcId": "vpc-bench001", "CidrBlock": "10.0.0.0/16"}],
        "subnets": [{"SubnetId": "subnet-bench001", "VpcId": "vpc-bench001", "CidrBlock": "10.0.1.0/24"}],
        "security_groups": [
            {"SecurityGroupId": group(number), "SecurityGroupPolicySet": policies} for number in numbers
        ],
        "instances": [
            {
                "InstanceId": f"ins-bench{number:03}",
                "SubnetId": "subnet-bench001",
                "SecurityGroupIds": [group(number)],
            }
            for number in numbers
        ],
        "clusters": [
            {
                "ClusterId": "cls-bench001",
                "VpcId": "vpc-bench001",
                "ClusterCIDR": "172.16.0.0/16",
                "Instances": [{"InstanceId": f"ins-bench{number:03}"} for number in numbers],
            }
        ],
    }
    return {
        "schema": "tcmock/state/v1",
        "accounts": {"100000000001": {"regions": {"ap-guangzhou": region}}},
    }


def group(number: int) -> str:
    """The id of a group."""
    return f"sg-bench{number % GROUPS:03}"


@contextmanager
def lab() -> Iterator[tuple[Stage, CommonClient]]:
    """The loop, and a client of its cloud."""
    config = json.dumps({"schema": "sgguard/config/v1", "revert": LIMITS}).encode()
    environment = {"SGGUARD_LOG_LEVEL": "debug"}
    with Stage(mode="enforce", state=cloud(), react=True, config=config, environment=environment) as stage:
        key = Credential(stage.credentials.secret_id, stage.credentials.secret_key)
        profile = ClientProfile(httpProfile=HttpProfile(endpoint=stage.endpoint))
        yield stage, CommonClient("vpc", "2017-03-12", key, "ap-guangzhou", profile)


class Watch:
    """When the guard's writes were taken."""

    def __init__(self, stage: Stage) -> None:
        self.taken = threading.Event()
        self.at = 0.0
        stage.cloud.subscribe(self._look)

    def _look(self, record: Mapping[str, object]) -> None:
        if record["eventName"] == "DeleteSecurityGroupPolicies":
            self.at = time.perf_counter()
            self.taken.set()


def timed(stage: Stage, client: CommonClient, runs: int) -> list[float]:
    """Milliseconds of each run, shortest first."""
    watch, durations = Watch(stage), []
    for number in range(WARM_UP + runs):
        watch.taken.clear()
        change = {"SecurityGroupId": group(number), "SecurityGroupPolicySet": {"Ingress": [OPENED]}}
        client.call_json("CreateSecurityGroupPolicies", change)
        answered = time.perf_counter()
        if not watch.taken.wait(30):
            raise SystemExit(f"{group(number)} was not reverted:\n{stage.runs()[-1].log}")
        durations.append(max(watch.at - answered, 0.0) * 1000)
        stage.cloud.settle()
    return sorted(durations[WARM_UP:])


def made(run: Run) -> str:
    """The API calls of one run in short, for example ``2 reads, 1 write``."""
    calls = list(called(run.log.splitlines()))
    reads = sum(call.action.startswith("Describe") for call in calls)
    return f"{reads} reads, {len(calls) - reads} writes"


def main() -> int:
    """Print the figures; exit code 1 if the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    with lab() as (stage, client):
        found = timed(stage, client, options.runs)
        reverts = [run for run in stage.runs() if '"reverted"' in run.answer]
        calls = Counter(map(made, reverts[WARM_UP:]))
        left = [group(n) for n in range(GROUPS) if rows(client, group(n)) != 4]
    median, p95 = statistics.median(found), found[int(len(found) * 0.95)]
    print(f"violation gone after: median {median:.1f} ms, p95 {p95:.1f} ms, max {found[-1]:.1f} ms")
    print(f"({len(found)} runs, warm; bar {BAR_MS} ms)")
    for kind, count in calls.most_common():
        print(f"API calls of a revert: {kind} ({count} times)")
    print("groups left open: " + (", ".join(left) or "none"))
    return 1 if median > BAR_MS or left else 0


def rows(client: CommonClient, group_id: str) -> int:
    """How many ingress rows a group has."""
    answer = client.call_json("DescribeSecurityGroupPolicies", {"SecurityGroupId": group_id})
    return len(answer["Response"]["SecurityGroupPolicySet"]["Ingress"])


if __name__ == "__main__":
    raise SystemExit(main())
