"""What a caller says was there before: taken over where it can be read, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import samples

from sgguard.event import parse
from sgguard.model.change import ChangeEvent

NEW = samples.wire_row(("tcp", "22", "0.0.0.0/0"), 3)
OLD = samples.wire_row(("tcp", "22", "203.0.113.0/24"), 3)
REQUEST: dict[str, Any] = {
    "SecurityGroupId": "sg-node0001",
    "SecurityGroupPolicySet": {"Version": "7", "Ingress": [NEW]},
    "OriginalSecurityGroupPolicySet": {"Ingress": [OLD]},
}


def change(request: object, api: str = "ReplaceSecurityGroupPolicy") -> ChangeEvent:
    record = {
        "eventName": api,
        "resourceType": "vpc",
        "requestParameters": json.dumps(request),
        "resourceName": "sg-node0001",
    }
    found = parse(record)
    assert isinstance(found, ChangeEvent)
    return found


def test_rows_are_paired_by_index() -> None:
    claim = change(REQUEST).claim
    assert claim is not None
    assert claim.version == "7"
    (row,) = claim.replaced
    assert (row.direction, row.index, row.old.cidr, row.new.cidr) == (
        "ingress",
        3,
        "203.0.113.0/24",
        "0.0.0.0/0",
    )


def test_flattened_keys_are_read() -> None:
    flat = {
        "SecurityGroupId": "sg-node0001",
        "SecurityGroupPolicySet.Egress.0.PolicyIndex": "0",
        "SecurityGroupPolicySet.Egress.0.CidrBlock": "0.0.0.0/0",
        "SecurityGroupPolicySet.Egress.0.AddressTemplate.AddressId": "",
        "OriginalSecurityGroupPolicySet.Version": "12",
        "OriginalSecurityGroupPolicySet.Egress.0.PolicyIndex": "0",
        "OriginalSecurityGroupPolicySet.Egress.0.AddressTemplate.AddressId": "ipm-11111111",
    }
    claim = change(flat).claim
    assert claim is not None
    assert claim.version == "12"
    (row,) = claim.replaced
    assert (row.direction, row.index, row.old.address_id, row.new.cidr) == (
        "egress",
        0,
        "ipm-11111111",
        "0.0.0.0/0",
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"OriginalSecurityGroupPolicySet": None},
        {"OriginalSecurityGroupPolicySet": {}},
        {"OriginalSecurityGroupPolicySet": 7},
        {"OriginalSecurityGroupPolicySet": {"Ingress": "all"}},
        {"OriginalSecurityGroupPolicySet": {"Ingress": [7]}},
        {"OriginalSecurityGroupPolicySet": {"Egress": [OLD]}},
        {"OriginalSecurityGroupPolicySet": {"Ingress": [{**OLD, "PolicyIndex": 4}]}},
        {"UpdateType": "Priority"},
        {"UpdateType": "Both"},
    ],
    ids=str,
)
def test_what_cannot_be_paired_claims_nothing(broken: dict[str, Any]) -> None:
    found = change({**REQUEST, **broken})
    assert found.claim is None
    assert found.group_ids == ("sg-node0001",)


@pytest.mark.parametrize(
    "key",
    [
        "OriginalSecurityGroupPolicySet.",
        "OriginalSecurityGroupPolicySet.Ingress",
        "OriginalSecurityGroupPolicySet.Ingress.0",
        "OriginalSecurityGroupPolicySet.Ingress.0.PolicyIndex.0.0.0.0.0.0.0.0.0",
        "OriginalSecurityGroupPolicySet.Ingress.x.PolicyIndex",
    ],
)
def test_flattened_keys_that_contradict_each_other_claim_nothing(key: str) -> None:
    flat = {key: "1", f"{key}.Port": "2", "SecurityGroupPolicySet.Ingress.0.Port": "1"}
    assert change({"SecurityGroupId": "sg-node0001", **flat}).claim is None


@pytest.mark.parametrize("api", ["CreateSecurityGroupPolicies", "ModifySecurityGroupPolicies"])
def test_other_calls_claim_nothing(api: str) -> None:
    assert change(REQUEST, api).claim is None
