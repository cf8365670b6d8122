"""The language of event patterns, as https://www.tencentcloud.com/document/product/1108/42290 tells it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tcmock import APIError
from tcmock.eventbridge.pattern import parse

EVENT = {
    "source": "vpc.cloud.tencent",
    "type": "vpc:CloudEvent:ApiCall",
    "subject": "",
    "status": None,
    "region": "ap-guangzhou",
    "resource": ["qcs::vpc:ap-guangzhou:uin/1:sg/sg-a", "qcs::vpc:ap-guangzhou:uin/1:sg/sg-b"],
    "data": {
        "eventName": "DeleteSecurityGroupPolicies",
        "sourceIPAddress": "10.0.0.9",
        "requestParameters": '{"SecurityGroupId":"sg-a","Region":"ap-guangzhou"}',
        "eventVersion": 2,
        "sensitive": True,
        "resourceSet": [{"resourceId": "sg-a", "resourceType": "VPC"}, {"resourceId": "sg-b"}],
    },
}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"source": "vpc.cloud.tencent"},
        {"source": ["cvm.cloud.tencent", "vpc.cloud.tencent"]},
        {"source": ["vpc.cloud.tencent"], "region": ["ap-guangzhou"]},
        {"type": [{"prefix": "vpc:"}]},
        {"type": [{"suffix": ":CloudEvent:ConsoleCall"}, {"suffix": ":CloudEvent:ApiCall"}]},
        {"type": [{"anything-but": "vpc:CloudEvent:ConsoleCall"}]},
        {"type": [{"anything-but": ["a", "b"]}]},
        {"type": [{"anything-but": {"prefix": "cvm:"}}]},
        {"data": {"eventName": ["DeleteSecurityGroupPolicies"], "eventVersion": [2]}},
        {"data": {"requestParameters": [{"contain": "sg-a"}]}},
        {"data": {"requestParameters": [{"contain": ["sg-a", "ap-guangzhou"]}]}},
        {"resource": [{"contain": "qcs::vpc:ap-guangzhou:uin/1:sg/sg-b"}]},
        {"data": {"resourceSet": [{"array": '{"resourceId":"sg-a","resourceType":["VPC"]}'}]}},
        {"data": {"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]}},
        {"data": {"sensitive": [True]}},
        {"status": [None]},
        {"subject": [""]},
        {"subject": "", "status": None},
    ],
)
def test_what_matches(pattern: dict[str, Any]) -> None:
    """Keys are all needed, values in a list are alternatives, operators among them too."""
    assert parse(json.dumps(pattern)).matches(EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": "VPC.cloud.tencent"},
        {"source": ["vpc.cloud.tencent"], "region": ["ap-shanghai"]},
        {"eventName": ["DeleteSecurityGroupPolicies"]},
        {"data": {"data": {"eventName": ["DeleteSecurityGroupPolicies"]}}},
        {"source": {"prefix": "vpc"}},
        {"type": [{"prefix": "CloudEvent"}]},
        {"type": [{"suffix": "vpc:"}]},
        {"type": [{"anything-but": ["x", "vpc:CloudEvent:ApiCall"]}]},
        {"type": [{"anything-but": {"suffix": ":ApiCall"}}]},
        {"absent": [{"anything-but": "x"}]},
        {"data": {"requestParameters": [{"contain": ["sg-a", "sg-b"]}]}},
        {"data": {"resourceSet": [{"array": '{"resourceId":"sg-b","resourceType":"VPC"}'}]}},
        {"data": {"sourceIPAddress": [{"cidr": "10.0.1.0/24"}]}},
        {"data": {"eventName": [{"cidr": "10.0.1.0/24"}]}},
        {"data": {"eventVersion": ["2"]}},
        {"data": {"eventVersion": [True]}},
        {"data": {"sensitive": [1]}},
        {"data": {"requestParameters": {"SecurityGroupId": ["sg-a"]}}},
        {"status": [""]},
        {"subject": [None]},
        {"resource": ["qcs::vpc:ap-guangzhou:uin/1:sg/sg-a"]},
    ],
)
def test_what_does_not_match(pattern: dict[str, Any]) -> None:
    """A wrong level never matches, nor do other cases, other types, or null for an empty text."""
    assert not parse(json.dumps(pattern)).matches(EVENT)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "truncated"),
        ("[]", "Expected `object`"),
        ('{"source":[]}', "`source` is empty"),
        ('{"source":[["x"]]}', "holds a list"),
        ('{"data":{"x":[{"suffx":"y"}]}}', "`data.x` takes one operator"),
        ('{"x":[{"prefix":"a","suffix":"b"}]}', "one operator at a time"),
        ('{"x":[{"prefix":1}]}', "`x.prefix` takes a text"),
        ('{"x":[{"cidr":"10.0.0.0/33"}]}', "`x.cidr`"),
        ('{"x":[{"array":"{"}]}', "`x.array` is not the text of a pattern"),
        ('{"x":[{"numeric":[">",1]}]}', "takes one operator"),
    ],
)
def test_what_is_no_pattern(text: str, what: str) -> None:
    """The place of the mistake is named."""
    with pytest.raises(APIError, match=r"InvalidParameterValue\.EventPattern") as caught:
        parse(text)
    assert what in caught.value.message
