"""What can go wrong, as types.

    GuardError
    ├── ConfigError        settings, baseline, cluster or group file invalid: every problem at once
    ├── EventError         an event that cannot be read: kept as a dead letter, never retried
    ├── GatherError        a fact could not be read from the cloud
    └── RemediationError   a write was refused or failed
        ├── ConflictError  the group changed between evaluation and write: read again, decide again
        └── UnansweredError    no answer came: whether it was applied is told by reading again

A violation of the baseline is no error: it is a `Finding`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong in something a person wrote."""

    where: str
    """File and field, for example ``group.json: Ingress[3].Protocol``."""
    what: str
    """What was found there and why it cannot be used."""
    fix: str
    """What to write instead."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}"


class GuardError(Exception):
    """Root of everything sgguard raises on purpose.

    `str(error)` says what happened and why; `next_step` is the command or change that helps.
    """

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step

    def diagnostics(self) -> str:
        """The message for a person: what happened, why, and what to do next."""
        return f"{self}\n{self.next_step}" if self.next_step else str(self)


class ConfigError(GuardError):
    """Something a person wrote is invalid. Carries every problem found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class EventError(GuardError):
    """An event that cannot be read. The caller keeps it as a dead letter together with this reason."""


class GatherError(GuardError):
    """A fact could not be read. It is never taken for an empty answer."""

    def __init__(self, message: str, *, next_step: str = "", retryable: bool = False) -> None:
        super().__init__(message, next_step=next_step)
        self.retryable = retryable
        """Whether the same read may succeed later without anybody changing anything."""


class RemediationError(GuardError):
    """A write did not happen, or could not be confirmed."""


class ConflictError(RemediationError):
    """The group is no longer the one that was evaluated."""


class UnansweredError(RemediationError):
    """A write may have been applied, but its answer was lost."""
