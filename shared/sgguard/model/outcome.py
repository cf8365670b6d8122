"""What happened."""

from __future__ import annotations

from typing import Literal

import msgspec

from sgguard.model.finding import Evaluation
from sgguard.model.plan import Step
from sgguard.model.reason import Reason

Result = Literal["none", "reverted", "conflict", "failed"]
"""``none``: no write was called for. ``reverted``: written, read again and found as planned.
``conflict``: somebody else changed the group; decide again. ``failed``: see the reasons."""


class AppliedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One write that was sent and confirmed."""

    step: Step
    request_id: str
    version_before: str
    version_after: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one attempt to carry out a plan."""

    result: Result
    applied: tuple[AppliedStep, ...] = ()
    evaluation: Evaluation | None = None
    """The verdict on the list read again after the last write."""
    reasons: tuple[Reason, ...] = ()
    """What went wrong, if something did."""
    doubtful: tuple[AppliedStep, ...] = ()
    """Writes that were sent and could not be confirmed; their `version_after` is empty."""
    snapshot: str = ""
    """Key of the rows as they were before the first write; empty if none was tried."""
    journal: str = ""
    """Id of the intention in the journal, for `sgguard undo`; empty if no write was tried."""
