"""Cloud Custodian judges the cases on standard input; its time and what it found go to standard output.

Runs in an environment of its own (`requirements/e2e-custodian.txt`): it is no part of the project and shares
none of its packages. Importing and loading the policies are not counted, nor is any call of the cloud: rows
come as they would from its own `augment`.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import yaml
from c7n.config import Config
from c7n.loader import PolicyLoader
from c7n.resources import load_resources

POLICIES = Path(__file__).with_name("policies.yaml")
NODE_PORTS = [*range(30000, 32769)]


def main(repeats: int) -> None:
    """Decode and filter everything, `repeats` times; report the quickest of each policy."""
    lines = sys.stdin.buffer.read().splitlines()
    load_resources(("tencentcloud.security-group",))
    text = POLICIES.read_text(encoding="utf-8").replace("NODE_PORTS", ", ".join(map(str, NODE_PORTS)))
    found = []
    for policy in PolicyLoader(Config.empty()).load_data(yaml.safe_load(text), str(POLICIES)):
        policy.validate()
        seconds, matched = [], 0
        for _ in range(repeats):
            began = time.process_time()
            matched = len(policy.resource_manager.filter_resources([resource(line) for line in lines]))
            seconds.append(time.process_time() - began)
        found.append({"policy": policy.name, "seconds": min(seconds), "matched": matched})
    print(json.dumps({"version": version("c7n-tencentcloud"), "found": found}))


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
