"""What is not known about a row, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from sgguard.model.reason import Reason, reason

Cause = Literal["malformed", "template", "group"]
"""The row or a template member cannot be read, or a template or security group has no known members."""
_CAUSES: tuple[Cause, ...] = get_args(Cause)


class Gap(msgspec.Struct, frozen=True):
    """One thing that is not known about a row."""

    cause: Cause
    reason: Reason


class MalformedError(Exception):
    """A text that means nothing. Never leaves this package."""

    def __init__(self, why: Reason, cause: Cause = "malformed") -> None:
        super().__init__(why.code)
        self.why = why
        self.cause = cause


def malformed(why: Reason) -> Gap:
    """Something is written in a way that nobody can read."""
    return Gap("malformed", why)


def unknown(name: str) -> Gap:
    """A template or security group whose members are not known: there is none, or nobody could look."""
    cause: Cause = "group" if name.startswith("sg-") else "template"
    return Gap(cause, reason("gap.unknown-members", name=name[:40]))


def heaviest(gaps: Iterable[Gap]) -> Gap | None:
    """The gap to tell of first: what nobody can read before what is not known."""
    return min(gaps, key=lambda gap: _CAUSES.index(gap.cause), default=None)


def quoted(text: str) -> str:
    """Foreign text in quotes, escaped and of bounded length."""
    return repr(text[:60])


def told(error: Exception) -> str:
    """What an error says, of bounded length: it repeats foreign text."""
    return str(error)[:200]
