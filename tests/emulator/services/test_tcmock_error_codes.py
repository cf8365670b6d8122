"""The error codes that the vendor lists for the actions on security groups and their rows.

Most are the answer to a request; the rest come from what is not emulated (approvals, locks, load balancers
that share a group, faults of the vendor) or cannot get past the gateway, and are there as faults.
"""

from __future__ import annotations

from typing import Any

import pytest

GROUP, EMPTY = "sg-0000000a", "sg-0000000b"
ROW = {"Protocol": "TCP", "Port": "9", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"}
MANY = [{**ROW, "Port": str(port)} for port in range(100, 200)]
WIDE = {"ServiceTemplate": {"ServiceId": "ppm-0000000a"}, "Action": "DROP"}
OTHERS = [f"sg-0000001{n:x}" for n in range(11)]


def rows(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Parameters of a write on ingress rows."""
    return {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": {"Ingress": [*given], **more}}


def changed(**changes: Any) -> dict[str, Any]:
    """The row with members replaced."""
    return rows({**ROW, **changes})


CREATE, DELETE = "CreateSecurityGroupPolicies", "DeleteSecurityGroupPolicies"
MODIFY, REPLACE, REPLACE_MANY = (
    "ModifySecurityGroupPolicies",
    "ReplaceSecurityGroupPolicy",
    "ReplaceSecurityGroupPolicies",
)
READ, EXPANDED = "DescribeSecurityGroupPolicies", "DescribeSecurityGroupExpandedPolicies"
LIST, STATISTICS = "DescribeSecurityGroups", "DescribeSecurityGroupAssociationStatistics"
REFERENCES = "DescribeSecurityGroupReferences"
BAD_FILTER = {"Filters": [{"Name": "colour", "Values": ["red"]}]}
BY_MATCH = {**ROW, "Port": "1"}
ANSWERED: list[tuple[str, str, dict[str, Any]]] = [
    (CREATE, "InvalidParameter", {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": []}),
    (CREATE, "InvalidParameter.Coexist", changed(Ipv6CidrBlock="::/0")),
    (CREATE, "InvalidParameterValue", rows(ROW, {**ROW, "PolicyIndex": 0})),
    (CREATE, "InvalidParameterValue.Empty", changed(CidrBlock="")),
    (CREATE, "InvalidParameterValue.Malformed", changed(CidrBlock="10.0.0.0/33")),
    (CREATE, "InvalidParameterValue.Range", changed(Protocol="SCTP")),
    (CREATE, "InvalidParameterValue.TooLong", changed(PolicyDescription="x" * 101)),
    (
        CREATE,
        "LimitExceeded",
        rows(*({"Protocol": "ALL", "SecurityGroupId": other, "Action": "DROP"} for other in OTHERS)),
    ),
    (CREATE, "LimitExceeded.SecurityGroupPolicySet", rows(*MANY)),
    (CREATE, "ResourceNotFound", {**changed(), "SecurityGroupId": "sg-00000009"}),
    (CREATE, "UnknownParameter.WithGuess", changed(CidrBlok="10.0.0.0/8")),
    (CREATE, "UnsupportedOperation.DuplicatePolicy", rows(ROW, ROW)),
    (
        CREATE,
        "UnsupportedOperation.SgNumExceedLimit",
        rows(*({**WIDE, "AddressTemplate": {"AddressId": f"ipm-0000000{n}"}} for n in range(6))),
    ),
    (CREATE, "UnsupportedOperation.VersionMismatch", rows(ROW, Version="99")),
    (DELETE, "InvalidParameter.Coexist", rows({**ROW, "PolicyIndex": 0})),
    (DELETE, "InvalidParameterValue.Empty", rows({**BY_MATCH, "Port": ""})),
    (DELETE, "InvalidParameterValue.Malformed", rows({**BY_MATCH, "CidrBlock": "x"})),
    (DELETE, "InvalidParameterValue.Range", rows({"PolicyIndex": 9})),
    (DELETE, "ResourceNotFound", rows({**BY_MATCH, "Port": "2"})),
    (DELETE, "UnsupportedOperation.VersionMismatch", rows({"PolicyIndex": 0}, Version="99")),
    (MODIFY, "InvalidParameter.Coexist", changed(PolicyIndex=0)),
    (MODIFY, "InvalidParameterValue.Empty", rows()),
    (MODIFY, "InvalidParameterValue.Malformed", changed(Port="x")),
    (MODIFY, "InvalidParameterValue.Range", changed(Port="9-8")),
    (MODIFY, "InvalidParameterValue.TooLong", changed(PolicyDescription="x" * 101)),
    (MODIFY, "LimitExceeded", rows(ROW, *MANY)),
    (MODIFY, "ResourceNotFound", {**changed(), "SecurityGroupId": "sg-00000009"}),
    (MODIFY, "UnsupportedOperation.DuplicatePolicy", rows(ROW, ROW)),
    (REPLACE, "InvalidParameter", {"SecurityGroupId": GROUP, "SecurityGroupPolicySet": []}),
    (REPLACE, "InvalidParameter.Coexist", changed(PolicyIndex=0, SecurityGroupId=EMPTY)),
    (REPLACE, "InvalidParameterValue.Empty", changed()),
    (
        REPLACE,
        "InvalidParameterValue.LimitExceeded",
        rows({**ROW, "PolicyIndex": 0}, {**ROW, "PolicyIndex": 1}),
    ),
    (REPLACE, "InvalidParameterValue.Malformed", changed(PolicyIndex=0, Port="x")),
    (REPLACE, "InvalidParameterValue.Range", changed(PolicyIndex=9)),
    (REPLACE, "InvalidParameterValue.TooLong", changed(PolicyIndex=0, PolicyDescription="x" * 101)),
    (REPLACE, "ResourceNotFound", changed(PolicyIndex=0, CidrBlock="", SecurityGroupId="sg-00000009")),
    (REPLACE, "UnknownParameter.WithGuess", changed(PolicyIndx=0)),
    (REPLACE, "UnsupportedOperation.DuplicatePolicy", changed(PolicyIndex=0, Port="10")),
    (REPLACE, "UnsupportedOperation.VersionMismatch", rows({**ROW, "PolicyIndex": 0}, Version="99")),
    (REPLACE_MANY, "InvalidParameterValue", {**changed(PolicyIndex=0), "UpdateType": "Priority"}),
    (REPLACE_MANY, "InvalidParameterValue.Invalid", {**changed(PolicyIndex=0), "UpdateType": "All"}),
    (REPLACE_MANY, "UnsupportedOperation.VersionMismatch", rows({**ROW, "PolicyIndex": 0}, Version="99")),
    *(
        (action, code, params)
        for action in (READ, EXPANDED)
        for code, params in (
            ("InvalidParameter.FilterInvalidKey", {"SecurityGroupId": GROUP, **BAD_FILTER}),
            ("InvalidParameterValue.Malformed", {"SecurityGroupId": "web"}),
            ("ResourceNotFound", {"SecurityGroupId": "sg-00000009"}),
        )
    ),
    (LIST, "InvalidParameter.Coexist", {"SecurityGroupIds": [GROUP], **BAD_FILTER}),
    (LIST, "InvalidParameter.FilterInvalidKey", BAD_FILTER),
    (LIST, "InvalidParameterValue.LimitExceeded", {"SecurityGroupIds": [GROUP] * 101}),
    (LIST, "InvalidParameterValue.Malformed", {"SecurityGroupIds": ["web"]}),
    (LIST, "InvalidParameterValue.Range", {"Limit": "101"}),
    *(
        (action, code, {"SecurityGroupIds": groups})
        for action in (STATISTICS, REFERENCES)
        for code, groups in (
            ("InvalidParameterValue.LimitExceeded", [GROUP] * 101),
            ("InvalidParameterValue.Malformed", ["web"]),
            ("ResourceNotFound", ["sg-00000009"]),
        )
    ),
]
_WRITES = (
    "InternalError.ModuleError",
    "InvalidParameterValue.MemberApprovalApplicationIdMismatch",
    "InvalidParameterValue.MemberApprovalApplicationNotApproved",
    "InvalidParameterValue.MemberApprovalApplicationRejected",
    "InvalidParameterValue.MemberApprovalApplicationStarted",
    "UnsupportedOperation.LockedResources",
)
AS_FAULTS = [
    *((action, code) for action in (CREATE, DELETE, MODIFY, REPLACE, REPLACE_MANY) for code in _WRITES),
    *((action, "UnsupportedOperation.BpaasResources") for action in (CREATE, DELETE, MODIFY, REPLACE_MANY)),
    *(
        (action, "UnsupportedOperation.ClbPolicyExceedLimit")
        for action in (CREATE, MODIFY, REPLACE, REPLACE_MANY)
    ),
    *((action, "UnsupportedOperation.ClbPolicyLimit") for action in (CREATE, REPLACE, REPLACE_MANY)),
    *(
        (action, code)
        for action in (READ, EXPANDED, LIST)
        for code in ("InvalidParameter.FilterNotDict", "InvalidParameter.FilterValuesNotList")
    ),
    ("DescribeSecurityGroupLimits", "UnsupportedOperation"),
    (REFERENCES, "InternalError.ModuleError"),
]


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    services = [f"tcp:{port}" for port in range(20)]
    region.add("service_templates", ServiceTemplateId="ppm-0000000a", ServiceSet=services)
    for n in range(6):
        addresses = [f"10.{n}.{part}.0/24" for part in range(20)]
        region.add("address_templates", AddressTemplateId=f"ipm-0000000{n}", AddressSet=addresses)
    for other in (EMPTY, *OTHERS):
        region.add_security_group(SecurityGroupId=other)
    policies = {"Ingress": [BY_MATCH, {**ROW, "Port": "10"}]}
    region.add_security_group(SecurityGroupId=GROUP, SecurityGroupPolicySet=policies)


@pytest.mark.parametrize(
    ("action", "code", "params"), ANSWERED, ids=[f"{case[0]}-{case[1]}" for case in ANSWERED]
)
def test_codes_that_requests_get(
    call: Any, cloud: Any, action: str, code: str, params: dict[str, Any]
) -> None:
    """And the state is as before."""
    before = cloud.dump()
    assert call.error("vpc", action, **params) == code
    assert cloud.dump() == before


@pytest.mark.parametrize(("action", "code"), AS_FAULTS)
def test_codes_that_are_there_as_faults(call: Any, cloud: Any, action: str, code: str) -> None:
    """Whoever has to cope with them can have them."""
    cloud.faults.add(action, code)
    params = {LIST: {}, "DescribeSecurityGroupLimits": {}, REFERENCES: {"SecurityGroupIds": [GROUP]}}.get(
        action, {"SecurityGroupId": GROUP} if action.startswith("Describe") else changed()
    )
    assert call.error("vpc", action, **params) == code
