"""Which API calls a change costs: cold, warm, reverted in one direction and in two, and for a template edit.

    python benchmarks/change_calls.py

The function's own pipeline on the embedded cloud. Bars: a compliant change costs one read with warm facts; a
revert one read before, and a write with the read that checks it for each direction, which is less than the
two reads and one write for each that are allowed. Exit code 1 if one does not hold.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable

import msgspec
import structlog

from sgguard import pipeline, wiring
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sglab.case import read_json
from sglab.places import demo_state
from tcmock import Cloud, mock_tencentcloud

GROUP, REGION = "sg-demonode", "ap-guangzhou"
ETCD = {"Protocol": "TCP", "Port": "2379", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT", "PolicyIndex": 0}
SHUT = {"Protocol": "ALL", "Port": "ALL", "CidrBlock": "172.16.0.0/16", "Action": "DROP", "PolicyIndex": 0}


def read(cloud: Cloud, action: str, **parameters: object) -> None:
    """A call of somebody else's: its cost is not the guard's."""
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.credential import Credential

    credential = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
    CommonClient("vpc", "2017-03-12", credential, REGION).call_json(action, parameters)


def open_etcd(cloud: Cloud) -> None:
    """One row too many, inbound."""
    read(
        cloud,
        "CreateSecurityGroupPolicies",
        SecurityGroupId=GROUP,
        SecurityGroupPolicySet={"Ingress": [ETCD]},
    )


def shut_pods_off(cloud: Cloud) -> None:
    """Pods are cut off outbound."""
    read(
        cloud, "CreateSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet={"Egress": [SHUT]}
    )


def both_directions(cloud: Cloud) -> None:
    """Another inbound, and pods cut off outbound."""
    open_etcd(cloud)
    shut_pods_off(cloud)


def nothing(_cloud: Cloud) -> None:
    """A change that leaves the group as it should be."""


SCENES: tuple[tuple[str, Callable[[Cloud], None], int, int], ...] = (
    ("compliant, cold", nothing, 99, 0),
    ("compliant, warm", nothing, 1, 0),
    ("reverted inbound, warm", open_etcd, 2, 1),
    ("reverted outbound, warm", shut_pods_off, 2, 1),
    ("reverted both ways, warm", both_directions, 3, 2),
)
"""Name, what happens, reads and writes at the most."""


def main() -> int:
    """Play every scene and print its calls."""
    failed = 0
    with mock_tencentcloud() as cloud, tempfile.TemporaryDirectory() as folder:
        cloud.load(msgspec.convert(read_json(demo_state(), dict), dict[str, object]))
        wiring.configure_logging("error", sys.stderr)
        settings = {**os.environ, "SGGUARD_MODE": "enforce", "SGGUARD_STORE": f"{folder}/state"}
        guard = wiring.build_guard(read_settings(settings), None, structlog.get_logger())
        for name, happen, reads, writes in SCENES:
            happen(cloud)
            made = calls(cloud, guard)
            read_count = sum(action.startswith("Describe") for action in made)
            holds = read_count <= reads and len(made) - read_count <= writes
            failed += not holds
            verdict = "" if holds else " DOES NOT HOLD"
            print(f"{name}: {read_count} reads, {len(made) - read_count} writes{verdict}")
            print(f"  {', '.join(made)}")
        wiring.forget_instance()
    return int(failed > 0)


def calls(cloud: Cloud, guard: Guard) -> list[str]:
    """What the guard asks for, to judge the group and put it right."""
    before = len(cloud.calls)
    event = {"schema": "sgguard/batch/v1", "sweep": "bench", "region": REGION, "groups": [GROUP]}
    pipeline.run(event, guard)
    return [call.action for call in cloud.calls[before:]]


if __name__ == "__main__":
    sys.exit(main())
