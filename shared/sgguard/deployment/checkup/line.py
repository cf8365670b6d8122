"""What a check found."""

from __future__ import annotations

from typing import Literal

import msgspec

Status = Literal["ok", "problem", "unknown"]
"""``unknown``: it could not be told, which is never taken for ok."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of a check-up."""

    check: str
    """What was looked at, for example ``rule``."""
    status: Status
    found: str
    fix: str = ""
    """The command or change that helps; empty where nothing has to be done."""


def ok(check: str, found: str, advice: str = "") -> Line:
    """All is well, or well enough: `advice` would make it better."""
    return Line(check=check, status="ok", found=found, fix=advice)


def problem(check: str, found: str, fix: str) -> Line:
    """Something is wrong."""
    return Line(check=check, status="problem", found=found, fix=fix)


def unknown(check: str, found: str, fix: str) -> Line:
    """It cannot be told from here."""
    return Line(check=check, status="unknown", found=found, fix=fix)
