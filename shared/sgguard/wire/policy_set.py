"""``SecurityGroupPolicySet`` as the API answers and takes it.

Shapes: https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicySet. What answers show and
the page does not: absent texts are ``""`` (null and a missing key mean the same), `Version` is a text,
`PolicyIndex` counts from 0 in each direction, and unknown keys (`Diff`, `PolicyStatistics`) come along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sgguard.errors import ConfigError, Problem
from sgguard.model.security_group import (
    DIRECTIONS,
    Direction,
    SecurityGroupPolicy,
    SecurityGroupPolicySet,
)

_KEYS: dict[Direction, str] = {"ingress": "Ingress", "egress": "Egress"}


class _AddressTemplate(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    address_id: str | None = None
    address_group_id: str | None = None


class _ServiceTemplate(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    service_id: str | None = None
    service_group_id: str | None = None


class _Policy(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    policy_index: int | str | None = None
    protocol: str | None = None
    port: str | int | None = None
    service_template: _ServiceTemplate | None = None
    cidr_block: str | None = None
    ipv6_cidr_block: str | None = msgspec.field(default=None, name="Ipv6CidrBlock")
    security_group_id: str | None = None
    address_template: _AddressTemplate | None = None
    action: str | None = None
    policy_description: str | None = None
    modify_time: str | None = None


class _PolicySet(msgspec.Struct, frozen=True, rename="pascal"):
    version: str | int | None = None
    ingress: list[_Policy] | None = None
    egress: list[_Policy] | None = None


class _Bare(msgspec.Struct, frozen=True, rename="pascal"):
    version: str | int | None = None
    ingress: list[_Policy] | msgspec.UnsetType | None = msgspec.UNSET
    egress: list[_Policy] | msgspec.UnsetType | None = msgspec.UNSET


class _Wrapped(_Bare, frozen=True, rename="pascal"):
    security_group_policy_set: _Bare | msgspec.UnsetType = msgspec.UNSET


class _Answer(_Wrapped, frozen=True, rename="pascal"):
    response: _Wrapped | msgspec.UnsetType = msgspec.UNSET


_ANSWER = msgspec.json.Decoder(_Answer)


def decode_policy_set(document: object, where: str) -> SecurityGroupPolicySet:
    """The rows of a DescribeSecurityGroupPolicies answer, with or without its ``Response`` wrapper, or bare.

    `where` names the source in errors. Raises ConfigError when it is no policy set, and when its
    indexes are not 0, 1, 2, …: a filtered or cut list cannot be judged.
    """
    if not isinstance(document, Mapping):
        raise ConfigError([_neither(where)])
    try:
        return _whole(msgspec.convert(document, _Answer), where)
    except msgspec.ValidationError as error:
        raise ConfigError([Problem(where, str(error), _FIX)]) from error


def decode_policy_json(text: bytes | msgspec.Raw, where: str) -> SecurityGroupPolicySet:
    """The same from JSON; quicker. Raises ConfigError."""
    try:
        return _whole(_ANSWER.decode(text), where)
    except msgspec.DecodeError as error:
        raise ConfigError([Problem(where, str(error), _FIX)]) from error


_FIX = "Use the answer of DescribeSecurityGroupPolicies as it is."


def _neither(where: str) -> Problem:
    what = "holds neither Ingress nor Egress, so it is no list of security group rules"
    return Problem(where, what, "Use the answer of DescribeSecurityGroupPolicies.")


def _whole(answer: _Answer, where: str) -> SecurityGroupPolicySet:
    inner = answer.response or answer
    bare = inner.security_group_policy_set or inner
    if bare.ingress is msgspec.UNSET and bare.egress is msgspec.UNSET:
        raise ConfigError([_neither(where)])
    problems: list[Problem] = []
    ingress = _ordered(bare.ingress or (), f"{where}: Ingress", problems)
    egress = _ordered(bare.egress or (), f"{where}: Egress", problems)
    if problems:
        raise ConfigError(problems)
    version = "" if bare.version is None else str(bare.version)
    return SecurityGroupPolicySet(version=version, ingress=ingress, egress=egress)


def decode_some_policies(document: object) -> SecurityGroupPolicySet:
    """Some rows of a group, as a request names them: each with its index, -1 where it has none.

    Raises ConfigError when it is no policy set.
    """
    try:
        decoded = msgspec.convert(document, _PolicySet)
    except msgspec.ValidationError as error:
        fix = "Use a SecurityGroupPolicySet as requests have it."
        raise ConfigError([Problem("SecurityGroupPolicySet", str(error), fix)]) from error
    version = "" if decoded.version is None else str(decoded.version)
    return SecurityGroupPolicySet(
        version=version,
        ingress=tuple(_to_model(policy, -1) for policy in decoded.ingress or ()),
        egress=tuple(_to_model(policy, -1) for policy in decoded.egress or ()),
    )


def _ordered(
    policies: Iterable[_Policy], where: str, problems: list[Problem]
) -> tuple[SecurityGroupPolicy, ...]:
    """The rows by PolicyIndex; rows without one stand where they are."""
    rows = [_to_model(policy, position) for position, policy in enumerate(policies)]
    if [row.index for row in rows] != [*range(len(rows))]:
        rows.sort(key=_index)
    if [row.index for row in rows] != [*range(len(rows))]:
        found = ", ".join(str(row.index) for row in rows[:10])
        what = f"PolicyIndex should count 0, 1, 2, … but is {found}: rows are missing or repeated"
        problems.append(Problem(where, what, "Use an unfiltered answer."))
    return tuple(rows)


def _index(row: SecurityGroupPolicy) -> int:
    return row.index


def _to_model(policy: _Policy, position: int) -> SecurityGroupPolicy:
    address, service = policy.address_template, policy.service_template
    index = policy.policy_index
    if isinstance(index, str):
        index = int(index) if index.isascii() and index.isdigit() else -1
    return SecurityGroupPolicy(
        index=position if index is None else index,
        action=policy.action or "",
        protocol=policy.protocol or "",
        port="" if policy.port is None else str(policy.port),
        cidr=policy.cidr_block or "",
        ipv6_cidr=policy.ipv6_cidr_block or "",
        group_id=policy.security_group_id or "",
        address_id=(address and address.address_id) or "",
        address_group_id=(address and address.address_group_id) or "",
        service_id=(service and service.service_id) or "",
        service_group_id=(service and service.service_group_id) or "",
        description=policy.policy_description or "",
        modified_at=policy.modify_time or "",
    )


def encode_policy(policy: SecurityGroupPolicy, *, index: int | None = None) -> dict[str, object]:
    """A row as a request takes it: absent texts left out, no `ModifyTime`, `PolicyIndex` only when given."""
    template = {"AddressId": policy.address_id, "AddressGroupId": policy.address_group_id}
    service = {"ServiceId": policy.service_id, "ServiceGroupId": policy.service_group_id}
    full: dict[str, object] = {
        "PolicyIndex": index,
        "Protocol": policy.protocol,
        "Port": policy.port,
        "CidrBlock": policy.cidr,
        "Ipv6CidrBlock": policy.ipv6_cidr,
        "SecurityGroupId": policy.group_id,
        "AddressTemplate": _present(template),
        "ServiceTemplate": _present(service),
        "Action": policy.action,
        "PolicyDescription": policy.description,
    }
    return _present(full)


def _present(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in ("", None, {})}


def encode_policy_set(group: SecurityGroupPolicySet) -> dict[str, object]:
    """The whole set with indexes, for people and for files; never sent as it is."""
    return {
        "Version": group.version,
        **{
            _KEYS[direction]: [encode_policy(row, index=row.index) for row in group.rows(direction)]
            for direction in DIRECTIONS
        },
    }


def direction_key(direction: Direction) -> str:
    """``Ingress`` or ``Egress``."""
    return _KEYS[direction]
