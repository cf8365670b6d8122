"""Steps carried out on paper."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sgguard.model.plan import Step
from sgguard.model.security_group import SecurityGroupPolicy, SecurityGroupPolicySet


def renumbered(rows: Iterable[SecurityGroupPolicy]) -> tuple[SecurityGroupPolicy, ...]:
    """The rows with the indexes that their places give them."""
    return tuple(msgspec.structs.replace(row, index=index) for index, row in enumerate(rows))


def apply(group: SecurityGroupPolicySet, step: Step) -> SecurityGroupPolicySet:
    """The list that a step leaves, as the API carries it out.

    Rows created together keep their order at the given index; whether the API keeps it too is not documented,
    so no plan relies on it. https://www.tencentcloud.com/document/product/215/15807
    Raises ValueError for an index that the list does not have.
    """
    rows = list(group.rows(step.direction))
    if step.op == "create":
        place = len(rows) if step.index is None else step.index
        if not 0 <= place <= len(rows):
            raise ValueError(f"{step.direction} has no place {place}")
        rows[place:place] = step.policies
    elif step.op == "replace":
        if step.index is None or not 0 <= step.index < len(rows):
            raise ValueError(f"{step.direction} has no policy {step.index}")
        rows[step.index] = step.policies[0]
    else:
        if not set(step.indexes) <= set(range(len(rows))):
            raise ValueError(f"{step.direction} has not all of the policies {step.indexes}")
        rows = [row for index, row in enumerate(rows) if index not in step.indexes]
    return group.with_rows(step.direction, renumbered(rows))
