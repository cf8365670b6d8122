"""Cloud Custodian judges the cases on standard input; its time and what it found go to standard output.

Runs in an environment of its own (`requirements.txt`): it is no part of the project and shares none of its
packages. Loading the policy and importing are not counted, nor is any call of the cloud: rows come as they
would from its own `augment`.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from c7n.config import Config
from c7n.loader import PolicyLoader
from c7n.resources import load_resources

POLICY = Path(__file__).with_name("policy.yaml")


def main(repeats: int) -> None:
    """Decode and filter everything, `repeats` times; report the quickest."""
    lines = sys.stdin.buffer.read().splitlines()
    load_resources(("tencentcloud.security-group",))
    (policy,) = PolicyLoader(Config.empty()).load_file(POLICY)
    policy.validate()
    seconds, matched = [], 0
    for _ in range(repeats):
        began = time.process_time()
        matched = len(policy.resource_manager.filter_resources([resource(line) for line in lines]))
        seconds.append(time.process_time() - began)
    print(json.dumps({"version": version("c7n-tencentcloud"), "seconds": min(seconds), "matched": matched}))


def resource(line: bytes) -> dict[str, object]:
    """A case as the resource that Custodian makes of the answers."""
    case = json.loads(line)
    rows = case["group"]["Response"]["SecurityGroupPolicySet"]
    return {
        "SecurityGroupId": case["id"],
        "IpPermissions": rows["Ingress"],
        "IpPermissionsEgress": rows["Egress"],
    }


main(int(sys.argv[1]))
