"""A plan: what will be done, as data. One reader shows it, another carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Verb = Literal["create", "update", "delete", "keep"]
Kind = Literal["role", "policy", "function", "invocation", "concurrency", "timer", "rule", "target"]


class Answer(msgspec.Struct, frozen=True):
    """Stands in a parameter for what an earlier call of the same plan answered."""

    to: str
    """Action of that call."""
    about: str
    """`name` of the step that made it."""
    member: str


class Call(msgspec.Struct, frozen=True):
    """One API call."""

    service: str
    action: str
    params: Mapping[str, object]
    secret: tuple[str, ...] = ()
    """Parameters that are not shown, for their length or their content."""
    settles: str = ""
    """A function that must be Active again before the plan goes on."""


class Change(msgspec.Struct, frozen=True):
    """One difference between the cloud and the file."""

    what: str
    before: str
    after: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about one thing in the cloud."""

    verb: Verb
    kind: Kind
    name: str
    changes: tuple[Change, ...] = ()
    calls: tuple[Call, ...] = ()
    """Empty for `keep`."""

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.name}"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run will do, in order."""

    account: str
    """UIN."""
    region: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    """What a person should know and no step changes."""

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.verb != "keep")


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    """What differs, field by field; fields that `after` has not are of no concern."""
    return tuple(
        Change(name, _shown(before.get(name)), _shown(value))
        for name, value in after.items()
        if before.get(name) != value
    )


def _shown(value: object) -> str:
    text = (
        "-"
        if value in (None, "")
        else value
        if isinstance(value, str)
        else msgspec.json.encode(value).decode()
    )
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits on a line
