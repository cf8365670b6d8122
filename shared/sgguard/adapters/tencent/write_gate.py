"""The last look at every call before it leaves: a second opinion that does not ask the planner.

It sees the JSON that is about to be sent, and lets a write pass only while an order is open, only to the
group and at the version of that order, and only for rows that differ between the lists before and after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

import msgspec

from scfshim import Call
from sgguard.act import Order
from sgguard.errors import RemediationError
from sgguard.model.security_group import SecurityGroupPolicy
from sgguard.wire.policy_set import direction_key, encode_policy

_WRITES = {
    "create": "CreateSecurityGroupPolicies",
    "delete": "DeleteSecurityGroupPolicies",
    "replace": "ReplaceSecurityGroupPolicy",
}


class WriteGate:
    """A `before_call` hook. Closed unless an order is open; reads always pass."""

    def __init__(self) -> None:
        self._order: Order | None = None

    @contextmanager
    def open(self, order: Order) -> Iterator[None]:
        """Let the write of one order pass while the block runs."""
        self._order = order
        try:
            yield
        finally:
            self._order = None

    def __call__(self, call: Call) -> None:
        """Raise RemediationError for every write that is not exactly the open order's."""
        if call.action.startswith("Describe"):
            return
        order = self._order
        if order is None:
            _refuse(f"{call.action} without an order")
        if (call.service, call.action, call.region) != ("vpc", _WRITES[order.step.op], order.region):
            _refuse(f"{call.service} {call.action} in {call.region} is not what was ordered")
        if call.params.keys() != {"SecurityGroupId", "SecurityGroupPolicySet"}:
            _refuse(f"{call.action} with the parameters {sorted(call.params)}")
        if call.params["SecurityGroupId"] != order.group_id:
            _refuse("another group than the one ordered")
        _check_policies(call.params["SecurityGroupPolicySet"], order)


def _check_policies(policy_set: object, order: Order) -> None:
    key = direction_key(order.step.direction)
    if not isinstance(policy_set, Mapping) or policy_set.keys() != {"Version", key}:
        _refuse(f"anything but Version and {key}")
    version, rows = policy_set["Version"], policy_set[key]
    if version in {"", "0", 0, None} or version != order.before.version:
        _refuse(f"version {version!r} where {order.before.version!r} was evaluated")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        _refuse("an empty list of rows")
    before, after = order.before.rows(order.step.direction), order.after.rows(order.step.direction)
    going, coming = _contents(before) - _contents(after), _contents(after) - _contents(before)
    if order.step.op != "create":
        _within(_contents(_indexed(row, before) for row in rows), going)
    if order.step.op != "delete":
        _within(Counter(map(_content, map(_without_index, rows))), coming)


def _indexed(row: Mapping[str, object], before: tuple[SecurityGroupPolicy, ...]) -> SecurityGroupPolicy:
    """The row that a delete or replace takes away, which it must name by its index."""
    index = row.get("PolicyIndex")
    if not isinstance(index, int) or not 0 <= index < len(before):
        _refuse(f"PolicyIndex {index!r}, which the evaluated list does not have")
    return before[index]


def _within(sent: Counter[bytes], allowed: Counter[bytes]) -> None:
    if sent - allowed:
        _refuse("a row outside of the difference between the lists before and after")


def _contents(rows: Iterable[SecurityGroupPolicy]) -> Counter[bytes]:
    return Counter(_content(encode_policy(row)) for row in rows)


def _content(row: Mapping[str, object]) -> bytes:
    return msgspec.json.encode(row, order="sorted")


def _without_index(row: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if key != "PolicyIndex"}


def _refuse(what: str) -> NoReturn:
    raise RemediationError(
        f"The write was refused before it was sent: {what}.",
        next_step="Nothing was changed. This is a defect of the guard: please report it with this message.",
    )
