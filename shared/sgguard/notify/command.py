"""What to type next. A reader pastes these lines into a shell, so nothing foreign is let into them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from sgguard.model.notification import Notification

Use = Literal["undo", "apply", "waive", "look"]

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}", re.ASCII)


def commands(told: Notification) -> Iterator[tuple[Use, str]]:
    """What each line is for, and the line."""
    wanted: tuple[tuple[Use, str, str], ...] = (
        ("undo", "undo", told.journal),
        ("apply", "apply", told.approval),
        ("waive", "waive", told.fingerprint[:12] if told.findings else ""),
        ("look", "journal list --group", told.group_id),
    )
    for use, verb, word in wanted:
        if _WORD.fullmatch(word):
            yield use, f"sgguard {verb} {word}"
