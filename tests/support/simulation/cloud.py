"""The cloud of a history: groups with versions, one cluster, one template, and who is bound to what."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import samples

from scfshim import ApiError, Call, TransportError
from scfshim.errors import api_error
from sgguard.facts import GroupNotFoundError, NamedGroup, Subnet, Vpc
from sgguard.model.cluster import Cluster, Machine
from sgguard.model.security_group import Names, SecurityGroupPolicySet
from sgguard.model.stack import Binding
from sgguard.wire.policy_set import decode_policy_set

REGION = "ap-guangzhou"
GROUPS = tuple(f"sg-simgrp0{number}" for number in range(1, 5))
OPEN_GROUP = "sg-simopen1"
"""Bound to no machine at first, and open to everybody."""
TEMPLATE = "ipm-simtmpl1"
_SIDES = ("Ingress", "Egress")


class Group:
    """One group: its rows by direction as on the wire, and its version."""

    def __init__(self, ingress: Sequence[samples.Row]) -> None:
        self.version = 7
        self.rows = {"Ingress": [samples.wire_row(row) for row in ingress]}
        self.rows["Egress"] = [samples.wire_row(row) for row in samples.EGRESS_ROWS]
        self.past: list[SecurityGroupPolicySet] = []

    def answer(self) -> dict[str, Any]:
        """What DescribeSecurityGroupPolicies answers."""
        sides = {
            side: [{**row, "PolicyIndex": n} for n, row in enumerate(self.rows[side])] for side in _SIDES
        }
        return {"SecurityGroupPolicySet": {"Version": str(self.version), **sides}}

    def change(self, side: str, rows: list[dict[str, Any]]) -> None:
        """A successful write."""
        self.past.append(decode_policy_set(self.answer(), "before"))
        self.rows = {**self.rows, side: rows}
        self.version += 1


class SimulatedCloud:
    """Implements what the guard's readers read. Faults are put in front of it, not here."""

    def __init__(self) -> None:
        common = [*samples.NODE_ROWS, ("tcp", "8080", TEMPLATE)]
        self.groups = {
            group_id: Group(common if n else samples.NODE_ROWS) for n, group_id in enumerate(GROUPS)
        }
        self.groups[OPEN_GROUP] = Group([("tcp", "8080", "0.0.0.0/0"), ("tcp", "443", "10.0.0.0/16")])
        self.members: dict[str, tuple[str, ...]] = {TEMPLATE: ("10.0.3.0/24",)}
        self.bound = {f"ins-sim{number}": [group_id] for number, group_id in enumerate(GROUPS, 1)}
        self._read: dict[tuple[str, int], SecurityGroupPolicySet] = {}

    def machines_of(self, group_id: str) -> list[list[str]]:
        """The ordered groups of every machine that has the group."""
        return [groups for groups in self.bound.values() if group_id in groups]

    def stack(self, groups: Sequence[str], side: str) -> list[dict[str, Any]]:
        """The rows that a machine with these groups goes by."""
        return [row for group_id in groups for row in self.groups[group_id].rows[side]]

    def policies(self, region: str, group_id: str) -> SecurityGroupPolicySet:
        if region != REGION or group_id not in self.groups:
            raise GroupNotFoundError(f"no {group_id} in {region}")
        group = self.groups[group_id]
        if (group_id, group.version) not in self._read:
            self._read[group_id, group.version] = decode_policy_set(group.answer(), group_id)
        return self._read[group_id, group.version]

    def groups_of(self, region: str) -> tuple[NamedGroup, ...]:
        return tuple(NamedGroup(group_id=group_id) for group_id in self.groups if region == REGION)

    def clusters(self, region: str) -> tuple[Cluster, ...]:
        machines = tuple(
            Machine(instance_id=name, role="node", address=f"10.0.1.{10 + number}")
            for number, name in enumerate(self.bound, 1)
        )
        cluster = Cluster(
            cluster_id="cls-simclus1",
            vpc_id="vpc-sim00001",
            pod_networks=("GlobalRouter",),
            pod_cidrs=(samples.PODS,),
            machines=machines,
        )
        return (cluster,) if region == REGION else ()

    def bindings(self, region: str, group_id: str | None) -> tuple[Binding, ...]:
        return tuple(
            Binding(instance_id=name, group_ids=tuple(groups))
            for name, groups in self.bound.items()
            if group_id is None or group_id in groups
        )

    def bindings_of(self, region: str, machines: tuple[str, ...]) -> tuple[Binding, ...]:
        return tuple(found for found in self.bindings(region, None) if found.instance_id in machines)

    def vpc(self, region: str, vpc_id: str) -> Vpc:
        return Vpc(cidrs=(samples.VPC,), subnets=(Subnet(subnet_id="subnet-1", cidrs=(samples.NODES,)),))

    def members_of(self, region: str, names: frozenset[str]) -> Names:
        return {name: self.members[name] for name in names if name in self.members}

    def write(self, call: Call) -> None:
        """Carry out a write as the API does. Raises ApiError."""
        group = self.groups[str(call.params["SecurityGroupId"])]
        given: Any = copy.deepcopy(call.params["SecurityGroupPolicySet"])
        (side,) = given.keys() & set(_SIDES)
        if str(given.get("Version", group.version)) != str(group.version):
            raise refusal("UnsupportedOperation.VersionMismatch", call.action)
        group.change(side, _written(call.action, group.rows[side], given[side]))


def _written(action: str, rows: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    indexes = [row.get("PolicyIndex") for row in given]
    if action == "DeleteSecurityGroupPolicies":
        return [row for index, row in enumerate(rows) if index not in indexes]
    new = [_complete(row) for row in given]
    if action == "CreateSecurityGroupPolicies":
        at = len(rows) if indexes[0] is None else indexes[0]
        return [*rows[:at], *new, *rows[at:]]
    if action == "ReplaceSecurityGroupPolicy":
        return [new[0] if index == indexes[0] else row for index, row in enumerate(rows)]
    raise refusal("InvalidAction", action)


def _complete(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every key, as it is read back."""
    empty = samples.wire_row(("ALL", "ALL", ""))
    given = {key: value for key, value in row.items() if key != "PolicyIndex"}
    nested = {key: {**empty[key], **given.get(key, {})} for key in ("AddressTemplate", "ServiceTemplate")}
    return {**empty, **given, **nested}


def refusal(code: str, action: str) -> ApiError:
    """The API's answer to a call that was not carried out."""
    return api_error(code)(code, "refused", "simulated", action)


def silence(action: str) -> TransportError:
    """No answer, whatever became of the call."""
    return TransportError(action, "connection reset", sent=True)
