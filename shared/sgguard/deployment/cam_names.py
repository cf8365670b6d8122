"""Under which names CAM checks an API action, and on what.

Security groups are served by vpc and were moved there from cvm; refusals name now the one family, now the
other, and an allowance must name both (https://www.tencentcloud.com/document/product/598/57095,
https://www.tencentcloud.com/document/product/598/57179).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

READ_PREFIXES = ("Describe", "Get", "List", "Check", "Head")

_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "vpc:CreateSecurityGroupPolicies": ("vpc:CreateSecurityGroupPolicies", "cvm:CreateSecurityGroupPolicy"),
    # A name that CAM does not know makes the whole policy invalid; with a star it need not know it.
    "vpc:DeleteSecurityGroupPolicies": ("vpc:DeleteSecurityGroupPolicies*", "cvm:DeleteSecurityGroupPolicy"),
    "vpc:DescribeSecurityGroupPolicies": (
        "vpc:DescribeSecurityGroupPolicies*",
        "cvm:DescribeSecurityGroupPolicys",
        "cvm:DescribeSecurityGroupPolicies",
    ),
    "vpc:DescribeSecurityGroups": ("vpc:DescribeSecurityGroups*", "cvm:DescribeSecurityGroups"),
    "vpc:ReplaceSecurityGroupPolicy": (
        "vpc:ReplaceSecurityGroupPolicy*",
        "cvm:ReplaceSecurityGroupPolicy",
        "cvm:ModifySingleSecurityGroupPolicy",
    ),
}
"""By product and API action; the others are checked under their own name."""

Statement = dict[str, object]


USES: Final = frozenset({"scf:Invoke", "sts:AssumeRole"})
"""Calls that change no cloud resource and are needed to observe too: the sweep hands batches to the guard's
function, and roles of other accounts are taken on, which those accounts must trust this one with."""


def is_read(action: str) -> bool:
    """Whether ``vpc:DescribeVpcs`` changes nothing. What is not known to be a read counts as a write."""
    return action in USES or action.partition(":")[2].startswith(READ_PREFIXES)


def names_of(action: str) -> tuple[str, ...]:
    """What a policy must allow, for ``vpc:CreateSecurityGroupPolicies`` or the like."""
    return _FAMILIES.get(action, (action,))


def allows(documents: Iterable[object], names: Iterable[str], resource: str) -> bool:
    """Whether one of these names is allowed on a resource and none is denied, conditions left aside."""
    wanted, effects = tuple(names), set()
    for statement in _statements(documents):
        actions, resources = _texts(statement.get("action")), _texts(statement.get("resource"))
        if any(
            fnmatchcase(name, action.removeprefix("name/")) for action in actions for name in wanted
        ) and any(fnmatchcase(resource, pattern) for pattern in resources):
            effects.add(statement.get("effect"))
    return effects == {"allow"}


def _statements(documents: Iterable[object]) -> Iterator[Mapping[str, object]]:
    for policy in documents:
        listed = policy.get("statement") if isinstance(policy, Mapping) else None
        yield from (each for each in _listed(listed) if isinstance(each, Mapping))


def _texts(value: object) -> list[str]:
    return [each for each in _listed(value) if isinstance(each, str)]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def allowing(actions: Iterable[str], resources: Iterable[str] = ("*",)) -> Statement:
    """One statement (https://www.tencentcloud.com/document/product/598/10603)."""
    names = sorted({name for action in actions for name in names_of(action)})
    return {"effect": "allow", "action": names, "resource": list(resources)}


def document(*statements: Statement) -> dict[str, object]:
    """A policy document."""
    return {"version": "2.0", "statement": list(statements)}
