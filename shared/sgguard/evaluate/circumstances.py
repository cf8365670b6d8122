"""What is known about a group besides its rows."""

from __future__ import annotations

import msgspec

from sgguard.baseline import Waiver
from sgguard.evaluate.resolve import Names
from sgguard.model.security_group import Direction, SecurityGroupPolicy, SecurityGroupPolicySet


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """The group as it was before the change that is judged."""

    group: SecurityGroupPolicySet
    names: Names = {}
    """Members as they were."""


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """Groups bound to one machine together with the judged one: their rows are read as one list.

    https://www.tencentcloud.com/document/product/215/38750: groups are matched in the order of their binding.
    """

    ahead: tuple[tuple[str, SecurityGroupPolicySet], ...]
    """(id, rows) of the groups before the judged one."""
    behind: tuple[tuple[str, SecurityGroupPolicySet], ...]

    @property
    def lonely(self) -> bool:
        """Whether the judged group is the only one."""
        return not self.ahead and not self.behind

    def group_ids(self, own: str) -> tuple[str, ...]:
        """All ids in order; `own` is the judged group's."""
        return (*(key for key, _ in self.ahead), own, *(key for key, _ in self.behind))

    def policies(
        self, own: str, rows: tuple[SecurityGroupPolicy, ...], direction: Direction
    ) -> list[tuple[str, SecurityGroupPolicy]]:
        """(group id, row) of the whole list in one direction."""
        ahead = [(key, row) for key, group in self.ahead for row in group.rows(direction)]
        behind = [(key, row) for key, group in self.behind for row in group.rows(direction)]
        return [*ahead, *((own, row) for row in rows), *behind]


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """Everything optional about an evaluation; nothing of it is needed for a group that stands alone."""

    names: Names = {}
    """Members of the templates and groups that rows refer to."""
    waivers: tuple[Waiver, ...] = ()
    """Those that speak of the group, expired ones included."""
    now: float = 0.0
    """Epoch seconds; decides which waivers have expired."""
    earlier: Earlier | None = None
    """None where the list before the change is not known."""
    stacks: tuple[Stack, ...] = ()
    """The distinct stacks of the machines that the group is bound to; empty where they are not known."""


ALONE = Circumstances()
"""A group by itself, with nothing to look up."""
