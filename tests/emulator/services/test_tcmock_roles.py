"""Roles and policies: made, shown, attached, deleted, and refused when they make no sense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcmock import Cloud, StateError

ACCOUNT = "100000000001"
TRUST: dict[str, Any] = {
    "version": "2.0",
    "statement": [
        {"action": "name/sts:AssumeRole", "effect": "allow", "principal": {"service": ["scf.qcloud.com"]}}
    ],
}
READ: dict[str, Any] = {
    "version": "2.0",
    "statement": [{"effect": "allow", "action": ["vpc:Describe*"], "resource": ["*"]}],
}


def role(call: Any, name: str = "guard", **more: Any) -> str:
    """The id of a new role."""
    return call("cam", "CreateRole", RoleName=name, PolicyDocument=json.dumps(TRUST), **more)["RoleId"]


def policy(call: Any, name: str = "read", document: Any = READ) -> int:
    """The id of a new policy."""
    return call("cam", "CreatePolicy", PolicyName=name, PolicyDocument=json.dumps(document))["PolicyId"]


def test_the_life_of_a_role(call: Any, cloud: Any) -> None:
    """Found by id and by name, listed in pages, gone when it is deleted."""
    made = role(call, Description="of the guard", SessionDuration=3600, ConsoleLogin=1)
    other = role(call, "other")
    about = call("cam", "GetRole", RoleId=made)["RoleInfo"]
    assert about == call("cam", "GetRole", RoleName="guard")["RoleInfo"]
    assert (about["RoleName"], about["Description"], about["ConsoleLogin"]) == ("guard", "of the guard", 1)
    assert (json.loads(about["PolicyDocument"]), about["SessionDuration"]) == (TRUST, 3600)
    assert about["RoleArn"] == f"qcs::cam::uin/{ACCOUNT}:roleName/guard"
    assert len(made) == 19
    listed = call("cam", "DescribeRoleList", Page=2, Rp=1)
    assert ([item["RoleId"] for item in listed["List"]], listed["TotalNum"]) == ([other], 2)
    call("cam", "DeleteRole", RoleName="other")
    call("cam", "DeleteRole", RoleId=made)
    assert call("cam", "DescribeRoleList", Page=1, Rp=200)["TotalNum"] == 0
    names = [(record["eventName"], record["resourceName"]) for record in cloud.audit.records]
    assert names == [
        ("CreateRole", f"role/{made}"),
        ("CreateRole", f"role/{other}"),
        ("DeleteRole", "role/other"),
        ("DeleteRole", f"role/{made}"),
    ]


def test_the_life_of_a_policy(call: Any, cloud: Any) -> None:
    """Given to roles and taken from them by id and by name; who deletes it takes it from all."""
    read, write = policy(call), policy(call, "write")
    about = call("cam", "GetPolicy", PolicyId=read)
    assert (about["PolicyName"], json.loads(about["PolicyDocument"]), about["Type"]) == ("read", READ, 1)
    listed = call("cam", "ListPolicies", Keyword="wri", Scope="Local")
    assert [item["PolicyId"] for item in listed["List"]] == [write]
    assert call("cam", "ListPolicies", Scope="QCS")["TotalNum"] == 0
    made = role(call)
    call("cam", "AttachRolePolicy", AttachRoleId=made, PolicyId=read)
    call("cam", "AttachRolePolicy", AttachRoleName="guard", PolicyName="write")
    call("cam", "AttachRolePolicy", AttachRoleName="guard", PolicyName="write")

    def attached() -> list[str]:
        return cloud.dump()["accounts"][ACCOUNT]["roles"][0]["Policies"]

    assert attached() == ["read", "write"]
    assert [item["Attachments"] for item in call("cam", "ListPolicies")["List"]] == [1, 1]
    call("cam", "DetachRolePolicy", DetachRoleName="guard", PolicyId=write)
    assert attached() == ["read"]
    call("cam", "DeletePolicy", PolicyId=[read, write])
    assert attached() == []
    assert cloud.audit.records[-1]["resourceName"] == f"policy/{read}|policy/{write}"
    resources = [item["resourceId"] for item in cloud.audit.records[-1]["resourceSet"]]
    assert resources == [str(read), str(write)]


def test_no_region_is_needed(call: Any, cloud: Any) -> None:
    """Roles belong to the account; the records of their changes name Guangzhou."""
    made = role(call, at="")
    assert call("cam", "GetRole", at="ap-tokyo", RoleId=made)["RoleInfo"]["RoleId"] == made
    assert call.error("cam", "GetRole", at="ap-atlantis", RoleId=made) == "UnsupportedRegion"
    (record,) = cloud.audit.records
    assert (record["eventRegion"], record["eventSource"]) == ("ap-guangzhou", "cam.tencentcloudapi.com")
    assert (record["resourceType"], record["resourceSet"][0]["resourceRegion"]) == ("cam", "")
    assert cloud.dump()["accounts"][ACCOUNT]["regions"] == {}


def test_who_calls(call: Any, cloud: Any) -> None:
    """The account, or the user of it."""
    assert call("cam", "GetUserAppId")["AppId"] == 1250000001
    user = cloud.account(ACCOUNT).add_key(type="CAMUser", principal_id="100000000099")
    told = call.signed_by(user)("cam", "GetUserAppId")
    assert (told["Uin"], told["OwnerUin"]) == ("100000000099", ACCOUNT)


def document(**changes: Any) -> str:
    """A policy with one sentence changed; None removes a member."""
    sentence = {**READ["statement"][0], **changes}
    kept = {name: value for name, value in sentence.items() if value is not None}
    return json.dumps({"version": "2.0", "statement": [kept]})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "InvalidParameter.PolicyDocumentError"),
        (json.dumps({**READ, "version": "1.0"}), "InvalidParameter.VersionError"),
        (json.dumps({"version": "2.0", "statement": []}), "InvalidParameter.StatementError"),
        (document(effect="maybe"), "InvalidParameter.EffectError"),
        (document(action=None), "InvalidParameter.ActionError"),
        (document(action="Describe Vpcs"), "InvalidParameter.ActionError"),
        (document(action=["vpc:DeleteSecurityGroup"]), "InvalidParameter.ActionNotExist"),
        (document(resource=None), "InvalidParameter.ResourceError"),
        (document(resource="sg-0000000a"), "InvalidParameter.ResourceError"),
        (document(principal={"service": ["scf.qcloud.com"]}), "InvalidParameter.PrincipalError"),
        (document(Sid="x"), "InvalidParameter.PolicyDocumentError"),
        (document(condition={"ip_equal": {"qcs:ip": "10.0.0.0/8"}}), "UnsupportedOperation"),
    ],
)
def test_policies_that_make_no_sense(call: Any, text: str, code: str) -> None:
    """Refused when they are made."""
    assert call.error("cam", "CreatePolicy", PolicyName="x", PolicyDocument=text) == code


def test_policies_as_others_write_them(call: Any) -> None:
    """One action or resource without a list, and the older prefix."""
    for text in (document(action="name/cvm:*", resource="*"), document(resource="qcs::cvm:::sg/*")):
        call("cam", "CreatePolicy", PolicyName=f"p{len(text)}", PolicyDocument=text)


TRUSTED = TRUST["statement"][0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"RoleName": "a b"}, "InvalidParameter.RoleNameError"),
        ({"RoleName": "guard"}, "InvalidParameter.RoleNameInUse"),
        ({"PolicyDocument": json.dumps(READ)}, "InvalidParameter.PrincipalError"),
        (
            {"PolicyDocument": json.dumps({**TRUST, "statement": [{**TRUSTED, "action": "cvm:*"}]})},
            "InvalidParameter.ActionError",
        ),
        ({"SessionDuration": 43201}, "InvalidParameter.ParamError"),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "UnsupportedOperation"),
    ],
)
def test_roles_that_make_no_sense(call: Any, changes: dict[str, Any], code: str) -> None:
    """Refused when they are made."""
    role(call)
    given = {"RoleName": "other", "PolicyDocument": json.dumps(TRUST), **changes}
    assert call.error("cam", "CreateRole", **given) == code


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("GetRole", {}, "InvalidParameter.ParamError"),
        ("GetRole", {"RoleId": "1", "RoleName": "guard"}, "InvalidParameter.ParamError"),
        ("GetRole", {"RoleName": "nobody"}, "InvalidParameter.RoleNotExist"),
        ("DeleteRole", {"RoleId": "1"}, "InvalidParameter.RoleNotExist"),
        ("GetPolicy", {"PolicyId": 1}, "ResourceNotFound.PolicyIdNotFound"),
        ("DeletePolicy", {"PolicyId": [1]}, "ResourceNotFound.PolicyIdNotFound"),
        (
            "AttachRolePolicy",
            {"AttachRoleName": "guard", "PolicyName": "AdministratorAccess"},
            "ResourceNotFound.PolicyIdNotFound",
        ),
        ("AttachRolePolicy", {"AttachRoleName": "guard"}, "InvalidParameter.ParamError"),
        ("DetachRolePolicy", {"DetachRoleName": "nobody", "PolicyId": 1}, "InvalidParameter.RoleNotExist"),
        (
            "CreatePolicy",
            {"PolicyName": "a b", "PolicyDocument": "{}"},
            "InvalidParameter.PolicyNameError",
        ),
        (
            "CreatePolicy",
            {"PolicyName": "read", "PolicyDocument": json.dumps(READ)},
            "FailedOperation.PolicyNameInUse",
        ),
        ("DescribeRoleList", {"Page": 0, "Rp": 1}, "InvalidParameter.ParamError"),
        ("DescribeRoleList", {"Page": 1, "Rp": 201}, "InvalidParameter.ParamError"),
        ("ListPolicies", {"Scope": "Mine"}, "InvalidParameter.ScopeError"),
    ],
)
def test_what_is_refused(call: Any, action: str, params: dict[str, Any], code: str) -> None:
    """What is not there, and requests that name one thing twice or not at all."""
    role(call)
    policy(call)
    assert call.error("cam", action, **params) == code


def test_roles_survive_a_document(call: Any, cloud: Any) -> None:
    """Texts stay as they were sent."""
    role(call)
    policy(call)
    call("cam", "AttachRolePolicy", AttachRoleName="guard", PolicyName="read")
    cloud.account(ACCOUNT).add_key(role_name="guard")
    other = Cloud()
    other.load(cloud.dump())
    assert other.dump() == cloud.dump()


def test_a_deleted_role_takes_its_keys_along(call: Any, cloud: Any) -> None:
    """Nobody can sign with them, and the state can still be loaded."""
    role(call)
    key = cloud.account(ACCOUNT).add_key(role_name="guard")
    call("cam", "DeleteRole", RoleName="guard")
    assert call.signed_by(key).error("sts", "GetCallerIdentity") == "AuthFailure.SecretIdNotFound"
    Cloud().load(cloud.dump())


@pytest.mark.parametrize(
    ("section", "entry", "message"),
    [
        ("policies", {"PolicyName": "x"}, "missing required field `PolicyDocument`"),
        ("policies", {"PolicyName": "x", "PolicyDocument": "{"}, "PolicyDocument: InvalidParameter"),
        ("policies", {"PolicyName": "read", "PolicyDocument": READ}, "PolicyName: `read` is there already"),
        (
            "policies",
            {"PolicyName": "x", "PolicyDocument": READ, "PolicyId": 7},
            "PolicyId: `7` is there already",
        ),
        ("roles", {"RoleName": "guard"}, "RoleName: `guard` is there already"),
        ("roles", {"RoleName": "x", "RoleId": "46"}, "RoleId: `46` is there already"),
        ("roles", {"RoleName": "x", "Policies": ["write"]}, r"Policies\[0\]: `write` does not exist"),
        (
            "roles",
            {"RoleName": "x", "PolicyDocument": READ},
            "PolicyDocument: InvalidParameter.PrincipalError",
        ),
        ("roles", {"RoleName": "x", "Colour": "red"}, "unknown field `Colour`"),
        ("keys", {"role_name": "nobody"}, "role_name: `nobody` is no role"),
        ("keys", {"type": "AssumedRole"}, "role_name: `` is no role"),
        ("users", {}, "users: is unknown; known are policies, roles, keys"),
    ],
)
def test_what_documents_are_refused_for(
    cloud: Any, section: str, entry: dict[str, Any], message: str
) -> None:
    """By the place of the mistake."""
    account = cloud.account(ACCOUNT)
    account.add("policies", PolicyName="read", PolicyId=7, PolicyDocument=READ)
    account.add("roles", RoleName="guard", RoleId="46", Policies=["read"])
    with pytest.raises(StateError, match=message):
        account.add(section, **entry)


def test_what_a_policy_says_can_be_replaced(call: Any, cloud: Any) -> None:
    """By id or name; the roles that have it keep it."""
    made = policy(call)
    role(call)
    call("cam", "AttachRolePolicy", AttachRoleName="guard", PolicyId=made)
    other: dict[str, Any] = {"version": "2.0", "statement": [{**READ["statement"][0], "action": ["cvm:*"]}]}
    call("cam", "UpdatePolicy", PolicyName="read", PolicyDocument=json.dumps(other))
    assert json.loads(call("cam", "GetPolicy", PolicyId=made)["PolicyDocument"]) == other
    call("cam", "UpdatePolicy", PolicyId=made, Description="ours")
    about = call("cam", "GetPolicy", PolicyId=made)
    assert (about["Description"], json.loads(about["PolicyDocument"])) == ("ours", other)
    listed = call("cam", "ListAttachedRolePolicies", RoleName="guard", Page=1, Rp=10)
    assert [(item["PolicyId"], item["PolicyName"], item["Description"]) for item in listed["List"]] == [
        (made, "read", "ours")
    ]
    assert (
        call("cam", "ListAttachedRolePolicies", RoleName="guard", Page=1, Rp=10, PolicyType="QCS")["TotalNum"]
        == 0
    )
    assert cloud.audit.records[-1]["eventName"] == "UpdatePolicy"


def test_whom_a_role_trusts_can_be_replaced(call: Any) -> None:
    made = role(call)
    other = json.dumps(
        {
            "version": "2.0",
            "statement": [
                {
                    "action": "name/sts:AssumeRole",
                    "effect": "allow",
                    "principal": {"qcs": [f"qcs::cam::uin/{ACCOUNT}:root"]},
                }
            ],
        }
    )
    arn = f"qcs::cam::uin/{ACCOUNT}:roleName/guard"
    assert call.error("sts", "AssumeRole", RoleArn=arn, RoleSessionName="me") == "UnauthorizedOperation"
    call("cam", "UpdateAssumeRolePolicy", RoleId=made, PolicyDocument=other)
    assert call("sts", "AssumeRole", RoleArn=arn, RoleSessionName="me")["Credentials"]["Token"]
    assert call("cam", "GetRole", RoleName="guard")["RoleInfo"]["PolicyDocument"] == other


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("UpdatePolicy", {"PolicyName": "read", "PolicyDocument": "no"}, "InvalidParameter"),
        ("UpdatePolicy", {"PolicyName": "nobody"}, "ResourceNotFound.PolicyIdNotFound"),
        (
            "UpdateAssumeRolePolicy",
            {"RoleName": "nobody", "PolicyDocument": "{}"},
            "InvalidParameter.RoleNotExist",
        ),
        ("UpdateAssumeRolePolicy", {"RoleName": "guard", "PolicyDocument": "{}"}, "InvalidParameter"),
        (
            "ListAttachedRolePolicies",
            {"RoleName": "guard", "Page": 1, "Rp": 10, "PolicyType": "Mine"},
            "InvalidParameter.ParamError",
        ),
    ],
)
def test_replacements_that_make_no_sense(
    call: Any, action: str, parameters: dict[str, Any], code: str
) -> None:
    role(call)
    policy(call)
    assert call.error("cam", action, **parameters).startswith(code)
    assert json.loads(call("cam", "GetRole", RoleName="guard")["RoleInfo"]["PolicyDocument"]) == TRUST
