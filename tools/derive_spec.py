"""Derive the API specs that scfshim and tcmock validate with from the vendor's published description.

    python tools/derive_spec.py tccli-*.whl

The wheel of `tccli` (Apache-2.0, https://github.com/TencentCloud/tencentcloud-cli) holds one `api.json` a
service. This keeps the names, types and "required" marks of the actions listed below and nothing else, but
for tcmock also the bare names of the others, so that it can tell them from invented ones; what the vendor
says in prose (limits, exclusive fields) is coded by hand where it matters. See NOTICE.

A member reads `"Limit": "int"`; `!` marks it required, `[…]` a list, a capital letter another object.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent / "shared"

SERVICES = {
    "vpc": "v20170312",
    "cvm": "v20170312",
    "tke": "v20180525",
}

READS = {
    "vpc": ["DescribeSecurityGroupPolicies", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"],
    "cvm": ["DescribeInstances"],
    "tke": ["DescribeClusterInstances", "DescribeClusters"],
}

# What the guard may call. ModifySecurityGroupPolicies is absent on purpose: it has no compare-and-set.
SHIM_ACTIONS = {
    **READS,
    "vpc": [
        *READS["vpc"],
        "CreateSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
        "ReplaceSecurityGroupPolicy",
    ],
}

EMULATED_ACTIONS = {
    **READS,
    "vpc": [
        *SHIM_ACTIONS["vpc"],
        "CreateSecurityGroup",
        "DeleteSecurityGroup",
        "ModifySecurityGroupPolicies",
        "ReplaceSecurityGroupPolicies",
    ],
}

Spec = dict[str, Any]


def member_type(member: Spec) -> str:
    """The type of one member, for example ``[Filter]!``."""
    kind = member["member"] if member["type"] in {"object", "list"} else member["type"]
    listed = f"[{kind}]" if member["type"] == "list" else kind
    return listed + ("!" if member.get("required") else "")


def members(described: Spec, name: str) -> dict[str, str]:
    """Names and types of an object's members, in the vendor's order."""
    return {
        member["name"]: member_type(member)
        for member in described["objects"][name]["members"]
        if not member.get("disabled")
    }


def reachable(described: Spec, name: str, seen: dict[str, dict[str, str]]) -> Iterator[str]:
    """Every object that `name` mentions, transitively."""
    for kind in members(described, name).values():
        inner = kind.strip("[]!")
        if inner in described["objects"] and inner not in seen:
            seen[inner] = members(described, inner)
            yield inner
            yield from reachable(described, inner, seen)


def prune(described: Spec, actions: list[str], *, outputs: bool) -> Spec:
    """The part of one description that `actions` need; with outputs also the names of the other actions."""
    objects: dict[str, dict[str, str]] = {}
    kept: dict[str, Spec] = {}
    for action in sorted(actions):
        names = described["actions"][action]
        kept[action] = {"input": members(described, names["input"])}
        list(reachable(described, names["input"], objects))
        if outputs:
            kept[action]["output"] = members(described, names["output"])
            list(reachable(described, names["output"], objects))
    pruned: Spec = {
        "version": described["metadata"]["apiVersion"],
        "actions": kept,
        "objects": dict(sorted(objects.items())),
    }
    if outputs:
        pruned["others"] = sorted(set(described["actions"]) - set(actions))
    return pruned


def render(spec: Spec) -> str:
    """JSON with one action or object a line, so that a change reads as a change."""
    services = []
    for service, part in spec.items():
        sections = []
        for section in ("actions", "objects"):
            lines = ",\n".join(
                f"   {json.dumps(name)}: {json.dumps(body)}" for name, body in part[section].items()
            )
            sections.append(f"  {json.dumps(section)}: {{\n{lines}\n  }}")
        if "others" in part:
            sections.append(f'  "others": {json.dumps(part["others"])}')
        body = ",\n".join([f'  "version": {json.dumps(part["version"])}', *sections])
        services.append(f" {json.dumps(service)}: {{\n{body}\n }}")
    return "{\n" + ",\n".join(services) + "\n}\n"


def main(wheel: str) -> None:
    """Write both specs."""
    with zipfile.ZipFile(wheel) as archive:
        described = {
            service: json.loads(archive.read(f"tccli/services/{service}/{version}/api.json"))
            for service, version in SERVICES.items()
        }
    for target, actions, outputs in (
        ("scfshim/spec.json", SHIM_ACTIONS, False),
        ("tcmock/spec.json", EMULATED_ACTIONS, True),
    ):
        spec = {s: prune(described[s], actions[s], outputs=outputs) for s in SERVICES}
        (ROOT / target).write_text(render(spec), encoding="utf-8")
        print(f"shared/{target}")


if __name__ == "__main__":
    main(*sys.argv[1:])
