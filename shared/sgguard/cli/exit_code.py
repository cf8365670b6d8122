"""What a command's exit code means to the script that called it."""

from __future__ import annotations

from collections.abc import Iterable

from sgguard.model.finding import Verdict

CLEAN = 0
UNEXPECTED = 1
USAGE = 2
FINDINGS = 3
UNDECIDED = 4


def of_verdicts(verdicts: Iterable[Verdict]) -> int:
    """Findings weigh more than doubts, doubts more than nothing."""
    seen = set(verdicts)
    if "violating" in seen:
        return FINDINGS
    return UNDECIDED if "undetermined" in seen else CLEAN
