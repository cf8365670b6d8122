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

READS = {
    "vpc": ["DescribeSecurityGroupPolicies", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"],
    "cvm": ["DescribeInstances"],
    "tke": ["DescribeClusterInstances", "DescribeClusters"],
}

TEMPLATES = ("AddressTemplate", "AddressTemplateGroup", "ServiceTemplate", "ServiceTemplateGroup")

# What the guard may call. ModifySecurityGroupPolicies is absent on purpose: it has no compare-and-set.
SHIM_ACTIONS = {
    ("vpc", "v20170312"): [
        *READS["vpc"],
        "DescribeNetworkInterfaces",
        *(f"Describe{template}s" for template in TEMPLATES),
        "CreateSecurityGroupPolicies",
        "DeleteSecurityGroupPolicies",
        "ReplaceSecurityGroupPolicy",
    ],
    ("cvm", "v20170312"): READS["cvm"],
    ("tke", "v20180525"): [
        *READS["tke"],
        "DescribeClusterEndpoints",
        "DescribeClusterRoutes",
        "DescribeIPAMD",
    ],
    ("tke", "v20220501"): ["DescribeClusterInstances", "DescribeNodePools"],
    ("autoscaling", "v20180419"): ["DescribeLaunchConfigurations"],
    ("cloudaudit", "v20190319"): ["DescribeEvents"],
    ("scf", "v20180416"): ["Invoke"],
    ("sts", "v20180813"): ["AssumeRole", "GetCallerIdentity"],
    ("ssm", "v20190923"): ["GetSecretValue"],
}

EMULATED_ACTIONS = {
    ("vpc", "v20170312"): [
        *SHIM_ACTIONS["vpc", "v20170312"],
        "ModifySecurityGroupPolicies",
        "ReplaceSecurityGroupPolicies",
        "DescribeSecurityGroupExpandedPolicies",
        "CloneSecurityGroup",
        "CreateDefaultSecurityGroup",
        "CreateSecurityGroup",
        "CreateSecurityGroupWithPolicies",
        "DeleteSecurityGroup",
        "ModifySecurityGroupAttribute",
        "DescribeSecurityGroupAssociationStatistics",
        "DescribeSecurityGroupLimits",
        "DescribeSecurityGroupReferences",
        *(f"Create{template}" for template in TEMPLATES),
        *(f"Delete{template}" for template in TEMPLATES),
        *(f"Describe{template}s" for template in TEMPLATES),
        *(f"Modify{template}Attribute" for template in TEMPLATES),
        "AddTemplateMember",
        "DeleteTemplateMember",
        "ModifyTemplateMember",
        "DescribeTemplateLimits",
        "DescribeSnapshotPolicies",
        "DescribeVpcTaskResult",
        "AssociateNetworkInterfaceSecurityGroups",
        "CreateNetworkInterface",
        "DescribeNetworkInterfaces",
        "DisassociateNetworkInterfaceSecurityGroups",
        "ModifyNetworkInterfaceAttribute",
    ],
    ("cvm", "v20170312"): [
        *READS["cvm"],
        "AssociateSecurityGroups",
        "DisassociateSecurityGroups",
        "ModifyInstancesAttribute",
        "RunInstances",
    ],
    ("tke", "v20180525"): [
        *READS["tke"],
        "DescribeClusterEndpoints",
        "DescribeClusterNodePools",
        "DescribeClusterRouteTables",
        "DescribeClusterRoutes",
        "DescribeIPAMD",
    ],
    ("tke", "v20220501"): [
        "DescribeClusterInstances",
        "DescribeClusters",
        "DescribeNodePools",
        "ModifyClusterMachine",
    ],
    ("autoscaling", "v20180419"): ["DescribeLaunchConfigurations"],
    ("cam", "v20190116"): [
        "AttachRolePolicy",
        "CreatePolicy",
        "CreateRole",
        "DeletePolicy",
        "DeleteRole",
        "DescribeRoleList",
        "DetachRolePolicy",
        "GetPolicy",
        "GetRole",
        "GetUserAppId",
        "ListAttachedRolePolicies",
        "ListPolicies",
        "UpdateAssumeRolePolicy",
        "UpdatePolicy",
    ],
    ("sts", "v20180813"): ["AssumeRole", "GetCallerIdentity"],
    ("cloudaudit", "v20190319"): [
        "CreateAuditTrack",
        "DeleteAuditTrack",
        "DescribeAuditTrack",
        "DescribeAuditTracks",
        "DescribeEvents",
        "ModifyAuditTrack",
    ],
    ("ssm", "v20190923"): ["GetSecretValue"],
    ("eb", "v20210416"): [
        "CheckRule",
        "CreateEventBus",
        "CreateRule",
        "CreateTarget",
        "DeleteEventBus",
        "DeleteRule",
        "DeleteTarget",
        "GetEventBus",
        "GetRule",
        "ListEventBuses",
        "ListRules",
        "ListTargets",
        "PutEvents",
        "UpdateRule",
        "UpdateTarget",
    ],
    ("scf", "v20180416"): [
        "CreateAlias",
        "CreateFunction",
        "CreateTrigger",
        "DeleteAlias",
        "DeleteFunction",
        "DeleteReservedConcurrencyConfig",
        "DeleteTrigger",
        "GetAlias",
        "GetFunction",
        "GetFunctionAddress",
        "GetFunctionEventInvokeConfig",
        "GetFunctionLogs",
        "GetReservedConcurrencyConfig",
        "Invoke",
        "InvokeFunction",
        "ListAliases",
        "ListFunctions",
        "ListTriggers",
        "ListVersionByFunction",
        "PublishVersion",
        "PutReservedConcurrencyConfig",
        "UpdateAlias",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "UpdateFunctionEventInvokeConfig",
        "UpdateTrigger",
        "UpdateTriggerStatus",
    ],
    ("tag", "v20180813"): ["GetResources"],
}

# The vendor writes some members of lists by their width.
PLAIN_TYPES = {"int64": "int", "uint64": "int"}

Spec = dict[str, Any]


def member_type(member: Spec) -> str:
    """The type of one member, for example ``[Filter]!``."""
    written: str = member["member"] if member["type"] in {"object", "list"} else member["type"]
    kind = PLAIN_TYPES.get(written, written)
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
        "product": described["metadata"]["serviceShortName"],
        "version": described["metadata"]["apiVersion"],
        "actions": kept,
        "objects": dict(sorted(objects.items())),
    }
    if outputs:
        pruned["others"] = sorted(set(described["actions"]) - set(actions))
    return pruned


def body(part: Spec, margin: str) -> str:
    """One version as JSON with one action or object a line, so that a change reads as a change."""
    sections = [f'{margin} "version": {json.dumps(part["version"])}']
    for section in ("actions", "objects"):
        lines = ",\n".join(
            f"{margin}  {json.dumps(name)}: {json.dumps(shape)}" for name, shape in part[section].items()
        )
        sections.append(f"{margin} {json.dumps(section)}: {{\n{lines}\n{margin} }}")
    if "others" in part:
        sections.append(f'{margin} "others": {json.dumps(part["others"])}')
    return "{\n" + ",\n".join(sections) + f"\n{margin}}}"


def shim_spec(parts: list[Spec]) -> str:
    """JSON with the first version of each product under its name, others under name and version."""
    names: list[str] = []
    for part in parts:
        product = part["product"]
        names.append(f"{product}/{part['version']}" if product in names else product)
    services = [f" {json.dumps(name)}: {body(part, ' ')}" for name, part in zip(names, parts, strict=True)]
    return "{\n" + ",\n".join(services) + "\n}\n"


def emulator_spec(parts: list[Spec]) -> str:
    """JSON with a list of versions for each product."""
    products = sorted({part["product"] for part in parts})
    listed = [
        f" {json.dumps(product)}: [\n"
        + ",\n".join(f"  {body(part, '  ')}" for part in parts if part["product"] == product)
        + "\n ]"
        for product in products
    ]
    return "{\n" + ",\n".join(listed) + "\n}\n"


def main(wheel: str) -> None:
    """Write both specs."""
    with zipfile.ZipFile(wheel) as archive:
        described = {
            (folder, version): json.loads(archive.read(f"tccli/services/{folder}/{version}/api.json"))
            for folder, version in SHIM_ACTIONS | EMULATED_ACTIONS
        }
    shim = [prune(described[key], actions, outputs=False) for key, actions in SHIM_ACTIONS.items()]
    emulator = [prune(described[key], actions, outputs=True) for key, actions in EMULATED_ACTIONS.items()]
    for target, text in (
        ("scfshim/spec.json", shim_spec(shim)),
        ("tcmock/spec.json", emulator_spec(emulator)),
    ):
        (ROOT / target).write_text(text, encoding="utf-8")
        print(f"shared/{target}")


if __name__ == "__main__":
    main(*sys.argv[1:])
