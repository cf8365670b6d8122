"""The five writes on rows: what they do, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tcmock.vpc.state import VpcState

GROUP = "sg-00000001"
WRITES = (
    "CreateSecurityGroupPolicies",
    "DeleteSecurityGroupPolicies",
    "ModifySecurityGroupPolicies",
    "ReplaceSecurityGroupPolicies",
    "ReplaceSecurityGroupPolicy",
)


@pytest.fixture(autouse=True)
def _group(region: Any, tcp: Any) -> None:
    """A group at version 7: ports 1, 2, 3 in and everything out."""
    region.add_security_group(
        SecurityGroupId=GROUP,
        SecurityGroupPolicySet={
            "Version": "7",
            "Ingress": [tcp("1"), tcp("2"), tcp("3")],
            "Egress": [{"Protocol": "ALL", "CidrBlock": "0.0.0.0/0", "Action": "ACCEPT"}],
        },
    )


def write(api: Any, action: str, *rows: dict[str, Any], version: str = "", **more: Any) -> None:
    """Call a write on ingress rows."""
    policies = {"Ingress": [*rows], **({"Version": version} if version else {})}
    api("vpc", action, SecurityGroupId=GROUP, SecurityGroupPolicySet=policies, **more)


def refuse(api: Any, action: str, *rows: dict[str, Any], version: str = "", **more: Any) -> str:
    """The code of a write that must fail, having seen that nothing changed."""
    before = api.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=GROUP)["SecurityGroupPolicySet"]
    policies = {"Ingress": [*rows], **({"Version": version} if version else {})}
    code = api.error("vpc", action, SecurityGroupId=GROUP, SecurityGroupPolicySet=policies, **more)
    after = api.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=GROUP)["SecurityGroupPolicySet"]
    assert before == after
    return code


def ports(api: Any) -> list[str]:
    """The ingress ports, top first."""
    rows = api.rows(GROUP)
    assert [entry["PolicyIndex"] for entry in rows] == list(range(len(rows)))
    return [entry["Port"] for entry in rows]


def test_create_appends_without_an_index(api: Any, tcp: Any) -> None:
    """In the order given, and the version rises by one."""
    write(api, "CreateSecurityGroupPolicies", tcp("8"), tcp("9"), version="7")
    assert ports(api) == ["1", "2", "3", "8", "9"]
    assert api.version(GROUP) == "8"


@pytest.mark.parametrize(
    ("index", "expected"),
    [(0, ["8", "9", "1", "2", "3"]), (2, ["1", "2", "8", "9", "3"]), (3, ["1", "2", "3", "8", "9"])],
)
def test_create_inserts_at_an_index(api: Any, tcp: Any, index: int, expected: list[str]) -> None:
    """Several rows keep their order; the vendor's examples also send the index as a string."""
    write(api, "CreateSecurityGroupPolicies", tcp("8", PolicyIndex=index), tcp("9", PolicyIndex=index))
    assert ports(api) == expected


def test_create_takes_a_textual_index(local: Any, tcp: Any) -> None:
    """As in ``"PolicyIndex": "0"`` of the vendor's own examples."""
    policies = {"Ingress": [tcp("8", PolicyIndex="0")]}
    local.raw("vpc", "CreateSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet=policies)
    assert ports(local) == ["8", "1", "2", "3"]


def test_create_needs_one_index_for_all(local: Any, tcp: Any) -> None:
    """Different ones, or one row without, are refused; so is a place that is not there."""
    action = "CreateSecurityGroupPolicies"
    assert refuse(local, action, tcp("8", PolicyIndex=0), tcp("9", PolicyIndex=1)) == "InvalidParameterValue"
    assert refuse(local, action, tcp("8", PolicyIndex=0), tcp("9")) == "InvalidParameterValue"
    assert refuse(local, action, tcp("8", PolicyIndex=4)) == "InvalidParameterValue.Range"
    assert refuse(local, action, tcp("8", PolicyIndex=-1)) == "InvalidParameterValue.Range"


@pytest.mark.parametrize("action", [name for name in WRITES if name != "ModifySecurityGroupPolicies"])
def test_one_direction_a_call(local: Any, tcp: Any, action: str) -> None:
    """Both are refused, and so is neither; an empty list is none."""
    both = {"Ingress": [tcp("8", PolicyIndex=0)], "Egress": [tcp("8", PolicyIndex=0)]}
    for policies, code in [
        (both, "InvalidParameter.Coexist"),
        ({}, "InvalidParameterValue.Empty"),
        ({"Ingress": [], "Egress": []}, "InvalidParameterValue.Empty"),
    ]:
        assert local.error("vpc", action, SecurityGroupId=GROUP, SecurityGroupPolicySet=policies) == code


@pytest.mark.parametrize("action", WRITES)
def test_the_group_must_exist_and_its_id_have_the_shape(local: Any, tcp: Any, action: str) -> None:
    """Two different codes."""
    policies = {"Ingress": [tcp("8")]}
    for group, code in [("sg-00000009", "ResourceNotFound"), ("demo", "InvalidParameterValue.Malformed")]:
        assert local.error("vpc", action, SecurityGroupId=group, SecurityGroupPolicySet=policies) == code


@pytest.mark.parametrize("version", ["6", "8", "0", "latest"])
def test_a_version_is_compared_and_set(local: Any, tcp: Any, version: str) -> None:
    """Whatever is not the current version is a mismatch, for every write that looks at it."""
    code = "UnsupportedOperation.VersionMismatch"
    assert refuse(local, "CreateSecurityGroupPolicies", tcp("8"), version=version) == code
    assert refuse(local, "DeleteSecurityGroupPolicies", {"PolicyIndex": 0}, version=version) == code
    assert refuse(local, "ReplaceSecurityGroupPolicy", tcp("8", PolicyIndex=0), version=version) == code
    assert refuse(local, "ReplaceSecurityGroupPolicies", tcp("8", PolicyIndex=0), version=version) == code


def test_without_a_version_nothing_is_compared(api: Any, tcp: Any) -> None:
    """Two blind writes both succeed."""
    write(api, "CreateSecurityGroupPolicies", tcp("8"))
    write(api, "DeleteSecurityGroupPolicies", {"PolicyIndex": 0})
    assert api.version(GROUP) == "9"


def test_an_exact_duplicate_is_refused(local: Any, tcp: Any) -> None:
    """The description counts; the case of words does not."""
    action = "CreateSecurityGroupPolicies"
    code = "UnsupportedOperation.DuplicatePolicy"
    assert refuse(local, action, tcp("1", Protocol="tcp", Action="accept")) == code
    assert refuse(local, action, tcp("8"), tcp("8")) == code
    assert refuse(local, "ReplaceSecurityGroupPolicy", tcp("1", PolicyIndex=1)) == code
    write(local, action, tcp("1", PolicyDescription="twin"))
    assert ports(local) == ["1", "2", "3", "1"]


def test_a_row_may_be_in_both_directions(local: Any, tcp: Any) -> None:
    """Directions are apart."""
    policies = {"Egress": [tcp("1")]}
    local("vpc", "CreateSecurityGroupPolicies", SecurityGroupId=GROUP, SecurityGroupPolicySet=policies)
    assert [entry["Port"] for entry in local.rows(GROUP, "Egress")] == ["ALL", "1"]


def test_a_hundred_rows_in_one_direction(local: Any, tcp: Any) -> None:
    """And not one more; the codes differ between the actions."""
    write(local, "CreateSecurityGroupPolicies", *(tcp(str(port)) for port in range(100, 197)))
    assert len(ports(local)) == 100
    assert refuse(local, "CreateSecurityGroupPolicies", tcp("8")) == "LimitExceeded.SecurityGroupPolicySet"
    rows = [tcp(str(port)) for port in range(101)]
    assert refuse(local, "ModifySecurityGroupPolicies", *rows) == "LimitExceeded"


def test_delete_by_index_counts_in_one_snapshot(api: Any) -> None:
    """Deleting 0 and 1 takes the first two rows, in whatever order they are named."""
    write(api, "DeleteSecurityGroupPolicies", {"PolicyIndex": 1}, {"PolicyIndex": 0}, version="7")
    assert ports(api) == ["3"]
    assert api.version(GROUP) == "8"


def test_delete_by_match_takes_every_row_that_matches(api: Any, tcp: Any) -> None:
    """Rows that differ only in the description go together unless the match names one."""
    for text in ("a", "b"):
        write(api, "CreateSecurityGroupPolicies", tcp("1", PolicyDescription=text))
    write(api, "DeleteSecurityGroupPolicies", tcp("1", Action="Accept", PolicyDescription="a"))
    assert ports(api) == ["1", "2", "3", "1"]
    write(api, "DeleteSecurityGroupPolicies", tcp("1"))
    assert ports(api) == ["2", "3"]


def test_what_delete_refuses(local: Any, tcp: Any) -> None:
    """Mixed methods, rows that are not there, and half a match."""
    action = "DeleteSecurityGroupPolicies"
    assert refuse(local, action, {"PolicyIndex": 0}, tcp("2")) == "InvalidParameter.Coexist"
    assert refuse(local, action, tcp("2", PolicyIndex=1)) == "InvalidParameter.Coexist"
    assert refuse(local, action, {"PolicyIndex": 0}, {}) == "InvalidParameterValue.Empty"
    assert refuse(local, action, {"PolicyIndex": 3}) == "InvalidParameterValue.Range"
    assert refuse(local, action, {"PolicyIndex": 1}, {"PolicyIndex": 1}) == "InvalidParameterValue.Duplicate"
    assert refuse(local, action, tcp("9")) == "ResourceNotFound"
    assert refuse(local, action, tcp("1"), tcp("9")) == "ResourceNotFound"
    portless = {"Protocol": "TCP", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    assert refuse(local, action, portless) == "InvalidParameterValue.Empty"


def test_replace_puts_one_row_in_the_place_of_another(api: Any, tcp: Any) -> None:
    """The others keep their places and times."""
    before = api.rows(GROUP)
    write(api, "ReplaceSecurityGroupPolicy", tcp("22", PolicyIndex=1, PolicyDescription="new"), version="7")
    after = api.rows(GROUP)
    assert [before[0], before[2]] == [after[0], after[2]]
    assert (after[1]["Port"], after[1]["PolicyDescription"]) == ("22", "new")
    assert api.version(GROUP) == "8"


def test_what_replace_refuses(local: Any, tcp: Any) -> None:
    """More than one row, no index, an index that is not there."""
    action = "ReplaceSecurityGroupPolicy"
    two = (tcp("8", PolicyIndex=0), tcp("9", PolicyIndex=1))
    assert refuse(local, action, *two) == "InvalidParameterValue.LimitExceeded"
    assert refuse(local, action, tcp("8")) == "InvalidParameterValue.Empty"
    assert refuse(local, action, tcp("8", PolicyIndex=3)) == "InvalidParameterValue.Range"


def test_replace_many_by_content(api: Any, tcp: Any) -> None:
    """Each row at its index; two rows may even change places."""
    rows = [tcp("2", PolicyIndex=0), tcp("1", PolicyIndex=1)]
    write(api, "ReplaceSecurityGroupPolicies", *rows, version="7")
    assert ports(api) == ["2", "1", "3"]


def test_replace_many_by_priority(api: Any, tcp: Any) -> None:
    """Originals say which row, the others where to; content stays unless both are asked for."""
    original = {"Ingress": [{"PolicyIndex": 2}]}
    write(
        api,
        "ReplaceSecurityGroupPolicies",
        {"PolicyIndex": 0},
        UpdateType="Priority",
        OriginalSecurityGroupPolicySet=original,
    )
    assert ports(api) == ["3", "1", "2"]
    write(
        api,
        "ReplaceSecurityGroupPolicies",
        tcp("9", PolicyIndex=2),
        UpdateType="Both",
        OriginalSecurityGroupPolicySet={"Ingress": [{"PolicyIndex": 0}]},
    )
    assert ports(api) == ["1", "2", "9"]


def test_what_replace_many_refuses(local: Any, tcp: Any) -> None:
    """Unknown types, originals that do not pair, places named twice."""
    action = "ReplaceSecurityGroupPolicies"
    row = tcp("8", PolicyIndex=0)
    twice = {"Ingress": [{"PolicyIndex": 0}, {"PolicyIndex": 0}]}
    pair = {"Ingress": [{"PolicyIndex": 0}, {"PolicyIndex": 1}]}
    assert refuse(local, action, row, UpdateType="All") == "InvalidParameterValue.Invalid"
    assert refuse(local, action, row, row) == "InvalidParameterValue.Duplicate"
    assert refuse(local, action, row, UpdateType="Priority") == "InvalidParameterValue"
    assert refuse(local, action, tcp("8")) == "InvalidParameterValue.Empty"
    moves = ({"PolicyIndex": 1}, {"PolicyIndex": 2})
    for original, code in [
        (twice, "Duplicate"),
        ({"Ingress": [{"PolicyIndex": 3}, {"PolicyIndex": 1}]}, "Range"),
    ]:
        found = refuse(local, action, *moves, UpdateType="Priority", OriginalSecurityGroupPolicySet=original)
        assert found == f"InvalidParameterValue.{code}"
    onto_one = ({"PolicyIndex": 1}, {"PolicyIndex": 1})
    found = refuse(local, action, *onto_one, UpdateType="Priority", OriginalSecurityGroupPolicySet=pair)
    assert found == "InvalidParameterValue.Duplicate"


def test_modify_resets_the_direction_it_names(api: Any, tcp: Any) -> None:
    """The other one stays, named as empty or not at all."""
    write(api, "ModifySecurityGroupPolicies", tcp("3"), tcp("1"))
    assert ports(api) == ["3", "1"]
    assert len(api.rows(GROUP, "Egress")) == 1
    assert api.version(GROUP) == "8"


@pytest.mark.parametrize("version", ["1", "7", "999"])
def test_modify_compares_no_version(local: Any, tcp: Any, version: str) -> None:
    """The trap for whoever relies on it."""
    write(local, "ModifySecurityGroupPolicies", tcp("8"), version=version)
    assert ports(local) == ["8"]
    assert local.version(GROUP) == "8"


def test_modify_with_version_zero_clears_everything(api: Any, tcp: Any) -> None:
    """Both directions, and the rows that came along are ignored, however wrong."""
    write(api, "ModifySecurityGroupPolicies", tcp("8"), tcp("ssh"), version="0")
    assert api.rows(GROUP) == api.rows(GROUP, "Egress") == []
    assert api.version(GROUP) == "8"


def test_what_modify_refuses(local: Any, tcp: Any) -> None:
    """An index, twins, and nothing at all: an empty list does not clear a direction."""
    action = "ModifySecurityGroupPolicies"
    assert refuse(local, action, tcp("8", PolicyIndex=0)) == "InvalidParameter.Coexist"
    assert refuse(local, action, tcp("8"), tcp("8")) == "UnsupportedOperation.DuplicatePolicy"
    assert refuse(local, action) == "InvalidParameterValue.Empty"


class SlowGroups(dict[str, Any]):
    """Groups that take their time between the check of the version and the write."""

    def __contains__(self, name: object) -> bool:
        time.sleep(0.005)
        return super().__contains__(name)


def test_of_two_writers_with_one_version_one_wins(api: Any, region: Any) -> None:
    """Whichever comes second must read again."""
    region[VpcState].security_groups = SlowGroups(region[VpcState].security_groups)
    outcomes: list[str] = []
    barrier = threading.Barrier(8)
    clients = [api.client("vpc") for _ in range(8)]

    def compete(client: Any, port: int) -> None:
        row = {"Protocol": "TCP", "Port": str(port), "SecurityGroupId": GROUP, "Action": "ACCEPT"}
        policies = {"Ingress": [row], "Version": "7"}
        barrier.wait()
        try:
            client.call_json(
                "CreateSecurityGroupPolicies", {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": policies}
            )
            outcomes.append("")
        except TencentCloudSDKException as error:
            outcomes.append(error.get_code())

    threads = [threading.Thread(target=compete, args=(client, port)) for port, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["", *["UnsupportedOperation.VersionMismatch"] * 7]
    assert len(ports(api)) == 4
    assert api.version(GROUP) == "8"
