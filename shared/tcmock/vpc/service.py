"""Which actions of vpc exist here."""

from __future__ import annotations

from tcmock.invocation import Action, Resource, Service
from tcmock.parameters import Params
from tcmock.vpc import group_actions, network_actions, policy_actions

_CHANGED_GROUP = Resource(
    kind="sg",
    type_class="QCS::VPC::SecurityGroup",
    id_of=lambda params, _: params.text("SecurityGroupId"),
)
_CREATED_GROUP = Resource(
    kind="sg",
    type_class="QCS::VPC::SecurityGroup",
    id_of=lambda _, answer: Params(answer).child("SecurityGroup").text("SecurityGroupId"),
)

VPC = Service(
    "vpc",
    {
        "CreateSecurityGroup": Action(group_actions.create, _CREATED_GROUP),
        "CreateSecurityGroupPolicies": Action(policy_actions.create, _CHANGED_GROUP),
        "DeleteSecurityGroup": Action(group_actions.delete, _CHANGED_GROUP),
        "DeleteSecurityGroupPolicies": Action(policy_actions.delete, _CHANGED_GROUP),
        "DescribeSecurityGroupPolicies": Action(policy_actions.describe),
        "DescribeSecurityGroups": Action(group_actions.describe),
        "DescribeSubnets": Action(network_actions.describe_subnets),
        "DescribeVpcs": Action(network_actions.describe_vpcs),
        "ModifySecurityGroupPolicies": Action(policy_actions.modify, _CHANGED_GROUP),
        "ReplaceSecurityGroupPolicies": Action(policy_actions.replace_many, _CHANGED_GROUP),
        "ReplaceSecurityGroupPolicy": Action(policy_actions.replace_one, _CHANGED_GROUP),
    },
)
