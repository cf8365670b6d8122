"""Where a group stands among the groups of the machines it is bound to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sgguard.model.security_group import Direction, SecurityGroupPolicy, SecurityGroupPolicySet


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """Groups bound to one machine together with the judged one: their rows are read as one list.

    https://www.tencentcloud.com/document/product/215/38750: groups are matched in the order of their binding.
    """

    ahead: tuple[tuple[str, SecurityGroupPolicySet], ...] = ()
    """(id, rows) of the groups before the judged one."""
    behind: tuple[tuple[str, SecurityGroupPolicySet], ...] = ()

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

    def references(self) -> frozenset[str]:
        """The templates and groups that rows of the other groups name."""
        return frozenset(name for _, group in (*self.ahead, *self.behind) for name in group.references())


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """The groups of one CVM instance, native node or network interface."""

    instance_id: str
    """The machine; for an interface the machine it is plugged into, or its own id where it is in none."""
    group_ids: tuple[str, ...]
    """In the order in which they are matched."""
    addresses: tuple[str, ...] = ()
    """Private IPv4 and IPv6 addresses, as far as they are known."""
    interface_id: str = ""
    """``eni-…`` where the groups are those of one interface, not of the whole machine."""
    is_pod: bool = False
    """Whether TKE made the interface for pods: what it is plugged into is no stranger."""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """What is bound to a group, and what is not."""

    stacks: tuple[Stack, ...] = ()
    """The distinct stacks of the clusters' machines that the group is bound to; empty if not known."""
    strangers: tuple[str, ...] = ()
    """Instances that are bound to the group and belong to none of its clusters."""
    elsewhere: tuple[str, ...] = ()
    """Machines of its clusters, in the same role, that are not bound to it."""


def companions(own: str, bindings: Iterable[Binding], machines: frozenset[str]) -> frozenset[str]:
    """The groups that stand in a stack with `own` on one of these machines."""
    lists = _lists(own, bindings, machines)
    return frozenset(key for groups in lists for key in groups if key != own)


def placed(
    own: str,
    bindings: Sequence[Binding],
    machines: frozenset[str],
    rows: Mapping[str, SecurityGroupPolicySet],
) -> Placement:
    """Where `own` stands; `machines` are those of its clusters in its roles, `rows` those of its companions.

    Raises KeyError for a companion without rows.
    """
    bound = [binding.instance_id for binding in bindings if own in binding.group_ids]
    pods = {binding.instance_id for binding in bindings if binding.is_pod}
    return Placement(
        stacks=tuple(stack_of(own, groups, rows) for groups in _lists(own, bindings, machines)),
        strangers=tuple(dict.fromkeys(name for name in bound if name not in machines and name not in pods)),
        elsewhere=tuple(sorted(machines.difference(bound))),
    )


def forerunner(own: str, stack: Stack, earlier: Iterable[Stack]) -> Stack | None:
    """The earlier stack that one came of by binding groups or taking them off; None if none fits.

    That is the same stack; else the longest one whose groups, in their order, are all in it; else the
    shortest one that has all of its groups.
    """
    ids = stack.group_ids(own)
    known = {was.group_ids(own): was for was in earlier}
    within = [other for other in known if _in_order(other, ids)]
    around = [other for other in known if _in_order(ids, other)]
    best = max(within, key=len, default=None) or min(around, key=len, default=None)
    return None if best is None else known[best]


def _in_order(some: Sequence[str], ids: Sequence[str]) -> bool:
    """Whether all of some ids are among others, in the same order."""
    rest = iter(ids)
    return all(one in rest for one in some)


def _lists(own: str, bindings: Iterable[Binding], machines: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The distinct lists of groups that have `own` in them."""
    ours = (binding for binding in bindings if binding.instance_id in machines)
    return tuple(dict.fromkeys(binding.group_ids for binding in ours if own in binding.group_ids))


def stack_of(own: str, groups: tuple[str, ...], rows: Mapping[str, SecurityGroupPolicySet]) -> Stack:
    """The stack with these ids in their order. Raises ValueError without `own`, KeyError without rows."""
    place = groups.index(own)
    return Stack(
        ahead=tuple((key, rows[key]) for key in groups[:place]),
        behind=tuple((key, rows[key]) for key in groups[place + 1 :]),
    )
