"""A fault: an effect, and which calls it hits."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import msgspec

from tcmock.faults.answer import (
    ErrorCode,
    FunctionCrash,
    HttpStatus,
    LostAnswer,
    PartialPage,
    ResetConnection,
    Stale,
    StoreDown,
    Throttle,
    Unauthorized,
)
from tcmock.faults.audit import AuditDuplicated, AuditLate, AuditLost, AuditReordered
from tcmock.faults.call import Latency, Run
from tcmock.faults.effect import Effect
from tcmock.faults.writer import BumpVersion, InsertRow, OtherCall

Written = (
    ErrorCode
    | Throttle
    | Unauthorized
    | HttpStatus
    | ResetConnection
    | LostAnswer
    | Latency
    | StoreDown
    | FunctionCrash
    | Stale
    | PartialPage
    | OtherCall
    | InsertRow
    | BumpVersion
    | AuditLost
    | AuditLate
    | AuditDuplicated
    | AuditReordered
)
"""Every effect that can be written as JSON."""

Given = Effect | str | Callable[[], object]
"""An effect, or short for one: its kind, an error code, or something to do just before executing."""
KINDS = sorted(str(kind.__struct_config__.tag) for kind in get_args(Written))


class Fault(msgspec.Struct):
    """Hits calls of one action, or of every action for ``*``, that mean something to its effect."""

    action: str
    effect: Effect
    at: int = 1
    """The first such call that may be hit, counted from 1 since the fault was added."""
    calls: int | None = 1
    """How many are hit; None is every one."""
    probability: float = 1.0
    seen: int = 0
    """Such calls so far."""
    hits: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has hit as many calls as it should."""
        return self.calls is not None and self.hits >= self.calls

    def concerns(self, action: str) -> bool:
        """Whether calls of that action are counted."""
        return self.action in ("*", action)


def effect_of(given: Given) -> Effect:
    """The effect that is meant.

    Raises:
        TypeError: a class, which could be called and would do nothing.
        ValueError: a member is out of its range, or a string neither a kind nor of the form of an error code.
    """
    if isinstance(given, type):
        raise TypeError(f"`{given.__name__}` is a class. Write `{given.__name__}(…)` with what it needs")
    if isinstance(given, Run):
        return given
    if callable(given):
        return Run(given)
    try:
        return _written(given)
    except msgspec.ValidationError as error:
        raise ValueError(
            f"`{given}` is no effect: {error}. Write an error code such as InternalError, or one of "
            f"{', '.join(KINDS)} with what it needs"
        ) from error


def _written(given: Effect | str) -> Effect:
    """Through JSON and back, because values made in Python were not checked."""
    if isinstance(given, Effect):
        return msgspec.convert(msgspec.to_builtins(given), type(given))
    written = {"kind": given} if given in KINDS else {"kind": "error", "code": given}
    effect: Effect = msgspec.convert(written, Written)
    return effect
