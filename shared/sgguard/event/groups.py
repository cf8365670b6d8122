"""Which security groups a record is about."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from sgguard.errors import EventError
from sgguard.event.apis import NAMES_A_GROUP, Effect
from sgguard.event.foreign import unwrap

_FIELDS = ("securitygroupid", "securitygroupids", "sgid", "sgids", "securitygroups", "securitygroup")
_ID = re.compile(r"(?<![\w-])sg-[0-9a-z]{4,32}(?![\w-])", re.ASCII)
_LIKELY_ID = r"(?<![\w-])sg-[0-9a-z]{8}(?![\w-])"
_CLOSED = re.compile(
    "polic|ingress|egress|token|secret|signature|authorization|password|credential", re.IGNORECASE
)
"""Starts policy rows, where a group id refers to another group, or a secret: nothing is read there."""
_MOST_VALUES = 200_000
"""Three times what the 128 KB of an asynchronous invocation can hold:
https://www.tencentcloud.com/document/product/583/11637."""


def named_groups(record: Mapping[str, object], subject: object, effect: Effect) -> tuple[str, ...]:
    """Ids of the groups that a call changed or bound, most trusted place first, without repetition.

    Places: fields of the request; fields of the response (a new group is named nowhere else); resourceName
    (``sg/sg-…``, joined by ``|``); resourceSet; resources (six-segment names); `subject`, what the envelope
    says. All of them count, because one read too many costs less than one too few. Only where none names a
    group, and the call cannot be made without one: every text of the record outside policy rows, userIdentity
    and secrets.

    Raises:
        EventError: a place holds more values than any event can.
    """
    asked = _in_fields(record.get("requestParameters"))
    found = asked + _in_fields(record.get("responseElements"))
    for place in (record.get("resourceName"), record.get("resourceSet"), record.get("resources"), subject):
        found += [group for _, leaf in leaves(place) for group in _ID.findall(leaf)]
    sources = frozenset(asked if effect == "copy" else ())
    if sources.issuperset(found) and effect in NAMES_A_GROUP:
        found = _anywhere(record)
    return tuple(dict.fromkeys(group for group in found if group not in sources))


def _in_fields(body: object) -> list[str]:
    named = [(field, leaf) for field, leaf in leaves(body) if field in _FIELDS and _ID.fullmatch(leaf)]
    return [leaf for _, leaf in sorted(named, key=lambda pair: _FIELDS.index(pair[0]))]


def _anywhere(record: Mapping[str, object]) -> list[str]:
    rest = {key: value for key, value in record.items() if key != "userIdentity"}
    readable = (_CLOSED.split(leaf, maxsplit=1)[0] for _, leaf in leaves(rest))
    likely = re.compile(_LIKELY_ID, re.ASCII).findall
    return [group for leaf in readable for group in likely(leaf)]


def leaves(body: object) -> Iterator[tuple[str, str]]:
    """Every readable text in a body after the lower-case name of its field, shallow first, in any key order.

    A loop instead of recursion: how deep a body nests is the caller's choice.
    """
    pending = deque([("", body)])
    seen = 0
    while pending:
        seen += 1
        if seen + len(pending) > _MOST_VALUES:
            raise EventError(f"More than {_MOST_VALUES} values in one record.", next_step="Keep it.")
        field, packed = pending.popleft()
        value = unwrap(packed)
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, list | tuple):
            pending.extend((field, item) for item in value)
        elif isinstance(value, Mapping):
            pending.extend((_field(key) or field, value[key]) for key in _open_keys(value))


def _open_keys(body: Mapping[object, object]) -> list[str]:
    """Keys in an order of their own, numbered ones by number, without those of policy rows and secrets."""
    keys = (key for key in body if isinstance(key, str) and not _CLOSED.search(key))
    return sorted(keys, key=lambda key: (len(key), key))


def _field(key: str) -> str:
    """``securitygroupids`` of ``SecurityGroupIds`` and of the flattened ``SecurityGroupIds.0``."""
    return key.rstrip("0123456789.").rpartition(".")[2].lower()
