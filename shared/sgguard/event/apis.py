"""What each API does to security groups. The one table of API names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

Effect = Literal[
    "policies",  # edits rows of the group that the request names
    "creation",  # makes a group, which the response names
    "copy",  # makes a group out of another: the request names the source, the response the new one
    "binding",  # puts groups on instances or interfaces, or takes them off
    "option",  # does something else, and binds groups when the request names some
    "template",  # edits an address or port template, which the rows of any group may use
    "deletion",  # removes a group
    "label",  # changes a group's name or remark
    "unknown",  # not in the table
    "unrelated",  # of a product that does not serve security groups
]

_TABLE: Final[Mapping[Effect, tuple[str, ...]]] = {
    "policies": (
        "CreateSecurityGroupPolicies",
        "CreateSecurityGroupPolicy",
        "DeleteSecurityGroupPolicies",
        "DeleteSecurityGroupPolicy",
        "ModifySecurityGroupPolicies",
        "ModifySecurityGroupPolicy",
        "ModifySecurityGroupPolicys",
        "ModifySingleSecurityGroupPolicy",
        "ReplaceSecurityGroupPolicies",
        "ReplaceSecurityGroupPolicy",
    ),
    "creation": (
        "CreateDefaultSecurityGroup",
        "CreateSecurityGroup",
        "CreateSecurityGroupWithPolicies",
    ),
    "copy": ("CloneSecurityGroup", "CloneSecurityGroups"),
    "binding": (
        "AssociateNetworkInterfaceSecurityGroups",
        "AssociateSecurityGroups",
        "DisassociateNetworkInterfaceSecurityGroups",
        "DisassociateSecurityGroups",
    ),
    "option": (
        "AddExistedInstances",
        "CreateAndAttachNetworkInterface",
        "CreateClusterEndpoint",
        "CreateClusterEndpointVip",
        "CreateClusterInstances",
        "CreateClusterVirtualNodePool",
        "CreateNetworkInterface",
        "ModifyClusterEndpointSP",
        "ModifyClusterMachine",
        "ModifyClusterVirtualNodePool",
        "ModifyInstancesAttribute",
        "ModifyNetworkInterface",
        "ModifyNetworkInterfaceAttribute",
        "RunInstances",
        "SetLoadBalancerSecurityGroups",
        "SetSecurityGroupForLoadbalancers",
        "SetSecurityGroups",
    ),
    "template": (
        "AddTemplateMember",
        "CreateAddress",
        "CreateAddressGroup",
        "CreateAddressTemplate",
        "CreateAddressTemplateGroup",
        "CreateService",
        "CreateServiceGroup",
        "CreateServiceTemplate",
        "CreateServiceTemplateGroup",
        "DeleteAddress",
        "DeleteAddressGroup",
        "DeleteAddressTemplate",
        "DeleteAddressTemplateGroup",
        "DeleteService",
        "DeleteServiceGroup",
        "DeleteServiceTemplate",
        "DeleteServiceTemplateGroup",
        "DeleteTemplateMember",
        "ModifyAddressAttribute",
        "ModifyAddressGroupAttribute",
        "ModifyAddressTemplateAttribute",
        "ModifyAddressTemplateGroupAttribute",
        "ModifyServiceGroupAttribute",
        "ModifyServiceTemplateAttribute",
        "ModifyServiceTemplateGroupAttribute",
        "ModifyTemplateMember",
    ),
    "deletion": ("DeleteSecurityGroup",),
    "label": ("ModifySecurityGroupAttribute", "ModifySecurityGroupAttributes"),
}
EFFECTS: Final[Mapping[str, Effect]] = {api: effect for effect, apis in _TABLE.items() for api in apis}
"""API name to effect: the names of API 3.0 (https://www.tencentcloud.com/document/product/215/15810 and its
neighbours) and the older ones that CloudAudit lists (https://www.tencentcloud.com/document/product/1021/37621)."""

PRODUCTS: Final = frozenset({"clb", "cvm", "dfw", "tke", "vpc"})
"""Products whose writes may change or bind groups. Whether CloudAudit files the writes of a group under vpc
or cvm is documented nowhere, so both count; dfw was the name of the first security group API."""

NAMES_A_GROUP: Final[frozenset[Effect]] = frozenset({"policies", "creation", "copy", "binding"})
"""Effects of calls that cannot be made without a group. A record of one that names none is incomplete."""

NO_CHANGE: Final[Mapping[Effect, str]] = {
    "template": "A parameter template changed; the sweep finds the groups that use it.",
    "deletion": "The group is gone.",
    "label": "The call changes a group's name or remark, not what the group lets through.",
    "unrelated": "The product does not serve security groups.",
}
"""Effects that need no action, and why."""


def effect_of(api: str, products: Collection[str]) -> Effect:
    """What `api` does, served by one of `products`: candidates, none where the record does not tell.

    Other products reuse names, for example AssociateSecurityGroups or CreateService, so the product counts.
    Not so for calls that edit or make groups: their names exist once.
    """
    effect = EFFECTS.get(api, "unknown")
    if effect in ("policies", "creation", "copy") or not products or not PRODUCTS.isdisjoint(products):
        return effect
    return "unrelated"
