"""By which door an event came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from sgguard.event.doors import ckafka, cls, cos, function_url, timer
from sgguard.event.foreign import unwrap

Arrival = Literal["eventbridge", "cos", "cls", "ckafka", "timer", "function-url"]


Element = Mapping[str, object]


def door_of(event: Element) -> Callable[[Element], tuple[Element, ...]] | None:
    """How the elements of an event are unpacked that holds them itself, in a packing of its door."""
    if cls.is_cls(event):
        return cls.elements
    return ckafka.elements if ckafka.is_ckafka(event) else None


def arrival_of(event: object) -> Arrival:
    """The door; ``eventbridge`` for whatever none of the others makes."""
    found = unwrap(event)
    if not isinstance(found, Mapping):
        return "eventbridge"
    if timer.is_timer(found):
        return "timer"
    if cls.is_cls(found):
        return "cls"
    if cos.is_cos(found):
        return "cos"
    if ckafka.is_ckafka(found):
        return "ckafka"
    return "function-url" if function_url.is_request(found) else "eventbridge"
