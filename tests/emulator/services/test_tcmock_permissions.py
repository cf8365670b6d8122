"""What a role may do: nothing unless a policy says so, and never what one denies. Nobody else is checked."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tcmock.catalogue import SERVICES
from tcmock.spec import products

ACCOUNT, GROUP, OTHER = "100000000001", "sg-0000000a", "sg-0000000b"
ARN = f"qcs::cvm:ap-guangzhou:uin/{ACCOUNT}:sg/{GROUP}"
EVERY_ACTION = [
    pytest.param(product, version, action, id=f"{product}-{version[:4]}-{action}")
    for (product, version), service in SERVICES.items()
    for action in sorted(service.actions)
]
LEGACY = {
    "DescribeSecurityGroupPolicies": (
        "cvm:DescribeSecurityGroupPolicys",
        "cvm:DescribeSecurityGroupPolicies",
    ),
    "CreateSecurityGroupPolicies": ("vpc:CreateSecurityGroupPolicies", "cvm:CreateSecurityGroupPolicy"),
    "DeleteSecurityGroupPolicies": ("cvm:DeleteSecurityGroupPolicy",),
    "ModifySecurityGroupPolicies": ("cvm:ModifySecurityGroupPolicys",),
    "ReplaceSecurityGroupPolicy": ("cvm:ModifySingleSecurityGroupPolicy", "cvm:ReplaceSecurityGroupPolicy"),
    "ModifySecurityGroupAttribute": ("cvm:ModifySecurityGroupAttributes",),
    "CreateSecurityGroupWithPolicies": ("cvm:CreateSecurityGroup",),
    "DeleteSecurityGroup": ("cvm:DeleteSecurityGroup",),
}


def sentence(action: Any, resource: Any = "*", effect: str = "allow") -> dict[str, Any]:
    """One statement of a policy."""
    return {"effect": effect, "action": action, "resource": resource}


@pytest.fixture
def acting(call: Any, cloud: Any, region: Any) -> Any:
    """Calls of a role that has these statements and no more."""
    for group in (GROUP, OTHER):
        region.add_security_group(SecurityGroupId=group)

    def act(*statements: dict[str, Any]) -> Any:
        account = cloud.account(ACCOUNT)
        policies = []
        if statements:
            document = {"version": "2.0", "statement": [*statements]}
            policies = [account.add("policies", PolicyName="its", PolicyDocument=document)]
        account.add("roles", RoleName="guard", Policies=policies)
        return call.signed_by(account.add_key(role_name="guard"))

    return act


def smallest(product: str, version: str, action: str) -> dict[str, Any]:
    """Parameters that the gateway lets pass, whatever the action itself thinks of them."""
    described = products()[product][version]

    def value(kind: str) -> Any:
        if kind.startswith("["):
            return [value(kind[1:-1])]
        plain = {"string": "x", "int": 1, "bool": True, "float": 1.0}
        return plain[kind] if kind in plain else required(described.objects[kind])

    def required(members: Any) -> dict[str, Any]:
        return {name: value(kind[:-1]) for name, kind in members.items() if kind.endswith("!")}

    return required(described.actions[action].input)


@pytest.mark.parametrize(("product", "version", "action"), EVERY_ACTION)
def test_every_action_needs_to_be_allowed(acting: Any, product: str, version: str, action: str) -> None:
    """The refusal names an action and says that it is not allowed, in the vendor's words."""
    params = smallest(product, version, action)
    refusal = acting(sentence("ssl:*")).refusal(product, action, version=version, **params)
    assert refusal.get_code() == "UnauthorizedOperation"
    message = refusal.get_message()
    first, second = message.split("\n")
    assert first.startswith("you are not authorized to perform operation (")
    assert second.startswith("resource (")
    assert second.endswith(") has no permission")


@pytest.mark.parametrize(
    ("product", "version", "action"),
    [case for case in EVERY_ACTION if case.values[2] != "DeleteSecurityGroup"],  # the vendor has no such name
)
def test_every_action_is_allowed_by_its_name(
    acting: Any, cloud: Any, product: str, version: str, action: str
) -> None:
    """Of product and action; what the action itself then says is another matter."""
    guard = acting(sentence(f"{product}:{action}"))
    params = smallest(product, version, action)
    if (product, action) == ("sts", "AssumeRole"):
        params["RoleArn"] = f"qcs::cam::uin/{ACCOUNT}:roleName/guard"
        params["RoleSessionName"] = "session"
    with suppress(TencentCloudSDKException):
        guard(product, action, version=version, **params)
    assert cloud.calls[-1].code != "UnauthorizedOperation"


@pytest.mark.parametrize(("action", "names"), LEGACY.items())
def test_groups_are_checked_as_cvm_too(acting: Any, action: str, names: tuple[str, ...]) -> None:
    """Any of the names will do; a refusal tells the first."""
    params = {**smallest("vpc", "2017-03-12", action)}
    if "SecurityGroupId" in params:
        params["SecurityGroupId"] = GROUP
    refusal = acting().refusal("vpc", action, **params)
    assert f"({names[0]})" in refusal.get_message()


@pytest.mark.parametrize("name", [name for names in LEGACY.values() for name in names])
def test_each_of_the_names_will_do(acting: Any, cloud: Any, name: str) -> None:
    """For the action that it stands for."""
    action = next(action for action, names in LEGACY.items() if name in names)
    guard = acting(sentence(name))
    params = {**smallest("vpc", "2017-03-12", action)}
    if "SecurityGroupId" in params:
        params["SecurityGroupId"] = GROUP
    with suppress(TencentCloudSDKException):
        guard("vpc", action, **params)
    assert cloud.calls[-1].code != "UnauthorizedOperation"


READ = ("vpc", "DescribeSecurityGroupPolicies")


@pytest.mark.parametrize(
    "statements",
    [
        [sentence("*")],
        [sentence("vpc:*")],
        [sentence("vpc:Describe*")],
        [sentence(["tke:*", "name/vpc:DescribeSecurityGroup*"])],
        [sentence("vpc:*", ARN)],
        [sentence("vpc:*", [ARN.replace(GROUP, OTHER), ARN])],
        [sentence("vpc:*", ARN.replace(GROUP, "*"))],
        [sentence("vpc:*", "qcs::cvm:::sg/*")],
        [sentence("vpc:*", "qcs::vpc:::sg/*")],
        [sentence("vpc:*", ARN.replace("ap-guangzhou", "ap-*"))],
        [sentence("vpc:*"), sentence("vpc:*", ARN.replace(GROUP, OTHER), "deny")],
        [sentence("vpc:*"), sentence("vpc:Create*", effect="deny")],
    ],
)
def test_what_policies_allow(acting: Any, statements: list[dict[str, Any]]) -> None:
    """Wildcards in actions and resources; a denial of something else does not matter."""
    acting(*statements)(*READ, SecurityGroupId=GROUP)


@pytest.mark.parametrize(
    "statements",
    [
        [sentence("vpc:Describe")],
        [sentence("vpc:*Policy")],
        [sentence("vpc:*", ARN.replace(GROUP, OTHER))],
        [sentence("vpc:*", "qcs::tke:::sg/*")],
        [sentence("vpc:*", ARN.replace("ap-guangzhou", "ap-shanghai"))],
        [sentence("vpc:*", ARN.replace(ACCOUNT, "100000000002"))],
        [sentence("vpc:*", "qcs::cvm:::instance/*")],
        [sentence("vpc:*"), sentence("vpc:*", effect="deny")],
        [sentence("vpc:*"), sentence("cvm:DescribeSecurityGroupPolicys", effect="deny")],
        [sentence("vpc:*"), sentence("vpc:*", ARN, "deny")],
        [sentence("vpc:*", effect="deny")],
    ],
)
def test_what_policies_do_not_allow(acting: Any, statements: list[dict[str, Any]]) -> None:
    """What they do not name, and what they deny, wherever the denial stands."""
    refusal = acting(*statements).refusal(*READ, SecurityGroupId=GROUP)
    assert refusal.get_code() == "UnauthorizedOperation"
    assert f"resource ({ARN})" in refusal.get_message()


def test_actions_without_a_resource_need_all_resources(acting: Any) -> None:
    """A policy for one group allows none of them, not even on groups."""
    guard = acting(sentence(["vpc:*", "cvm:*"], "qcs::cvm:::sg/*"))
    guard(*READ, SecurityGroupId=GROUP)
    for action, params in (
        ("DescribeSecurityGroups", {}),
        ("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": ""}),
        ("DescribeNetworkInterfaces", {}),
    ):
        refusal = guard.refusal("vpc", action, **params)
        assert refusal.get_code() == "UnauthorizedOperation"
        assert "resource (*)" in refusal.get_message()


def test_statements_of_several_policies_count_together(call: Any, acting: Any) -> None:
    """And from the next call on, for roles too change at once."""
    guard = acting(sentence("vpc:DescribeVpcs"))
    assert guard.error("vpc", "DescribeSubnets") == "UnauthorizedOperation"
    document = (
        '{"version":"2.0","statement":[{"effect":"allow","action":"vpc:DescribeSubnets","resource":"*"}]}'
    )
    call("cam", "CreatePolicy", PolicyName="more", PolicyDocument=document)
    call("cam", "AttachRolePolicy", AttachRoleName="guard", PolicyName="more")
    guard("vpc", "DescribeVpcs")
    guard("vpc", "DescribeSubnets")
    call("cam", "DetachRolePolicy", DetachRoleName="guard", PolicyName="its")
    assert guard.error("vpc", "DescribeVpcs") == "UnauthorizedOperation"


def test_a_refused_call_changes_nothing_and_leaves_no_record(acting: Any, cloud: Any, tcp: Any) -> None:
    """It stands in the call log alone."""
    guard = acting(sentence("vpc:Describe*"))
    before = cloud.dump()
    policies = {"Ingress": [tcp("22")]}
    params = {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": policies}
    assert guard.error("vpc", "CreateSecurityGroupPolicies", **params) == "UnauthorizedOperation"
    assert (cloud.dump(), cloud.audit.records) == (before, [])
    assert (cloud.calls[-1].action, cloud.calls[-1].code) == (
        "CreateSecurityGroupPolicies",
        "UnauthorizedOperation",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": "CAMUser", "principal_id": "100000000099"},
        {"type": "TencentCloudService", "role_name": "TKE_QCSRole"},
    ],
)
def test_who_is_not_checked(call: Any, cloud: Any, fields: dict[str, Any]) -> None:
    """The account itself, its users, and services of the vendor."""
    key = cloud.account(ACCOUNT).add_key(**fields)
    call.signed_by(key)("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="")
