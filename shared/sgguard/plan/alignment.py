"""Which rows of one list are still there in another, in the same order."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.model.security_group import SecurityGroupPolicy
from sgguard.traffic.port import parse_ports

Content = tuple[str, ...]


def rule_of(policy: SecurityGroupPolicy) -> Content:
    """What a row says, without its place and its description. Two rows that say the same are duplicates."""
    service = policy.service_id or policy.service_group_id
    return (
        policy.action.strip().upper(),
        "" if service else policy.protocol.strip().upper(),
        "" if service else policy.port.strip().upper() or "ALL",
        service,
        *(policy.cidr, policy.ipv6_cidr, policy.group_id, policy.address_id, policy.address_group_id),
    )


def content_of(policy: SecurityGroupPolicy) -> Content:
    """What a row says, its description included."""
    return (*rule_of(policy), policy.description)


def drops(policy: SecurityGroupPolicy) -> bool:
    """Whether a row closes."""
    return policy.action.strip().upper() == "DROP"


_EVERY_PORT = 60000
"""Ports in a row from which on it is taken to mean all of them."""


def sweeping(policy: SecurityGroupPolicy) -> bool:
    """Whether a row opens everything to everybody, so that nothing in particular is meant by it."""
    anybody = policy.cidr.startswith("0.0.0.0/") or policy.ipv6_cidr == "::/0"
    if not anybody or policy.service_id or policy.service_group_id:
        return False
    if policy.protocol.strip().lower() not in {"tcp", "udp"}:
        return policy.protocol.strip().upper() == "ALL"
    try:
        return sum(end - start for start, end in parse_ports(policy.port)) >= _EVERY_PORT
    except ValueError:
        return False


class Alignment:
    """The rows of an earlier list laid beside those of a later one."""

    def __init__(
        self,
        old: Sequence[SecurityGroupPolicy],
        new: Sequence[SecurityGroupPolicy],
        *,
        one_write: bool = True,
    ) -> None:
        """`one_write`: whether one write made the later list of the earlier one.

        Where several did, a row that stands in the place of another one need not have taken it: one may have
        been deleted, lawfully, and the other one added by somebody else.
        """
        from difflib import SequenceMatcher  # only a plan pays for it

        matcher = SequenceMatcher(
            None, [content_of(row) for row in old], [content_of(row) for row in new], autojunk=False
        )
        self.still: dict[int, int] = {}
        """Index in the later list by index in the earlier one, of rows that stayed in order."""
        self.previous: dict[int, tuple[int, ...]] = {}
        """Indexes in the earlier list of the rows that a later row took the place of."""
        for tag, first, last, start, end in matcher.get_opcodes():
            if tag == "equal":
                self.still.update(zip(range(first, last), range(start, end), strict=True))
            elif tag == "replace" and not one_write:
                continue
            elif tag == "replace" and last - first == end - start:
                self.previous.update(
                    {new: (was,) for was, new in zip(range(first, last), range(start, end), strict=True)}
                )
            elif tag == "replace":
                self.previous.update({new: tuple(range(first, last)) for new in range(start, end)})

    def kept(self) -> int:
        """How many rows stayed."""
        return len(self.still)


def distance(one: Sequence[SecurityGroupPolicy], other: Sequence[SecurityGroupPolicy]) -> int:
    """How many rows would have to go or come to make one list the other, descriptions included."""
    return len(one) + len(other) - 2 * Alignment(one, other).kept()
