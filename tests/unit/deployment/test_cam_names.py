"""What a policy allows, as far as it can be told without asking CAM."""

from __future__ import annotations

from typing import Any

import pytest

from sgguard.deployment.cam_names import allowing, allows, document, is_read, names_of
from sgguard.deployment.policies import (
    Reach,
    function_resources,
    read_policy,
    split,
    store_policy,
    trust_of_account,
    write_policy,
)

GROUP = "qcs::cvm:ap-guangzhou:uin/100000000001:sg/sg-worker01"


def statement(action: Any, resource: Any = "*", effect: str = "allow") -> dict[str, object]:
    return {"effect": effect, "action": action, "resource": resource}


@pytest.mark.parametrize(
    ("documents", "names", "resource", "expected"),
    [
        ([], ["vpc:DescribeVpcs"], "*", False),
        ([document(statement(["vpc:DescribeVpcs"]))], ["vpc:DescribeVpcs"], "*", True),
        ([document(statement("vpc:Describe*"))], ["vpc:DescribeVpcs"], "*", True),
        ([document(statement("name/vpc:DescribeVpcs"))], ["vpc:DescribeVpcs"], "*", True),
        ([document(statement(["cvm:X"]))], ["vpc:X", "cvm:X"], "*", True),
        ([document(statement(["vpc:X"], [GROUP]))], ["vpc:X"], "*", False),
        ([document(statement(["vpc:X"], ["qcs::cvm:*:uin/100000000001:sg/*"]))], ["vpc:X"], GROUP, True),
        ([document(statement(["vpc:X"], ["qcs::cvm:*:uin/200000000002:sg/*"]))], ["vpc:X"], GROUP, False),
        ([document(statement("*"), statement("vpc:X", effect="deny"))], ["vpc:X"], "*", False),
        ([document(statement("*")), document(statement("vpc:Y", effect="deny"))], ["vpc:X"], "*", True),
        (["no document", {"statement": None}], ["vpc:X"], "*", False),
    ],
)
def test_what_a_policy_allows(
    documents: list[object], names: list[str], resource: str, *, expected: bool
) -> None:
    assert allows(documents, names, resource) is expected


def test_whatever_is_granted_is_allowed() -> None:
    for action in (
        "vpc:ReplaceSecurityGroupPolicy",
        "vpc:DescribeSecurityGroupPolicies",
        "tke:DescribeClusters",
    ):
        assert allows([document(allowing([action]))], names_of(action), "*")


def test_what_is_not_known_to_read_counts_as_a_write() -> None:
    needed = split(["vpc:DescribeVpcs", "vpc:CreateSecurityGroupPolicies", "vpc:FrobnicateVpcs"])
    assert needed.reads == ("vpc:DescribeVpcs",)
    assert not is_read("vpc:FrobnicateVpcs")


def test_one_list_replaced_is_not_all_lists_replaced() -> None:
    """The star that spares CAM unknown names covers no other action."""
    policy = write_policy(split(["vpc:ReplaceSecurityGroupPolicy"]), "100000000001")
    assert not allows([policy], ["vpc:ReplaceSecurityGroupPolicies"], GROUP)
    assert not allows([policy], ["vpc:ModifySecurityGroupPolicies"], GROUP)
    assert allows([policy], ["vpc:ReplaceSecurityGroupPolicy"], GROUP)


def test_nothing_is_invoked_and_no_role_taken_on_but_what_is_named() -> None:
    needed = split(["scf:Invoke", "sts:AssumeRole", "vpc:DescribeVpcs"])
    own = function_resources("ap-guangzhou", "100000000001", "default", "sgguard-guard")
    role = "qcs::cam::uin/200000000002:roleName/sgguard"
    policy = read_policy(needed, Reach(functions=own, roles=(role,)))
    assert allows([policy], ["scf:Invoke"], own[0])
    assert allows([policy], ["scf:Invoke"], f"{own[0]}/$LATEST")
    assert not allows([policy], ["scf:Invoke"], f"{own[0]}-other")
    assert not allows([policy], ["scf:Invoke"], role)
    assert allows([policy], ["sts:AssumeRole"], role)
    assert not allows([policy], ["sts:AssumeRole"], f"{role}-admin")
    assert allows([policy], ["vpc:DescribeVpcs"], "*")
    bare = read_policy(needed)
    assert "scf:Invoke" not in str(bare)
    assert "sts:AssumeRole" not in str(bare)


def test_a_store_is_one_prefix_of_one_bucket() -> None:
    policy = store_policy("guard-1250000000", "sgguard", "ap-guangzhou")
    inside = "qcs::cos:ap-guangzhou:uid/1250000000:guard-1250000000/sgguard/journal/x"
    assert allows([policy], ["cos:PutObject"], inside)
    assert not allows([policy], ["cos:PutObject"], inside.replace("/sgguard/", "/other/"))
    assert not allows([policy], ["cos:DeleteBucket"], inside)


def test_a_member_account_trusts_the_guards_account_only() -> None:
    trust: Any = trust_of_account("100000000001")
    assert trust["statement"][0]["principal"] == {"qcs": ["qcs::cam::uin/100000000001:root"]}
