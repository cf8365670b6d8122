"""Timers: cron expressions of seven fields, or of five as they used to be.

https://www.tencentcloud.com/document/product/583/9708. Second, minute, hour, day, month, weekday (0 is
Sunday), year. Times are China's. Where both day and weekday are restricted, either will do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from tcmock.clock import china_moment

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6), (1970, 2099))
_NAMES: Mapping[int, Mapping[str, int]] = {
    4: {name: number for number, name in enumerate(_MONTHS, start=1)},
    5: {name: number for number, name in enumerate(_DAYS)},
}
_PART = re.compile(r"(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?")
_HORIZON = 366 * 8
"""Days to look ahead: a leap day comes at least once."""


class Cron(msgspec.Struct, frozen=True):
    """A schedule."""

    text: str
    """As it was written, seven fields."""
    fields: tuple[frozenset[int], ...]
    """Allowed values: seconds, minutes, hours, days, months, weekdays, years."""
    any_day: bool
    any_weekday: bool

    def after(self, seconds: float) -> float | None:
        """The first time after one, both in seconds since the epoch; None if there is none to come."""
        start = china_moment(seconds).replace(microsecond=0) + timedelta(seconds=1)
        for days in range(_HORIZON):
            day = start.date() + timedelta(days=days)
            if self._holds(day) and (found := self._on(day, start if not days else None)):
                return found.replace(tzinfo=start.tzinfo).timestamp()
        return None

    def _holds(self, day: date) -> bool:
        _, _, _, days, months, weekdays, years = self.fields
        if day.year not in years or day.month not in months:
            return False
        by_day, by_weekday = day.day in days, day.isoweekday() % 7 in weekdays
        if self.any_day or self.any_weekday:
            return by_day and by_weekday
        return by_day or by_weekday

    def _on(self, day: date, start: datetime | None) -> datetime | None:
        """The first time of a day, or the first from a time of it on."""
        earliest = (start.hour, start.minute, start.second) if start else (0, 0, 0)
        seconds, minutes, hours = (sorted(values) for values in self.fields[:3])
        for hour in hours:
            for minute in minutes:
                if (hour, minute, 59) < earliest:
                    continue
                for second in seconds:
                    if (hour, minute, second) >= earliest:
                        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - the caller adds the zone
        return None


def parse(text: str) -> Cron:
    """Read an expression.

    Raises:
        ValueError: it is none.
    """
    written = text.split()
    if len(written) == 5:  # noqa: PLR2004 - minute, hour, day, month, weekday
        written = ["0", *written, "*"]
    if len(written) != len(_RANGES):
        raise ValueError(
            f"`{text}` has {len(written)} fields; write second minute hour day month weekday year"
        )
    fields = tuple(_field(part, position) for position, part in enumerate(written))
    return Cron(" ".join(written), fields, written[3] == "*", written[5] == "*")


def _field(written: str, position: int) -> frozenset[int]:
    return frozenset(value for part in written.split(",") for value in _values(part, position))


def _values(written: str, position: int) -> range:
    part, _, step = written.partition("/")
    found, (lowest, highest) = _PART.fullmatch(part), _RANGES[position]
    if not found or (step and not step.isdecimal()) or step == "0":
        raise ValueError(f"`{written}` is not understood; write a number, `*`, `1,2`, `1-5` or `*/5`")
    if found["all"]:
        first, last = lowest, highest
    else:
        first = _number(found["first"], position)
        last = _number(found["last"], position) if found["last"] else (highest if step else first)
    if not lowest <= first <= last <= highest:
        raise ValueError(f"`{written}` must lie within {lowest} and {highest}")
    return range(first, last + 1, int(step or 1))


def _number(written: str, position: int) -> int:
    names = _NAMES.get(position, {})
    if written.upper() in names:
        return names[written.upper()]
    if not written.isdecimal():
        raise ValueError(f"`{written}` is no number")
    return int(written)
