"""Which actions of vpc exist here, what they change, and what else than their own name allows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tcmock.invocation import Action, Product, Service
from tcmock.section import Section
from tcmock.vpc import (
    group_actions,
    group_creation,
    group_document,
    group_usage,
    interface_actions,
    interface_creation,
    interface_document,
    network_actions,
    network_document,
    policy_actions,
    policy_views,
    snapshot_policies,
    task_actions,
    template_actions,
    template_document,
    template_member,
)
from tcmock.vpc.resources import (
    CHANGED_GROUP,
    CHANGED_INTERFACES,
    CHANGED_MEMBERS,
    MADE_GROUP,
    MADE_INTERFACE,
    any_group,
    changed_template,
    made_template,
    this_group,
)
from tcmock.vpc.template import KINDS, Kind

# Where two names were seen at work, the first is the one that the vendor's refusals tell.
_GROUPS: Mapping[str, Action] = {
    "CloneSecurityGroup": Action(
        group_creation.clone, MADE_GROUP, this_group("cvm:CloneSecurityGroup", "cvm:CreateSecurityGroup")
    ),
    "CreateDefaultSecurityGroup": Action(
        group_creation.create_default, MADE_GROUP, any_group("cvm:CreateSecurityGroup")
    ),
    "CreateSecurityGroup": Action(group_creation.create, MADE_GROUP, any_group("cvm:CreateSecurityGroup")),
    "CreateSecurityGroupWithPolicies": Action(
        group_creation.create_with_policies, MADE_GROUP, any_group("cvm:CreateSecurityGroup")
    ),
    "DeleteSecurityGroup": Action(group_actions.delete, CHANGED_GROUP, this_group("cvm:DeleteSecurityGroup")),
    "DescribeSecurityGroupAssociationStatistics": Action(
        group_usage.statistics, permission=any_group("cvm:DescribeSecurityGroupAssociationStatistics")
    ),
    "DescribeSecurityGroupLimits": Action(
        group_usage.limits, permission=any_group("cvm:DescribeSecurityGroupLimits")
    ),
    "DescribeSecurityGroupReferences": Action(
        group_usage.references, permission=any_group("cvm:DescribeSecurityGroupReferences")
    ),
    "DescribeSecurityGroups": Action(
        group_actions.describe, permission=any_group("cvm:DescribeSecurityGroups")
    ),
    "ModifySecurityGroupAttribute": Action(
        group_actions.modify,
        CHANGED_GROUP,
        this_group("cvm:ModifySecurityGroupAttributes", "cvm:ModifySecurityGroupAttribute"),
    ),
}
_POLICIES: Mapping[str, Action] = {
    "CreateSecurityGroupPolicies": Action(
        policy_actions.create,
        CHANGED_GROUP,
        this_group("vpc:CreateSecurityGroupPolicies", "cvm:CreateSecurityGroupPolicy"),
    ),
    "DeleteSecurityGroupPolicies": Action(
        policy_actions.delete,
        CHANGED_GROUP,
        this_group("cvm:DeleteSecurityGroupPolicy", "cvm:DeleteSecurityGroupPolicies"),
    ),
    "DescribeSecurityGroupExpandedPolicies": Action(
        policy_views.describe_expanded,
        permission=this_group(
            "cvm:DescribeSecurityGroupPolicys", "cvm:DescribeSecurityGroupExpandedPolicies"
        ),
    ),
    "DescribeSecurityGroupPolicies": Action(
        policy_views.describe,
        permission=this_group("cvm:DescribeSecurityGroupPolicys", "cvm:DescribeSecurityGroupPolicies"),
    ),
    "ModifySecurityGroupPolicies": Action(
        policy_actions.modify,
        CHANGED_GROUP,
        this_group("cvm:ModifySecurityGroupPolicys", "cvm:ModifySecurityGroupPolicies"),
    ),
    "ReplaceSecurityGroupPolicies": Action(
        policy_actions.replace_many, CHANGED_GROUP, this_group("cvm:ReplaceSecurityGroupPolicies")
    ),
    "ReplaceSecurityGroupPolicy": Action(
        policy_actions.replace_one,
        CHANGED_GROUP,
        this_group("cvm:ModifySingleSecurityGroupPolicy", "cvm:ReplaceSecurityGroupPolicy"),
    ),
}
_INTERFACES: Mapping[str, Action] = {
    "AssociateNetworkInterfaceSecurityGroups": Action(interface_actions.associate, CHANGED_INTERFACES),
    "CreateNetworkInterface": Action(interface_creation.create, MADE_INTERFACE),
    "DescribeNetworkInterfaces": Action(interface_actions.describe),
    "DisassociateNetworkInterfaceSecurityGroups": Action(interface_actions.disassociate, CHANGED_INTERFACES),
    "ModifyNetworkInterfaceAttribute": Action(interface_actions.modify, CHANGED_INTERFACES),
}
_MEMBERS: Mapping[str, Action] = {
    "AddTemplateMember": Action(template_member.add, CHANGED_MEMBERS),
    "DeleteTemplateMember": Action(template_member.delete, CHANGED_MEMBERS),
    "ModifyTemplateMember": Action(template_member.modify, CHANGED_MEMBERS),
}


def _templates(kind: Kind) -> Mapping[str, Action]:
    return {
        f"Create{kind.noun}": Action(partial(template_actions.create, kind), made_template(kind)),
        f"Delete{kind.noun}": Action(partial(template_actions.delete, kind), changed_template(kind)),
        f"Describe{kind.noun}s": Action(partial(template_actions.describe, kind)),
        f"Modify{kind.noun}Attribute": Action(partial(template_actions.modify, kind), changed_template(kind)),
    }


_ACTIONS: Mapping[str, Action] = {
    **_GROUPS,
    **_POLICIES,
    **_INTERFACES,
    **_MEMBERS,
    **{name: action for kind in KINDS for name, action in _templates(kind).items()},
    "DescribeSnapshotPolicies": Action(snapshot_policies.describe),
    "DescribeSubnets": Action(network_actions.describe_subnets),
    "DescribeTemplateLimits": Action(template_actions.describe_limits),
    "DescribeVpcTaskResult": Action(task_actions.describe),
    "DescribeVpcs": Action(network_actions.describe_vpcs),
}

VPC = Product(
    services=(Service("vpc", "2017-03-12", _ACTIONS),),
    region_sections=(
        Section("vpcs", network_document.add_vpc, network_document.dump_vpcs),
        Section("subnets", network_document.add_subnet, network_document.dump_subnets),
        *template_document.sections(),
        Section("security_groups", group_document.add, group_document.dump, group_document.load),
        Section("snapshot_policies", snapshot_policies.add, snapshot_policies.dump),
        Section("network_interfaces", interface_document.add, interface_document.dump, late=True),
    ),
)
