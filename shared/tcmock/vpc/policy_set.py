"""The ordered rows of a group, and edits that give a new set or an error, never half a set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from tcmock.errors import APIError
from tcmock.vpc.policy import Policy

Direction = Literal["Ingress", "Egress"]
DIRECTIONS: tuple[Direction, Direction] = ("Ingress", "Egress")
Rows = tuple[Policy, ...]

MAX_ROWS = 100
"""Rows of one direction. https://www.tencentcloud.com/document/product/213/15379"""


class PolicySet(msgspec.Struct, frozen=True):
    """Both directions and the version, which rises by one with every successful write."""

    version: int = 0
    ingress: Rows = ()
    egress: Rows = ()

    def rows(self, direction: Direction) -> Rows:
        """The rows of one direction, top first."""
        return self.ingress if direction == "Ingress" else self.egress

    def updated(self, changes: Mapping[Direction, Iterable[Policy]]) -> PolicySet:
        """The next version with whole directions replaced.

        Raises:
            APIError: a row occurs twice in a direction.
        """
        rows = {direction: tuple(changes.get(direction, self.rows(direction))) for direction in DIRECTIONS}
        for kept in rows.values():
            if len({policy.identity for policy in kept}) < len(kept):
                raise APIError(
                    "UnsupportedOperation.DuplicatePolicy", "The security group policy already exists."
                )
        return PolicySet(self.version + 1, rows["Ingress"], rows["Egress"])

    def described(self) -> dict[str, object]:
        """The set as DescribeSecurityGroupPolicies answers it."""
        statistics = {
            f"{direction}{family}TotalCount": sum(
                bool(policy.ipv6_cidr_block) == v6 for policy in self.rows(direction)
            )
            for direction in DIRECTIONS
            for family, v6 in (("IPv4", False), ("IPv6", True))
        }
        return {
            **{
                direction: [policy.described(index) for index, policy in enumerate(self.rows(direction))]
                for direction in DIRECTIONS
            },
            "Version": str(self.version),
            "PolicyStatistics": statistics,
        }


def inserted(rows: Rows, new: Sequence[Policy], index: int | None) -> Rows:
    """The rows with `new` in their order from `index` on; None appends."""
    place = len(rows) if index is None else index
    if not 0 <= place <= len(rows):
        raise index_error(place, len(rows))
    return (*rows[:place], *new, *rows[place:])


def without_indexes(rows: Rows, indexes: Sequence[int]) -> Rows:
    """The rows that stay; all indexes count in `rows` as it is now."""
    _check_indexes(rows, indexes)
    return tuple(policy for index, policy in enumerate(rows) if index not in indexes)


def without_matches(rows: Rows, patterns: Iterable[Policy]) -> Rows:
    """The rows that stay; a pattern takes every row it matches, and must match one."""
    gone: set[int] = set()
    for pattern in patterns:
        hits = {index for index, policy in enumerate(rows) if policy.matches(pattern)}
        if not hits:
            raise APIError("ResourceNotFound", "No policy of the security group matches the one to delete.")
        gone |= hits
    return tuple(policy for index, policy in enumerate(rows) if index not in gone)


def replaced(rows: Rows, new: Mapping[int, Policy]) -> Rows:
    """The rows with others in the named places."""
    _check_indexes(rows, list(new))
    return tuple(new.get(index, policy) for index, policy in enumerate(rows))


def moved(rows: Rows, places: Mapping[int, int]) -> Rows:
    """The rows with those at the keys moved to the values; the others close up around them in their order."""
    _check_indexes(rows, list(places))
    _check_indexes(rows, list(places.values()))
    fixed = {new: rows[old] for old, new in places.items()}
    others = iter([policy for index, policy in enumerate(rows) if index not in places])
    return tuple(fixed[index] if index in fixed else next(others) for index in range(len(rows)))


def check_quota(rows: Rows, code: str) -> None:
    """Refuse a direction that has grown too long; the code differs between the actions."""
    if len(rows) > MAX_ROWS:
        raise APIError(code, f"A security group holds at most {MAX_ROWS} policies in one direction.")


def index_error(index: int, count: int) -> APIError:
    """An index that points nowhere."""
    return APIError(
        "InvalidParameterValue.Range", f"`PolicyIndex` is {index}; the direction has {count} policies."
    )


def _check_indexes(rows: Rows, indexes: Sequence[int]) -> None:
    for index in indexes:
        if not 0 <= index < len(rows):
            raise index_error(index, len(rows))
    if len(set(indexes)) < len(indexes):
        raise APIError("InvalidParameterValue.Duplicate", "The same `PolicyIndex` is given twice.")
