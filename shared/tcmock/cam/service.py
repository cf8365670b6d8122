"""Which actions of cam exist here, and what they change."""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.cam import document, policies, roles
from tcmock.invocation import Action, Answer, Invocation, Product, Resource, Service
from tcmock.parameters import Params
from tcmock.section import Section

_ROLE, _POLICY = "QCS::CAM::Role", "QCS::CAM::Policy"


def describe_user(call: Invocation) -> Answer:
    """Who calls: the account, or the user of it."""
    account = call.account
    uin = call.key.principal_id if call.key.type == "CAMUser" else ""
    return {"Uin": uin or account.uin, "OwnerUin": account.uin, "AppId": int(account.app_id)}


def _role(params: Params, _: Answer) -> Sequence[str]:
    names = ("RoleId", "RoleName", "AttachRoleId", "AttachRoleName", "DetachRoleId", "DetachRoleName")
    return [f"role/{params.text(name)}" for name in names if params.text(name)]


def _made_role(_: Params, answer: Answer) -> Sequence[str]:
    return _role(Params(answer), answer)


def _policies(params: Params, _: Answer) -> Sequence[str]:
    return [f"policy/{policy_id}" for policy_id in params.numbers("PolicyId")]


def _made_policy(_: Params, answer: Answer) -> Sequence[str]:
    return [f"policy/{Params(answer).number('PolicyId')}"]


CAM = Product(
    services=(
        Service(
            "cam",
            "2019-01-16",
            {
                "AttachRolePolicy": Action(policies.attach, Resource(_ROLE, _role)),
                "CreatePolicy": Action(policies.create, Resource(_POLICY, _made_policy)),
                "CreateRole": Action(roles.create, Resource(_ROLE, _made_role)),
                "DeletePolicy": Action(policies.delete, Resource(_POLICY, _policies)),
                "DeleteRole": Action(roles.delete, Resource(_ROLE, _role)),
                "DescribeRoleList": Action(roles.describe),
                "DetachRolePolicy": Action(policies.detach, Resource(_ROLE, _role)),
                "GetPolicy": Action(policies.get),
                "GetRole": Action(roles.get),
                "GetUserAppId": Action(describe_user),
                "ListAttachedRolePolicies": Action(policies.describe_attached),
                "ListPolicies": Action(policies.describe),
                "UpdateAssumeRolePolicy": Action(roles.update_trust, Resource(_ROLE, _role)),
                "UpdatePolicy": Action(policies.update, Resource(_POLICY, _made_policy)),
            },
            regional=False,
        ),
    ),
    account_sections=(
        Section("policies", document.add_policy, document.dump_policies),
        Section("roles", document.add_role, document.dump_roles),
        Section("keys", document.add_key, document.dump_keys),
    ),
)
