"""What a call that replaces rows says they were before."""

from __future__ import annotations

from collections.abc import Mapping

from sgguard.errors import ConfigError
from sgguard.event.foreign import mapping, text
from sgguard.model.change import Claim, Replacement
from sgguard.model.security_group import DIRECTIONS, SecurityGroupPolicySet
from sgguard.wire.policy_set import decode_some_policies

_APIS = frozenset({"ReplaceSecurityGroupPolicies", "ReplaceSecurityGroupPolicy"})
_MOST_PARTS = 20_000
"""A group has 2,000 rows in one direction at the most, so a call says less."""


def claim_of(record: Mapping[str, object], api: str) -> Claim | None:
    """The rows that a call replaced, as far as it says what they were; None where it does not.

    Rows are told apart by their ``PolicyIndex``. A call that moves rows (``UpdateType`` other than Policy)
    claims nothing, for indexes mean another thing there.
    """
    request = mapping(record.get("requestParameters"))
    if api not in _APIS or text(request.get("UpdateType")) not in {"", "Policy"}:
        return None
    try:
        old = decode_some_policies(_part(request, "OriginalSecurityGroupPolicySet"))
        new = decode_some_policies(_part(request, "SecurityGroupPolicySet"))
    except ConfigError:
        return None
    replaced = tuple(
        Replacement(direction=direction, index=row.index, old=earlier[row.index], new=row)
        for direction in DIRECTIONS
        for earlier in [{was.index: was for was in old.rows(direction)}]
        for row in new.rows(direction)
        if row.index in earlier
    )
    return Claim(version=_version(old, new), replaced=replaced) if replaced else None


def _version(old: SecurityGroupPolicySet, new: SecurityGroupPolicySet) -> str:
    return text(new.version) or text(old.version)


def _part(request: Mapping[str, object], name: str) -> object:
    """One object of a request, also where keys are flattened: ``SecurityGroupPolicySet.Ingress.0.Port``."""
    if name in request:
        return mapping(request[name])
    root: dict[str, object] = {}
    prefix = name + "."
    flat = [(key[len(prefix) :], value) for key, value in request.items() if key.startswith(prefix)]
    for key, value in flat[:_MOST_PARTS]:
        *steps, last = key.split(".")[:8]
        place = root
        for step in steps:
            below = place.setdefault(step, {})
            if not isinstance(below, dict):
                return {}
            place = below
        place[last] = value
    return {key: _listed(value) for key, value in root.items()}


def _listed(value: object) -> object:
    """A list where all keys are numbers."""
    if isinstance(value, dict) and value and all(str(key).isdecimal() for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return value
