"""What a call is about besides groups: templates, clusters, machines, whose groups are affected by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sgguard.event.apis import Effect
from sgguard.event.groups import leaves

_TEMPLATE: Final = "(?:ipmg?|ppmg?)-[0-9a-z]{4,32}"
_CLUSTER: Final = "(?:cls|asc)-[0-9a-z]{4,32}"
_MACHINE: Final = "(?:ins|eni)-[0-9a-z]{4,32}"
_PATTERNS: Final[Mapping[Effect, tuple[str, ...]]] = {
    "template": (_TEMPLATE,),
    "binding": (_MACHINE,),
    "option": (_CLUSTER, _MACHINE),
    "topology": (_CLUSTER, _MACHINE),
}
"""What is looked for, the wider first: a cluster covers the machines that a call names beside it."""


def named_subjects(record: Mapping[str, object], effect: Effect) -> tuple[str, ...]:
    """Ids in the request and the response, in the order found, without repetition.

    Raises EventError when a body holds more values than any event can.
    """
    for pattern in _PATTERNS.get(effect, ()):
        is_one = re.compile(pattern).fullmatch
        bodies = (record.get("requestParameters"), record.get("responseElements"))
        found = [leaf for body in bodies for _, leaf in leaves(body) if is_one(leaf)]
        if found:
            return tuple(dict.fromkeys(found))
    return ()
