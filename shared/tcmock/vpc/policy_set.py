"""The ordered rows of a group, and edits that give a new set or an error, never half a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from tcmock.errors import APIError
from tcmock.vpc.errors import duplicate, not_found, out_of_range
from tcmock.vpc.policy import Policy

Direction = Literal["Ingress", "Egress"]
DIRECTIONS: tuple[Direction, Direction] = ("Ingress", "Egress")
Rows = tuple[Policy, ...]


class Placed(msgspec.Struct, frozen=True):
    """A row and where it stands."""

    direction: Direction
    place: int
    policy: Policy


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

    @property
    def placed(self) -> list[Placed]:
        """Every row with its place."""
        return [
            Placed(direction, index, policy)
            for direction in DIRECTIONS
            for index, policy in enumerate(self.rows(direction))
        ]

    def described(self) -> dict[str, object]:
        """The set as DescribeSecurityGroupPolicies answers it."""
        return description(self.version, self.placed, self.placed)


def description(version: int, shown: Sequence[Placed], everything: Sequence[Placed]) -> dict[str, object]:
    """A `SecurityGroupPolicySet` with the rows of the first list and the statistics of the second."""
    rows: dict[str, object] = {
        direction: [row.policy.described(row.place) for row in shown if row.direction == direction]
        for direction in DIRECTIONS
    }
    counts = Counter((placed.direction, bool(placed.policy.ipv6_cidr_block)) for placed in everything)
    statistics = {
        f"{direction}{family}TotalCount": counts[direction, v6]
        for direction in DIRECTIONS
        for family, v6 in (("IPv4", False), ("IPv6", True))
    }
    return {**rows, "Version": str(version), "PolicyStatistics": statistics}


def shared_index(indexes: Iterable[int | None]) -> int | None:
    """The place that all new rows of a request name; None if none of them names one.

    Raises:
        APIError: they do not all say the same.
    """
    named = set(indexes)
    if len(named) > 1:
        raise APIError(
            "InvalidParameterValue", "All policies of one request must have the same `PolicyIndex` or none."
        )
    return named.pop() if named else None


def inserted(rows: Rows, new: Sequence[Policy], index: int | None) -> Rows:
    """The rows with `new` in their order from `index` on; None appends."""
    place = len(rows) if index is None else index
    if not 0 <= place <= len(rows):
        raise _no_place(place, rows)
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
            raise not_found("to delete, a policy that matches,")
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


def _check_indexes(rows: Rows, indexes: Sequence[int]) -> None:
    for index in indexes:
        if not 0 <= index < len(rows):
            raise _no_place(index, rows)
    if len(set(indexes)) < len(indexes):
        raise duplicate("The same `PolicyIndex`")


def _no_place(index: int, rows: Rows) -> APIError:
    return out_of_range("PolicyIndex", str(index), f"the direction has {len(rows)} policies")
