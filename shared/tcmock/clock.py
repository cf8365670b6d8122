"""The time of a cloud, and time as Tencent Cloud writes it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

_CHINA = timezone(timedelta(hours=8))
_END = 253_402_300_800
"""The year 10000: Tencent Cloud writes four digits."""


class Clock:
    """Seconds since the epoch: those of `source`, until the clock is set, advanced or frozen.

    From then on the clock is `virtual`, and signatures have no age: SDKs sign with the real time.
    """

    def __init__(
        self,
        source: Callable[[], float] = time.time,  # noqa: TID251 - the default of the port itself
    ) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._watchers: list[Callable[[], object]] = []
        self._ahead = 0.0
        """Seconds before the source."""
        self._held: float | None = None
        """The time at which the clock stands still."""

    def __call__(self) -> float:
        """The same as `now`."""
        return self.now()

    def now(self) -> float:
        """The time."""
        held = self._held
        return self._source() + self._ahead if held is None else held

    @property
    def frozen(self) -> bool:
        """Whether it stands still until it is told otherwise."""
        return self._held is not None

    @property
    def virtual(self) -> bool:
        """Whether it tells another time than its source."""
        return self.frozen or self._ahead != 0.0

    def set(self, seconds: float) -> None:
        """Make it that time, earlier or later; a clock that runs keeps running from there.

        Raises:
            ValueError: it lies before 1970 or after 9999.
        """
        with self._lock:
            self._turn_to(seconds)
        self._tell()

    def advance(self, seconds: float) -> None:
        """Let that much time pass at once.

        Raises:
            ValueError: it would go back, which `set` does, or too far.
        """
        if seconds < 0:
            raise ValueError(
                f"A clock cannot advance by {seconds:g} seconds. Set it to an earlier time instead"
            )
        with self._lock:
            self._turn_to(self.now() + seconds)
        self._tell()

    def freeze(self) -> None:
        """Stand still."""
        with self._lock:
            self._held = self.now()

    def run(self) -> None:
        """Run on from where it stands."""
        with self._lock:
            self._ahead, self._held = self.now() - self._source(), None
        self._tell()

    def reset(self) -> None:
        """Tell the time of the source again."""
        with self._lock:
            self._ahead, self._held = 0.0, None
        self._tell()

    def watch(self, callback: Callable[[], object]) -> None:
        """Call back whenever somebody has set or advanced the clock, or let it run."""
        self._watchers.append(callback)

    def _turn_to(self, seconds: float) -> None:
        if not 0 <= seconds < _END:
            raise ValueError(f"{seconds:g} is no time between 1970 and 9999 in seconds since the epoch")
        if self.frozen:
            self._held = seconds
        else:
            self._ahead = seconds - self._source()

    def _tell(self) -> None:
        for callback in list(self._watchers):
            callback()


def china_time(seconds: float) -> str:
    """``2025-12-09 23:14:52``: what vpc answers, in China time without saying so."""
    return datetime.fromtimestamp(seconds, tz=_CHINA).strftime("%Y-%m-%d %H:%M:%S")


def china_iso_time(seconds: float) -> str:
    """``2021-04-29T20:01:27+08:00``: what eb answers."""
    return datetime.fromtimestamp(seconds, tz=_CHINA).isoformat(timespec="seconds")


def china_moment(seconds: float) -> datetime:
    """The same moment as a date and time of day in China, for whatever counts in days or by the calendar."""
    return datetime.fromtimestamp(seconds, tz=_CHINA)


def utc_time(seconds: float) -> str:
    """``2022-09-14T02:09:47Z``: what cvm and tke answer."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_millis_time(seconds: float) -> str:
    """``2022-09-14T02:09:47.000Z``: what cos lists."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def http_date(seconds: float) -> str:
    """``Wed, 14 Sep 2022 02:09:47 GMT``: what HTTP headers say."""
    return format_datetime(datetime.fromtimestamp(seconds, tz=timezone.utc), usegmt=True)


def utc_date(seconds: float) -> str:
    """``2022-09-14``: the day of a credential scope."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d")
