"""AssumeRole: temporary keys, whom a role trusts, when they expire, and how records tell them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tcmock import Cloud

OWNER, CALLER = "100000000002", "100000000001"
ARN = f"qcs::cam::uin/{OWNER}:roleName/guard"
EVERYTHING = {"version": "2.0", "statement": [{"effect": "allow", "action": "*", "resource": "*"}]}


def trust(*principals: str) -> dict[str, Any]:
    """Whom a role trusts."""
    sentence = {"effect": "allow", "action": "name/sts:AssumeRole", "principal": {"qcs": [*principals]}}
    return {"version": "2.0", "statement": [sentence]}


@pytest.fixture(autouse=True)
def _world(cloud: Any) -> None:
    owner = cloud.account(OWNER)
    owner.add("policies", PolicyName="everything", PolicyDocument=EVERYTHING)
    owner.add(
        "roles",
        RoleName="guard",
        RoleId="4611686018000000001",
        SessionDuration=10000,
        PolicyDocument=trust(f"qcs::cam::uin/{CALLER}:root", f"qcs::cam::uin/{OWNER}:root"),
        Policies=["everything"],
    )


def assumed(call: Any, **params: Any) -> dict[str, Any]:
    """The answer to AssumeRole."""
    return call("sts", "AssumeRole", **{"RoleArn": ARN, "RoleSessionName": "session", **params})


def test_a_session_acts_in_the_account_of_its_role(call: Any, cloud: Any) -> None:
    """With keys of its own, for two hours unless told otherwise; taking on a role leaves no record."""
    cloud.clock.set(1_700_000_000)
    cloud.clock.freeze()
    answer = assumed(call)
    assert (answer["ExpiredTime"], answer["Expiration"]) == (1_700_007_200, "2023-11-15T00:13:20Z")
    session = call.signed_by(answer["Credentials"])
    session("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="")
    assert session("vpc", "DescribeSecurityGroups")["TotalCount"] == 1
    assert call("vpc", "DescribeSecurityGroups")["TotalCount"] == 0
    assert [record["eventName"] for record in cloud.audit.records] == ["CreateSecurityGroup"]


def test_the_token_must_come_along(call: Any) -> None:
    """Without it, or with another one, the key is worth nothing."""
    credentials = assumed(call)["Credentials"]
    for token in (None, "another"):
        wrong = call.signed_by({**credentials, "Token": token})
        assert wrong.error("vpc", "DescribeVpcs") == "AuthFailure.TokenFailure"


def test_a_session_ends_by_the_cloud_s_clock(call: Any, cloud: Any) -> None:
    """To the second."""
    cloud.clock.freeze()
    session = call.signed_by(assumed(call, DurationSeconds=900)["Credentials"])
    cloud.clock.advance(899)
    session("vpc", "DescribeVpcs")
    cloud.clock.advance(1)
    assert session.error("vpc", "DescribeVpcs") == "AuthFailure.TokenFailure"


def test_a_session_survives_a_document(call: Any, cloud: Any) -> None:
    """Keys, token, end and all."""
    answer = assumed(call)
    dumped = cloud.dump()
    other = Cloud()
    other.load(dumped)
    assert other.dump() == dumped
    cloud.load(dumped)
    call.signed_by(answer["Credentials"])("vpc", "DescribeVpcs")


def test_records_tell_the_session(call: Any, cloud: Any) -> None:
    """Who took on which role, and until when; never a token."""
    cloud.clock.set(1_700_000_000)
    cloud.clock.freeze()
    credentials = assumed(call)["Credentials"]
    call.signed_by(credentials)("vpc", "CreateSecurityGroup", GroupName="x", GroupDescription="")
    (record,) = cloud.audit.records
    identity = record["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("AssumedRole", "roleUser")
    assert (identity["principalId"], identity["accountId"]) == ("4611686018000000001", OWNER)
    assert (identity["secretId"], identity["roleSessionName"]) == (credentials["TmpSecretId"], "session")
    session = json.loads(identity["sessionContext"])
    assert (session["uin"], session["ownerUin"]) == (4611686018000000001, int(OWNER))
    assert session["expireTime"] == "2023-11-15 08:13:20"
    assert json.loads(session["extraInfo"]) == {
        "roleOwnerUin": int(OWNER),
        "assumerUin": int(CALLER),
        "assumerOwnerUin": int(CALLER),
        "assumerOwnerAppId": 1250000001,
        "roleSessionName": "session",
        "roleName": "guard",
        "roleType": 1,
    }
    assert credentials["Token"] not in json.dumps(record)
    assert credentials["TmpSecretKey"] not in json.dumps(record)


def test_who_one_is(call: Any, cloud: Any) -> None:
    """An account, a user of it, or a role."""
    root = call("sts", "GetCallerIdentity")
    assert (root["Type"], root["UserId"], root["Arn"]) == (
        "CAMUser",
        CALLER,
        f"qcs::cam:{CALLER}:uin/{CALLER}",
    )
    user = cloud.account(CALLER).add_key(type="CAMUser", principal_id="100000000099")
    told = call.signed_by(user)("sts", "GetCallerIdentity")
    assert (told["AccountId"], told["PrincipalId"]) == (CALLER, "100000000099")
    told = call.signed_by(assumed(call)["Credentials"])("sts", "GetCallerIdentity")
    del told["RequestId"]
    assert told == {
        "Type": "CAMRole",
        "AccountId": OWNER,
        "UserId": "4611686018000000001:session",
        "PrincipalId": CALLER,
        "Arn": f"qcs::sts:{OWNER}:assumed-role/4611686018000000001",
    }


def test_a_role_by_its_id(call: Any) -> None:
    """The other form of its description."""
    arn = f"qcs::cam::uin/{OWNER}:role/4611686018000000001"
    assert assumed(call, RoleArn=arn)["Credentials"]["Token"]


def test_whom_a_role_trusts(call: Any, cloud: Any) -> None:
    """An account, one user of it, or a service, which is nobody here."""
    account = cloud.account(CALLER)
    user = account.add_key(type="CAMUser", principal_id="100000000099")
    other = account.add_key(type="CAMUser", principal_id="100000000098")
    one = trust(f"qcs::cam::uin/{CALLER}:uin/100000000099")
    cloud.account(OWNER).add("roles", RoleName="one", PolicyDocument=one)
    service = {**trust("x")["statement"][0], "principal": {"service": "scf.qcloud.com"}}
    cloud.account(OWNER).add(
        "roles", RoleName="scf", PolicyDocument={"version": "2.0", "statement": [service]}
    )
    arn = ARN.replace("guard", "one")
    assumed(call.signed_by(user), RoleArn=arn)
    params = {"RoleArn": arn, "RoleSessionName": "session"}
    assert call.signed_by(other).error("sts", "AssumeRole", **params) == "UnauthorizedOperation"
    assert call.error("sts", "AssumeRole", **params) == "UnauthorizedOperation"
    refusal = call.refusal("sts", "AssumeRole", **{**params, "RoleArn": ARN.replace("guard", "scf")})
    assert "operation (sts:AssumeRole)" in refusal.get_message()


def test_a_role_may_take_on_another(call: Any, cloud: Any) -> None:
    """If its policies say so and the other trusts its account; whether the vendor allows it is not known."""
    owner = cloud.account(OWNER)
    sentence = {"effect": "allow", "action": "sts:AssumeRole", "resource": ARN}
    owner.add("policies", PolicyName="hop", PolicyDocument={"version": "2.0", "statement": [sentence]})
    owner.add("roles", RoleName="hopper", Policies=["hop"])
    hopper = call.signed_by(owner.add_key(role_name="hopper"))
    assert assumed(hopper)["Credentials"]
    arn = ARN.replace("guard", "hopper")
    code = hopper.error("sts", "AssumeRole", RoleArn=arn, RoleSessionName="session")
    assert code == "UnauthorizedOperation"


def test_a_session_may_be_narrowed(call: Any) -> None:
    """By a policy of its own, encoded as in a URL."""
    sentence = {"effect": "allow", "action": "vpc:DescribeVpcs", "resource": "*"}
    narrow = quote(json.dumps({"version": "2.0", "statement": [sentence]}))
    session = call.signed_by(assumed(call, Policy=narrow)["Credentials"])
    session("vpc", "DescribeVpcs")
    assert session.error("vpc", "DescribeSubnets") == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"RoleArn": "guard"}, "InvalidParameter.ParamError"),
        ({"RoleArn": ARN.replace("guard", "nobody")}, "ResourceNotFound.RoleNotFound"),
        ({"RoleArn": ARN.replace(OWNER, "100000000009")}, "InvalidParameter.AccountNotAvaliable"),
        ({"RoleSessionName": "x"}, "InvalidParameter.ParamError"),
        ({"RoleSessionName": "a b"}, "InvalidParameter.ParamError"),
        ({"DurationSeconds": 0}, "InvalidParameter.OverTimeError"),
        ({"DurationSeconds": 10001}, "InvalidParameter.OverTimeError"),
        ({"Policy": "nonsense"}, "InvalidParameter.PolicyDocumentError"),
        ({"ExternalId": "xx"}, "UnsupportedOperation"),
    ],
)
def test_what_is_refused(call: Any, cloud: Any, params: dict[str, Any], code: str) -> None:
    """And no key is left behind."""
    before = cloud.dump()
    given = {"RoleArn": ARN, "RoleSessionName": "session", **params}
    assert call.error("sts", "AssumeRole", **given) == code
    assert cloud.dump() == before
