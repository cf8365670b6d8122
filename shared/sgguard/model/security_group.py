"""A security group's rows, as Tencent Cloud keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Direction = Literal["ingress", "egress"]
DIRECTIONS: tuple[Direction, Direction] = ("ingress", "egress")

Names = Mapping[str, tuple[str, ...]]
"""Members of what rows name by id: templates (``ipm-``, ``ipmg-``, ``ppm-``, ``ppmg-``) and groups (``sg-``).

Template groups have templates as members, groups the private addresses of what is bound to them."""


class SecurityGroupPolicy(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One row. Texts are kept as the API gave them; an absent one is ``""``.

    Exactly one peer is set (`cidr`, `ipv6_cidr`, `group_id` or an address template), and either
    `protocol` with `port` or a service template.
    https://cloud.tencent.com/document/api/215/15824#SecurityGroupPolicy
    """

    index: int
    """``PolicyIndex``: position in its direction, 0 is looked at first. Every write renumbers."""
    action: str
    """``ACCEPT`` or ``DROP``, in any case."""
    protocol: str = ""
    """``tcp``, ``udp``, ``icmp``, ``icmpv6``, ``gre`` or ``ALL``, in any case."""
    port: str = ""
    """``ALL``, ``22``, ``80,443``, ``30000-32768`` or a mix; meaningful for tcp and udp only."""
    cidr: str = ""
    ipv6_cidr: str = ""
    group_id: str = ""
    """Referenced security group (``sg-…``): the private addresses of whatever is bound to it."""
    address_id: str = ""
    """Address template ``ipm-…``."""
    address_group_id: str = ""
    """Address template group ``ipmg-…``."""
    service_id: str = ""
    """Service template ``ppm-…``."""
    service_group_id: str = ""
    """Service template group ``ppmg-…``."""
    description: str = ""
    """Free text of whoever wrote the row. Hostile: escape before display."""
    modified_at: str = ""
    """``YYYY-MM-DD HH:MM:SS`` as answered; the zone is not documented."""

    def references(self) -> tuple[str, ...]:
        """The templates and groups that the row names."""
        peer = self.group_id or self.address_id or self.address_group_id
        if not (peer or self.service_id or self.service_group_id):
            return ()
        named = (
            *(self.group_id, self.address_id, self.address_group_id),
            *(self.service_id, self.service_group_id),
        )
        return tuple(name for name in named if name)


class SecurityGroupPolicySet(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of a group at one `version`, each direction in the order in which it is looked through."""

    version: str
    """Counter that every write raises by one; ``"0"`` for a group that never had a row."""
    ingress: tuple[SecurityGroupPolicy, ...] = ()
    egress: tuple[SecurityGroupPolicy, ...] = ()

    def rows(self, direction: Direction) -> tuple[SecurityGroupPolicy, ...]:
        """The rows of one direction."""
        return self.ingress if direction == "ingress" else self.egress

    def references(self) -> frozenset[str]:
        """The templates and groups that any row names."""
        return frozenset(name for row in (*self.ingress, *self.egress) for name in row.references())

    def with_rows(
        self, direction: Direction, rows: tuple[SecurityGroupPolicy, ...]
    ) -> SecurityGroupPolicySet:
        """The same set with other rows in one direction."""
        if direction == "ingress":
            return msgspec.structs.replace(self, ingress=rows)
        return msgspec.structs.replace(self, egress=rows)
