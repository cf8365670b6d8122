"""Answers of DescribeSecurityGroupPolicies in every shape they come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import samples

from sgguard.errors import ConfigError
from sgguard.model.security_group import SecurityGroupPolicy
from sgguard.wire.policy_set import decode_policy_set, encode_policy, encode_policy_set

RECORDINGS = Path(__file__).parents[3].parent / "shared" / "data" / "recordings"


def bare(**changes: Any) -> dict[str, Any]:
    policy_set: dict[str, Any] = samples.wire_group()["Response"]["SecurityGroupPolicySet"]
    return {**policy_set, **changes}


def test_the_wrapper_may_be_there_or_not() -> None:
    answer = samples.wire_group()
    expected = decode_policy_set(answer, "x")
    assert decode_policy_set(answer["Response"], "x") == expected
    assert decode_policy_set(answer["Response"]["SecurityGroupPolicySet"], "x") == expected
    assert expected.version == "7"
    assert [row.index for row in expected.ingress] == [0, 1, 2, 3, 4, 5]


def test_null_absent_and_empty_are_the_same() -> None:
    row = {"Protocol": "tcp", "Port": "22", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    nulls = {"Ipv6CidrBlock": None, "AddressTemplate": None, "ServiceTemplate": {"ServiceId": None}}
    plain = decode_policy_set({"Version": 3, "Ingress": [row], "Egress": None}, "x")
    assert plain == decode_policy_set({"Version": "3", "Ingress": [{**row, **nulls}]}, "x")
    assert plain.version == "3"
    assert plain.egress == ()


def test_rows_are_put_in_the_order_of_their_index() -> None:
    rows = list(reversed(bare()["Ingress"]))
    assert decode_policy_set(bare(Ingress=rows), "x") == decode_policy_set(bare(), "x")


def test_indexes_may_be_texts_and_ports_numbers() -> None:
    row = {"PolicyIndex": "0", "Protocol": "tcp", "Port": 22, "CidrBlock": "10.0.0.0/8", "Action": "drop"}
    (policy,) = decode_policy_set({"Ingress": [row]}, "x").ingress
    assert (policy.index, policy.port, policy.action) == (0, "22", "drop")


@pytest.mark.parametrize("indexes", [[0, 2], [1, 2], [0, 0], [0, -1], ["0", "x"]])
def test_a_list_with_gaps_is_no_whole_list(indexes: list[Any]) -> None:
    rows = [{**row, "PolicyIndex": index} for row, index in zip(bare()["Ingress"], indexes, strict=False)]
    with pytest.raises(ConfigError, match=r"group.json: Ingress: PolicyIndex"):
        decode_policy_set({"Ingress": rows}, "group.json")


@pytest.mark.parametrize(
    "document", [None, [], "text", 3, {}, {"Response": {"Error": {"Code": "x"}}}, {"Ingress": "all"}]
)
def test_what_is_no_policy_set_says_so(document: object) -> None:
    with pytest.raises(ConfigError, match=r"^group.json: .*DescribeSecurityGroupPolicies"):
        decode_policy_set(document, "group.json")


def test_both_directions_are_reported_at_once() -> None:
    broken = [{"PolicyIndex": 4, "Action": "ACCEPT"}]
    with pytest.raises(ConfigError) as caught:
        decode_policy_set({"Ingress": broken, "Egress": broken}, "g")
    assert len(caught.value.problems) == 2


def test_a_request_leaves_out_what_is_absent() -> None:
    policy = SecurityGroupPolicy(
        index=4,
        action="ACCEPT",
        protocol="tcp",
        port="22",
        address_id="ipm-1",
        description="x",
        modified_at="y",
    )
    assert encode_policy(policy) == {
        "Protocol": "tcp",
        "Port": "22",
        "AddressTemplate": {"AddressId": "ipm-1"},
        "Action": "ACCEPT",
        "PolicyDescription": "x",
    }
    assert encode_policy(policy, index=0)["PolicyIndex"] == 0


def test_encoded_sets_decode_to_the_same_traffic() -> None:
    group = samples.group()
    again = decode_policy_set(encode_policy_set(group), "x")
    assert [row.cidr for row in again.ingress] == [row.cidr for row in group.ingress]


@pytest.mark.shared_data
@pytest.mark.skipif(not RECORDINGS.exists(), reason="recorded answers are not part of the project")
def test_recorded_answers_decode_and_evaluate() -> None:
    found = sorted(RECORDINGS.glob("vpc.DescribeSecurityGroupPolicies.*.json"))
    assert found
    for path in found:
        answer = json.loads(path.read_text())["response"]
        group = decode_policy_set(answer, path.name)
        raw = answer["Response"]["SecurityGroupPolicySet"]
        assert (len(group.ingress), len(group.egress)) == (len(raw["Ingress"]), len(raw["Egress"]))
        assert group.version == raw["Version"]
        evaluation = samples.evaluate(group, samples.expectation(), group_id=path.name)
        assert evaluation.verdict == "violating"
