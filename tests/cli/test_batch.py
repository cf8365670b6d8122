"""`sgguard evaluate --batch`, line for line against a walk that shares no code with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import random_cases
import samples
import second_opinion
from hypothesis import settings

COUNT = 100 if settings.default.max_examples < 1000 else 1000
"""Cases; `make fuzz` takes a thousand."""

DEFAULTS: dict[str, list[samples.Row]] = {"node": samples.NODE_ROWS, "master": samples.MASTER_ROWS}


def random_row(random: Random) -> dict[str, Any]:
    protocol = random.choice(["ALL", "tcp", "tcp", "UDP", "icmp", "icmpv6", "gre"])
    row: dict[str, Any] = {
        "Protocol": protocol,
        "Port": random.choice(random_cases.PORTS) if protocol in {"tcp", "UDP"} else "ALL",
        "Action": random.choice(["ACCEPT", "ACCEPT", "DROP"]),
    }
    if random.random() < 0.2:
        return {**row, **named(random.choice(random_cases.REFERENCES))}
    cidr = random.choice(random_cases.CIDRS)
    return {**row, "Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr}


def named(name: str) -> dict[str, Any]:
    if name.startswith("sg-"):
        return {"SecurityGroupId": name}
    return {"AddressTemplate": {"AddressGroupId" if name.startswith("ipmg") else "AddressId": name}}


def random_case(random: Random, number: int) -> dict[str, Any]:
    cluster = random.choice(random_cases.CLUSTERS)
    ingress = [random_row(random) for _ in range(random.randrange(7))]
    egress = [random_row(random) for _ in range(random.randrange(4))]
    if random.random() < 0.6:  # on top of what TKE makes, for half of the networks
        ingress = ingress[:2] + [samples.wire_row(row) for row in DEFAULTS[cluster["role"]]]
        egress = egress[:1] + [samples.wire_row(row) for row in samples.EGRESS_ROWS]
    return {
        "id": f"case-{number}",
        "group": {"Version": "3", "Ingress": ingress, "Egress": egress},
        "cluster": cluster,
        "templates": random_cases.TEMPLATES,
    }


def test_every_line_agrees() -> None:
    random = Random(2026)  # noqa: S311 (not a secret)
    cases = [random_case(random, number) for number in range(COUNT)]
    result = subprocess.run(
        [str(Path(sys.executable).with_name("sgguard")), "evaluate", "--batch", "-", "--output", "jsonl"],
        input="".join(json.dumps(case) + "\n" for case in cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (3, "")
    evaluations = [json.loads(line) for line in result.stdout.splitlines()]
    assert [evaluation["id"] for evaluation in evaluations] == [case["id"] for case in cases]
    assert {evaluation["verdict"] for evaluation in evaluations} == {"compliant", "violating", "undetermined"}
    for case, evaluation in zip(cases, evaluations, strict=True):
        second_opinion.check(case, evaluation)
