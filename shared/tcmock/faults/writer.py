"""Somebody else who writes between a client's read and its write."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from tcmock.faults.call import CallEffect, Target, World
from tcmock.operation import Operation

_PASSING: dict[str, object] = {"Protocol": "TCP", "Port": "1", "CidrBlock": "192.0.2.1", "Action": "DROP"}
"""A row of nobody's: the address is documentation's (RFC 5737)."""


class OtherWriterError(RuntimeError):
    """The other writer's call was refused, so nobody wrote in between and the test would show nothing."""


class OtherCall(CallEffect, frozen=True, tag="other-call"):
    """Another client makes a call of its own first, with the account's first key; no fault hits that one."""

    action: str
    params: dict[str, object] = msgspec.field(default_factory=dict)
    service: str = "vpc"
    version: str = "2017-03-12"
    region: str = ""
    """``""`` is that of the call."""

    def before(self, world: World, call: Target) -> None:
        """Make the call. Raises OtherWriterError."""
        operation = Operation(
            service=self.service,
            version=self.version,
            action=self.action,
            region=self.region or call.region,
            params=self.params,
        )
        request = operation.signed(call.owner, now=world.clock.now())
        answer = msgspec.json.decode(world.handle(request, faulty=False).body)["Response"]
        if "Error" in answer:
            error = answer["Error"]
            raise OtherWriterError(
                f"The other writer's {self.action} before {call.action} was refused with {error['Code']}: "
                f"{error['Message']} Correct the fault's parameters"
            )


class InsertRow(CallEffect, frozen=True, tag="insert-row"):
    """Somebody inserts a row, in the group that the call names unless another is given."""

    row: dict[str, object]
    direction: Literal["Ingress", "Egress"] = "Ingress"
    index: Annotated[int, msgspec.Meta(ge=0)] = 0
    group: str = ""

    def before(self, world: World, call: Target) -> None:
        """Insert it. Raises OtherWriterError."""
        rows: dict[str, object] = {self.direction: [{**self.row, "PolicyIndex": self.index}]}
        _on_group("CreateSecurityGroupPolicies", self.group, rows, call).before(world, call)


class BumpVersion(CallEffect, frozen=True, tag="bump-version"):
    """Somebody inserts a row and takes it away again: the rows are as before, their version is two higher."""

    group: str = ""
    """``""`` is the group that the call names."""

    def before(self, world: World, call: Target) -> None:
        """Write twice. Raises OtherWriterError."""
        InsertRow(_PASSING, group=self.group).before(world, call)
        rows: dict[str, object] = {"Ingress": [{"PolicyIndex": 0}]}
        _on_group("DeleteSecurityGroupPolicies", self.group, rows, call).before(world, call)


def _on_group(action: str, group: str, rows: dict[str, object], call: Target) -> OtherCall:
    group = group or str(call.given.get("SecurityGroupId", ""))
    return OtherCall(action, {"SecurityGroupId": group, "SecurityGroupPolicySet": rows})
