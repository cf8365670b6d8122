"""Which security groups things have. What has them may belong to any product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Kind = Literal["CVM", "ENI", "CLB", "EKS"]
"""Names as in the recorded statistics of a group. ``EKS`` is a native node that cvm does not know."""

MAX_GROUPS = 5
"""Groups of one thing."""
MAX_BOUND = 2000
"""Things with one group. https://www.tencentcloud.com/document/product/213/15379"""


class Binding(msgspec.Struct, frozen=True):
    """The groups of one thing."""

    kind: Kind
    groups: tuple[str, ...]
    """In the order of their priority, the first one first."""

    def with_groups(self, groups: Iterable[str]) -> Binding:
        """The same thing with those as well, at the end."""
        return Binding(self.kind, tuple(dict.fromkeys((*self.groups, *groups))))

    def without_groups(self, groups: Iterable[str]) -> Binding:
        """The same thing without those."""
        gone = set(groups)
        return Binding(self.kind, tuple(group for group in self.groups if group not in gone))
