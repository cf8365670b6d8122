"""What a call must bring before any action runs, and the code for each lack."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tcmock import APIError, Cloud, Request
from tcmock.parameters import from_query
from tcmock.wire import Response

Sign = Callable[..., Request]


def outcome(response: Response) -> tuple[str, str]:
    """Error code and message; the code is "" for success."""
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    inner = json.loads(response.body)["Response"]
    uuid.UUID(inner["RequestId"])
    error = inner.get("Error", {"Code": "", "Message": ""})
    return error["Code"], error["Message"]


def code(cloud: Cloud, request: Request) -> str:
    """The error code of the answer, "" for success."""
    return outcome(cloud.handle(request))[0]


def test_a_good_call(cloud: Cloud, sign: Sign) -> None:
    """A hand-signed request passes."""
    assert code(cloud, sign("DescribeVpcs")) == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"X-TC-Action": None}, "MissingParameter"),
        ({"X-TC-Version": None}, "MissingParameter"),
        ({"X-TC-Timestamp": None}, "MissingParameter"),
        ({"X-TC-Region": None}, "MissingParameter"),
        ({"authorization": "SKIP"}, "AuthFailure.InvalidAuthorization"),
        ({"signed": "host"}, "AuthFailure.InvalidAuthorization"),
        ({"signed": "content-type"}, "AuthFailure.InvalidAuthorization"),
        ({"X-TC-Timestamp": "yesterday"}, "InvalidParameter"),
        ({"X-TC-Timestamp": "9" * 30}, "InvalidParameter"),
        ({"timestamp": 1551113065}, "AuthFailure.SignatureExpire"),
        ({"date": "2019-02-25"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "AKIDnobody"}, "AuthFailure.SecretIdNotFound"),
        ({"X-TC-Token": "stolen"}, "AuthFailure.TokenFailure"),
        ({"secret_key": "guess"}, "AuthFailure.SignatureFailure"),
        ({"Host": "vpc.internal.tencentcloudapi.com"}, "AuthFailure.SignatureFailure"),
        ({"host": "cvm.tencentcloudapi.com"}, "AuthFailure.SignatureFailure"),
        ({"service": "lighthouse"}, "NoSuchProduct"),
        ({"X-TC-Version": "2016-01-01"}, "NoSuchVersion"),
        ({"X-TC-Region": "ap-atlantis"}, "UnsupportedRegion"),
        ({"body": b"{"}, "InvalidParameter"),
        ({"body": b"[]"}, "InvalidParameter"),
        ({"body": b"\xff"}, "InvalidParameter"),
        ({"body": b"[" * 100_000}, "InvalidParameter"),
        ({"body": b" " * (10 * 1024 * 1024 + 1)}, "RequestSizeLimitExceeded"),
        ({"body": b""}, ""),
        ({"host": "127.0.0.1:8801"}, ""),
        ({"host": "http://127.0.0.1:8801"}, ""),
        ({"host": "vpc.ap-guangzhou.tencentcloudapi.com"}, ""),
        ({"signed": "content-type;host;x-tc-action"}, ""),
    ],
)
def test_each_lack_has_its_code(cloud: Cloud, sign: Sign, changes: dict[str, Any], expected: str) -> None:
    """One thing wrong, one code; the last ones are nothing wrong."""
    assert code(cloud, sign("DescribeVpcs", **changes)) == expected


def test_identity_is_checked_before_parameters(cloud: Cloud, sign: Sign) -> None:
    """A forger learns nothing about the body."""
    assert code(cloud, sign("DescribeVpcs", body=b"{", secret_key="guess")) == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("skew", [-299, 299])
def test_five_minutes_of_skew_are_fine(sign: Sign, skew: int) -> None:
    """A signature lives for 300 seconds either way."""
    request = sign("DescribeVpcs")
    signed_at = int(request.header("X-TC-Timestamp"))
    assert code(Cloud(clock=lambda: signed_at + skew), request) == ""
    assert code(Cloud(clock=lambda: signed_at + 2 * skew), request) == "AuthFailure.SignatureExpire"


def test_a_clock_of_another_time_needs_no_fresh_signature(sign: Sign) -> None:
    """`max_skew=None` is for virtual clocks."""
    assert code(Cloud(clock=lambda: 0.0, max_skew=None), sign("DescribeVpcs")) == ""


def test_a_temporary_key_needs_its_token(cloud: Cloud, sign: Sign) -> None:
    """A key with a token is nothing without it."""
    key = cloud.account("100000000001").add_key(secret_id="AKIDtemporary", secret_key="k", token="t")
    keys = {"secret_id": key.secret_id, "secret_key": key.secret_key}
    assert code(cloud, sign("DescribeVpcs", **keys)) == "AuthFailure.TokenFailure"
    assert code(cloud, sign("DescribeVpcs", **keys, **{"X-TC-Token": "t"})) == ""


def test_only_get_and_post(cloud: Cloud, sign: Sign) -> None:
    """Other methods, other paths and long queries are refused."""
    good = sign("DescribeVpcs")
    assert code(cloud, Request("PUT", "/", "", good.headers, good.body)) == "UnsupportedProtocol"
    assert code(cloud, Request("POST", "/v2", "", good.headers, good.body)) == "InvalidRequest"
    assert code(cloud, Request("GET", "/", "x" * 40_000, good.headers)) == "RequestSizeLimitExceeded"


def test_bodies_are_json(api: Any) -> None:
    """A multipart body is signed well and still not read."""
    with pytest.raises(
        TencentCloudSDKException, match="does not emulate bodies of type `multipart/form-data"
    ):
        api.client("vpc").call("DescribeVpcs", {"Limit": "5"}, options={"IsMultipart": True})


def test_old_signatures_are_refused_by_name(cloud: Cloud) -> None:
    """Signatures v1 are not emulated, and the answer says so."""
    form = b"Action=DescribeVpcs&SecretId=AKID&Signature=abc&SignatureMethod=HmacSHA1"
    found, message = outcome(
        cloud.handle(Request("POST", "/", "", {"Host": "vpc.tencentcloudapi.com"}, form))
    )
    assert found == "AuthFailure.InvalidAuthorization"
    assert "tcmock does not emulate signatures v1" in message


def test_an_action_that_exists_is_told_from_one_that_does_not(cloud: Cloud, sign: Sign) -> None:
    """The same code, but another message."""
    real = outcome(cloud.handle(sign("CreateVpc")))
    invented = outcome(cloud.handle(sign("CloneEverything")))
    assert real[0] == invented[0] == "InvalidAction"
    assert "tcmock does not emulate it" in real[1]
    assert "does not exist" in invented[1]


@pytest.mark.parametrize(
    ("params", "expected", "member"),
    [
        ({}, "MissingParameter", "SecurityGroupId"),
        ({"SecurityGroupId": 5}, "InvalidParameter", "SecurityGroupId"),
        ({"SecurityGroupId": None}, "InvalidParameter", "SecurityGroupId"),
        ({"SecurityGroupId": "sg-00000001", "Colour": "red"}, "UnknownParameter", "Colour"),
        ({"SecurityGroupId": "sg-00000001", "Filters": {}}, "InvalidParameter", "Filters"),
        (
            {"SecurityGroupId": "sg-00000001", "Filters": [{"Name": "poly"}]},
            "MissingParameter",
            "Filters.0.Values",
        ),
        (
            {"SecurityGroupId": "sg-00000001", "Filters": [{"Name": "poly", "Values": [1]}]},
            "InvalidParameter",
            "Filters.0.Values.0",
        ),
    ],
)
def test_parameters_are_checked_by_the_spec(
    cloud: Cloud, sign: Sign, params: dict[str, Any], expected: str, member: str
) -> None:
    """The message names the member by its path."""
    found, message = outcome(cloud.handle(sign("DescribeSecurityGroupPolicies", params)))
    assert found == expected
    assert f"`{member}`" in message


@pytest.mark.parametrize(
    ("limit", "expected"), [(10, ""), ("10", ""), ("ten", "InvalidParameter"), (True, "InvalidParameter")]
)
def test_integers_may_be_digits_in_a_string(cloud: Cloud, sign: Sign, limit: Any, expected: str) -> None:
    """As in the vendor's own examples; a boolean is no integer."""
    assert code(cloud, sign("DescribeInstances", {"Limit": limit}, service="cvm")) == expected


def test_get_and_unsigned_payload(api: Any, region: Any) -> None:
    """The other two ways in which the SDK can send."""
    group = region.add_security_group()
    other = region.add_security_group()
    api.http.reqMethod = "GET"
    found = api("vpc", "DescribeSecurityGroups", Filters=[{"Name": "security-group-id", "Values": [group]}])
    assert [entry["SecurityGroupId"] for entry in found["SecurityGroupSet"]] == [group]
    assert api("cvm", "DescribeInstances", Offset=0, Limit=5)["TotalCount"] == 0
    rows = {"Ingress": [{"Protocol": "ALL", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}]}
    api(
        "vpc",
        "ModifySecurityGroupPolicies",
        SecurityGroupId=other,
        SecurityGroupPolicySet=rows,
        SortPolicys=True,
    )
    api.http.reqMethod = "POST"
    client = api.client("vpc", unsignedPayload=True)
    assert client.call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"] == 2


def test_a_query_cannot_be_value_and_object() -> None:
    """Dotted names become lists and objects."""
    assert from_query("A.0=x&A.1=y&B.C=z") == {"A": ["x", "y"], "B": {"C": "z"}}
    with pytest.raises(APIError, match="both a value and an object"):
        from_query("A=1&A.0=2")


def test_ids_repeat_with_the_seed(sign: Sign) -> None:
    """The same seed gives the same answer, byte by byte."""
    request = sign("DescribeVpcs")
    answers = {Cloud(seed=7).handle(request).body for _ in range(3)}
    assert len(answers) == 1
    assert Cloud(seed=8).handle(request).body not in answers


def test_every_call_is_logged(cloud: Cloud, sign: Sign) -> None:
    """Also calls that the gateway refused."""
    cloud.handle(sign("DescribeVpcs", {"Limit": "5"}))
    cloud.handle(sign("DescribeVpcs", secret_key="guess"))
    cloud.handle(Request("POST", "/", "", {}))
    good, bad, nothing = cloud.calls
    assert (good.service, good.action, good.region, good.params, good.code) == (
        "vpc",
        "DescribeVpcs",
        "ap-guangzhou",
        {"Limit": "5"},
        "",
    )
    assert (bad.service, bad.params, bad.code) == ("vpc", {}, "AuthFailure.SignatureFailure")
    assert (nothing.service, nothing.action, nothing.code) == ("", "", "MissingParameter")
    assert len({call.request_id for call in cloud.calls}) == 3


def test_secrets_stay_out_of_representations(cloud: Cloud, sign: Sign) -> None:
    """Neither keys nor tokens nor signatures are shown."""
    key = cloud.account("100000000001").add_key(token="hush-token")
    shown = repr((key, sign("DescribeVpcs"), cloud.credentials, cloud))
    assert key.secret_key not in shown
    assert "hush-token" not in shown
    assert "Signature=" not in shown
