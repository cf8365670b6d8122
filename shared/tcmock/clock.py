"""Time as Tencent Cloud writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Clock = Callable[[], float]
"""Seconds since the epoch."""

_CHINA = timezone(timedelta(hours=8))


def china_time(seconds: float) -> str:
    """``2025-12-09 23:14:52``: what vpc answers, in China time without saying so."""
    return datetime.fromtimestamp(seconds, tz=_CHINA).strftime("%Y-%m-%d %H:%M:%S")


def utc_time(seconds: float) -> str:
    """``2022-09-14T02:09:47Z``: what cvm and tke answer."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_date(seconds: float) -> str:
    """``2022-09-14``: the day of a credential scope."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d")
