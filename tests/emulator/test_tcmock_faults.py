"""Things that go wrong on request."""

from __future__ import annotations

from typing import Any

import pytest

GROUP = "sg-00000001"
ACTION = "CreateSecurityGroupPolicies"


@pytest.fixture(autouse=True)
def _group(region: Any) -> None:
    region.add_security_group(SecurityGroupId=GROUP)


def params(port: str, version: str = "") -> dict[str, Any]:
    """One row more."""
    row = {"Protocol": "TCP", "Port": port, "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
    return {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [row], "Version": version}}


def test_an_error_code_instead_of_the_call(api: Any, cloud: Any) -> None:
    """For as many calls as asked, and nothing is executed."""
    cloud.faults.add(ACTION, "RequestLimitExceeded", calls=2)
    assert api.error("vpc", ACTION, **params("1")) == "RequestLimitExceeded"
    assert api.error("vpc", ACTION, **params("1")) == "RequestLimitExceeded"
    assert api.version(GROUP) == "0"
    api("vpc", ACTION, **params("1"))
    assert api.version(GROUP) == "1"
    assert [call.code for call in cloud.calls if call.action == ACTION] == ["RequestLimitExceeded"] * 2 + [""]


def test_other_actions_are_left_alone(local: Any, cloud: Any) -> None:
    """And a call that the gateway refuses spends no fault."""
    cloud.faults.add(ACTION, "InternalError")
    local.raw("vpc", "DescribeSecurityGroups")
    assert local.error("vpc", ACTION, SecurityGroupId=GROUP) == "MissingParameter"
    assert local.error("vpc", ACTION, **params("1")) == "InternalError"


def test_somebody_else_writes_first(api: Any, cloud: Any) -> None:
    """A callable runs just before the action, and may be a client itself."""
    api("vpc", ACTION, **params("0"))
    cloud.faults.add(ACTION, lambda: api("vpc", ACTION, **params("9")))
    mine = params("1", version=api.version(GROUP))
    assert api.error("vpc", ACTION, **mine) == "UnsupportedOperation.VersionMismatch"
    assert [row["Port"] for row in api.rows(GROUP)] == ["0", "9"]


def test_a_lost_answer(api: Any, cloud: Any) -> None:
    """The call is executed and recorded, and the client hears nothing."""
    cloud.faults.add(ACTION, "lost-answer")
    assert api.silence("vpc", ACTION, **params("1")) == "ClientNetworkError"
    assert api.version(GROUP) == "1"
    assert len(cloud.audit.records) == 1
    api("vpc", ACTION, **params("2"))
    assert api.version(GROUP) == "2"


def test_faults_come_in_the_order_given(local: Any, cloud: Any) -> None:
    """First in, first out."""
    cloud.faults.add(ACTION, "InternalError")
    cloud.faults.add(ACTION, "UnsupportedOperation.LockedResources")
    found = [local.error("vpc", ACTION, **params("1")) for _ in range(2)]
    assert found == ["InternalError", "UnsupportedOperation.LockedResources"]


def test_a_fault_that_could_never_happen_is_refused(cloud: Any) -> None:
    """A misspelt action would make a test pass for nothing."""
    with pytest.raises(ValueError, match="`CreateSecurityGroupPolicy` is not emulated"):
        cloud.faults.add("CreateSecurityGroupPolicy", "InternalError")
