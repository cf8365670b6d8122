"""What each API does to security groups. The one table of API names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

from sgguard.model.change import Part

Effect = Literal[
    "policies",  # edits rows of the group that the request names
    "creation",  # makes a group, which the response names
    "copy",  # makes a group out of another: the request names the source, the response the new one
    "binding",  # puts groups on instances or interfaces, or takes them off
    "option",  # does something else, and binds groups when the request names some
    "template",  # edits an address or port template, which the rows of any group may use
    "new-template",  # makes a template
    "topology",  # changes a cluster, its nodes or its networks, and may name groups
    "deletion",  # removes a group
    "label",  # changes a group's name or remark
    "unknown",  # not in the table
    "unrelated",  # of a product that does not serve security groups
]

CLUSTER_CALLS: Final = (
    "AddClusterCIDR",
    "AddExistedInstances",
    "AddNodeToNodePool",
    "AddVpcCniSubnets",
    "ClearLaunchConfigurationAttributes",
    "CreateCluster",
    "CreateClusterAsGroup",
    "CreateClusterEndpoint",
    "CreateClusterEndpointVip",
    "CreateClusterInstances",
    "CreateClusterNodePool",
    "CreateClusterNodePoolFromExistingAsg",
    "CreateClusterRoute",
    "CreateClusterVirtualNode",
    "CreateClusterVirtualNodePool",
    "CreateNodePool",
    "DeleteCluster",
    "DeleteClusterAsGroups",
    "DeleteClusterEndpoint",
    "DeleteClusterEndpointVip",
    "DeleteClusterNodePool",
    "DeleteClusterRoute",
    "DeleteClusterVirtualNode",
    "DeleteClusterVirtualNodePool",
    "DeleteNodePool",
    "DisableVpcCniNetworkType",
    "EnableVpcCniNetworkType",
    "ModifyClusterAsGroupAttribute",
    "ModifyClusterAttribute",
    "ModifyClusterEndpointSP",
    "ModifyClusterMachine",
    "ModifyClusterNodePool",
    "ModifyClusterVirtualNodePool",
    "ModifyLaunchConfigurationAttributes",
    "ModifyNodePool",
    "ModifyNodePoolDesiredCapacityAboutAsg",
    "ModifyNodePoolInstanceTypes",
    "RemoveNodeFromNodePool",
    "ScaleInClusterMaster",
    "ScaleNodePool",
    "ScaleOutClusterMaster",
    "UpgradeLaunchConfiguration",
)
"""Calls of tke and autoscaling that change a cluster, its pools or what their nodes will have."""
MACHINE_CALLS: Final = (
    "AttachNetworkInterface",
    "CreateAndAttachNetworkInterface",
    "CreateNetworkInterface",
    "ModifyInstancesVpcAttribute",
    "RunInstances",
)
"""Calls that make or move instances and interfaces. What ends one leaves every other verdict as it is."""
CHURN: Final = frozenset(
    {"AttachNetworkInterface", "CreateAndAttachNetworkInterface", "CreateNetworkInterface"}
)
"""Calls that VPC-CNI makes for every pod that comes. They are understood and not subscribed to: a busy
cluster would use up the day's deliveries, and the sweep finds what they bind."""
NETWORK_CALLS: Final = (
    "AssignIpv6CidrBlock",
    "AssignIpv6CidrBlocks",
    "AssignIpv6SubnetCidrBlock",
    "CreateAssistantCidr",
    "CreateSubnet",
    "CreateSubnets",
    "DeleteAssistantCidr",
    "DeleteSubnet",
    "ModifyAssistantCidr",
    "ModifyVpcAttribute",
    "UnassignIpv6CidrBlock",
    "UnassignIpv6SubnetCidrBlock",
)
"""Calls that change the networks of a VPC."""

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
        "ModifyInstancesAttribute",
        "ModifyNetworkInterface",
        "ModifyNetworkInterfaceAttribute",
        "SetLoadBalancerSecurityGroups",
        "SetSecurityGroupForLoadbalancers",
        "SetSecurityGroups",
    ),
    "template": (
        "AddTemplateMember",
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
    "new-template": (
        "CreateAddress",
        "CreateAddressGroup",
        "CreateAddressTemplate",
        "CreateAddressTemplateGroup",
        "CreateService",
        "CreateServiceGroup",
        "CreateServiceTemplate",
        "CreateServiceTemplateGroup",
    ),
    "topology": (*CLUSTER_CALLS, *NETWORK_CALLS, *MACHINE_CALLS),
    "deletion": ("DeleteSecurityGroup",),
    "label": ("ModifySecurityGroupAttribute", "ModifySecurityGroupAttributes"),
}
EFFECTS: Final[Mapping[str, Effect]] = {api: effect for effect, apis in _TABLE.items() for api in apis}
"""API name to effect: the names of API 3.0 (https://www.tencentcloud.com/document/product/215/15810 and its
neighbours) and the older ones that CloudAudit lists (https://www.tencentcloud.com/document/product/1021/37621)."""

PRODUCTS: Final = frozenset({"as", "autoscaling", "clb", "cvm", "dfw", "tke", "vpc"})
"""Products whose writes may change or bind groups. Whether CloudAudit files the writes of a group under vpc
or cvm is documented nowhere, so both count; dfw was the name of the first security group API."""

NAMES_A_GROUP: Final[frozenset[Effect]] = frozenset({"policies", "creation", "copy", "binding"})
"""Effects of calls that cannot be made without a group. A record of one that names none is incomplete."""

NO_CHANGE: Final[Mapping[Effect, str]] = {
    "new-template": "No row uses a template that was made just now.",
    "deletion": "The group is gone.",
    "label": "The call changes a group's name or remark, not what the group lets through.",
    "unrelated": "The product does not serve security groups.",
}
"""Effects that need no action, and why."""


_STALE: Final[Mapping[Effect, tuple[Part, ...]]] = {
    "binding": ("bindings", "clusters"),
    "option": ("bindings", "clusters"),
    "template": ("names",),
}


def stale_parts(api: str, effect: Effect) -> tuple[Part, ...]:
    """What must be read of the cloud again after a call, besides the rows of the groups that it names."""
    if api in NETWORK_CALLS:
        return ("network",)
    if api in CLUSTER_CALLS or api in MACHINE_CALLS:
        return ("clusters", "bindings", "network")
    return _STALE.get(effect, ())


def effect_of(api: str, products: Collection[str]) -> Effect:
    """What `api` does, served by one of `products`: candidates, none where the record does not tell.

    Other products reuse names, for example AssociateSecurityGroups or CreateService, so the product counts.
    Not so for calls that edit or make groups: their names exist once.
    """
    effect = EFFECTS.get(api, "unknown")
    if effect in ("policies", "creation", "copy") or not products or not PRODUCTS.isdisjoint(products):
        return effect
    return "unrelated"
