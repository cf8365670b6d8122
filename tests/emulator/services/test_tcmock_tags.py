"""tag GetResources: what custodian asks after every list of resources."""

from __future__ import annotations

from typing import Any

import pytest

ACCOUNT = "100000000001"
TAGS = [{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "prod"}]
GROUP = "sg-0000000a"


@pytest.fixture
def tagged(region: Any, cloud: Any) -> None:
    """Two tagged groups in two regions, and one without tags."""
    region.add_security_group(SecurityGroupId=GROUP, TagSet=TAGS)
    region.add_security_group(SecurityGroupId="sg-0000000b")
    other = cloud.account(ACCOUNT).region("ap-tokyo")
    other.add_security_group(SecurityGroupId="sg-0000000c", TagSet=TAGS[:1])


def described(answer: dict[str, Any]) -> list[str]:
    return [mapping["Resource"] for mapping in answer["ResourceTagMappingList"]]


@pytest.mark.usefixtures("tagged")
def test_all_of_an_account(call: Any) -> None:
    """Across regions, tagged ones only."""
    answer = call("tag", "GetResources")
    assert answer["PaginationToken"] == ""
    assert answer["ResourceTagMappingList"] == [
        {
            "Resource": f"qcs::cvm:ap-guangzhou:uin/{ACCOUNT}:sg/{GROUP}",
            "Tags": [
                {"TagKey": "team", "TagValue": "shop", "Category": "Custom"},
                {"TagKey": "stage", "TagValue": "prod", "Category": "Custom"},
            ],
        },
        {
            "Resource": f"qcs::cvm:ap-tokyo:uin/{ACCOUNT}:sg/sg-0000000c",
            "Tags": [{"TagKey": "team", "TagValue": "shop", "Category": "Custom"}],
        },
    ]


@pytest.mark.usefixtures("tagged")
def test_pages(call: Any) -> None:
    """A token leads to the next one; the last has none."""
    first = call("tag", "GetResources", MaxResults=1)
    second = call("tag", "GetResources", MaxResults=1, PaginationToken=first["PaginationToken"])
    assert second["PaginationToken"] == ""
    assert described(first) + described(second) == described(call("tag", "GetResources"))


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("given", "found"),
    [
        (f"qcs::vpc:ap-guangzhou:uin/{ACCOUNT}:sg/{GROUP}", True),
        (f"qcs::cvm:ap-guangzhou:uin/{ACCOUNT}:sg/{GROUP}", True),
        (f"qcs::vpc:ap-guangzhou::sg/{GROUP}", True),
        (f"qcs::vpc:ap-tokyo::sg/{GROUP}", False),
        (f"qcs::vpc:ap-guangzhou:uin/1:sg/{GROUP}", False),
        ("qcs::vpc:ap-guangzhou::sg/sg-0000000b", False),
        (f"qcs::clb:ap-guangzhou::sg/{GROUP}", False),
        (GROUP, False),
    ],
)
def test_named_ones_are_called_as_they_were(call: Any, given: str, *, found: bool) -> None:
    assert described(call("tag", "GetResources", ResourceList=[given])) == [given] * found


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([{"TagKey": "team"}], 2),
        ([{"TagKey": "team"}, {"TagKey": "stage", "TagValue": ["test", "prod"]}], 1),
        ([{"TagKey": "team", "TagValue": ["bank"]}], 0),
    ],
)
def test_filters_all_hold(call: Any, filters: list[Any], count: int) -> None:
    assert len(described(call("tag", "GetResources", TagFilters=filters))) == count


@pytest.mark.parametrize(
    "params",
    [
        {"MaxResults": 0},
        {"MaxResults": 201},
        {"PaginationToken": "guess"},
        {"ResourceList": ["qcs::cvm:ap-guangzhou::sg/sg-0000000a"] * 10},
        {"TagFilters": [{"TagKey": "k"}] * 7},
        {"TagFilters": [{"TagKey": "k", "TagValue": ["v"] * 11}]},
    ],
)
def test_what_is_refused(call: Any, params: dict[str, Any]) -> None:
    assert call.error("tag", "GetResources", **params) == "InvalidParameterValue"
