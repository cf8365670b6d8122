"""Times at which people work on a group and the guard keeps its hands off: weekly, or once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Literal, get_args

import msgspec

from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_text, an_object, keys

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_ZONE = r"([+-])(0\d|1[0-4]):([0-5]\d)"
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$"
_FOR: dict[str, Schema] = {
    "groups": a_list(a_text(pattern="^sg-"), about="Security groups that it is for."),
    "clusters": a_list(a_text(pattern="^cls-"), about="Clusters that it is for. With neither: for all."),
    "reason": a_text(about="What is being done."),
}
_WEEKLY = an_object(
    {
        "days": a_list(a_choice(DAYS), least=1, about="The days on which it begins."),
        "from": a_text(pattern=f"^{_CLOCK}$", about='For example "22:00".'),
        "to": a_text(pattern=f"^{_CLOCK}$", about="On the next day where it is not after `from`."),
        "zone": a_text(pattern=f"^{_ZONE}$", about="Offset from UTC. Default: +00:00."),
        **_FOR,
    },
    needs=("days", "from", "to", "reason"),
    about="Every week.",
)
_ONCE = an_object(
    {
        "from": a_text(pattern=_MOMENT, about="For example 2026-12-01T22:00:00+08:00."),
        "to": a_text(pattern=_MOMENT),
        **_FOR,
    },
    needs=("from", "to", "reason"),
    about="Once.",
)
SCHEMA: Schema = {
    "description": "A maintenance window: findings are alerted, nothing is written.",
    "anyOf": [_WEEKLY, _ONCE],
}


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance window."""

    days: tuple[Day, ...] = ()
    """Days on which it begins, in its zone; empty for one that is open once."""
    start: int
    """Seconds after midnight; epoch seconds for one that is open once."""
    end: int
    """The same; not after `start` means on the next day."""
    offset: int = 0
    """Seconds that its zone is ahead of UTC."""
    groups: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    reason: str

    def concerns(self, group_id: str, clusters: Iterable[str]) -> bool:
        """Whether it speaks of a group that serves some clusters."""
        if not self.groups and not self.clusters:
            return True
        return group_id in self.groups or bool(set(clusters) & set(self.clusters))

    def is_open(self, now: float) -> bool:
        """Whether it is open at a moment, epoch seconds."""
        if not self.days:
            return self.start <= now < self.end
        local = datetime.fromtimestamp(now, timezone.utc) + timedelta(seconds=self.offset)
        clock = local.hour * 3600 + local.minute * 60 + local.second
        today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
        if self.start < self.end:
            return today in self.days and self.start <= clock < self.end
        return (today in self.days and clock >= self.start) or (yesterday in self.days and clock < self.end)


def read_window(reader: Reader) -> Window:
    """One window. Notes what is wrong with the reader."""
    weekly = reader.has("days")
    reader.only(keys(_WEEKLY if weekly else _ONCE))
    days = reader.texts("days", _check_day) if weekly else ()
    if weekly and not days:
        reader.problem("days", "names no day", f"Name some of {', '.join(DAYS)}, or leave it out.")
    start, end = (_seconds(reader, key) if weekly else _moment(reader, key) for key in ("from", "to"))
    if not weekly and end <= start and not reader.problems:
        reader.problem("to", "is not after from", "Swap them, or name days for a weekly window.")
    return Window(
        days=tuple(day for day in DAYS if day in days),
        start=start,
        end=end,
        offset=_offset(reader) if weekly else 0,
        groups=reader.texts("groups", _starting_with_sg, required=False),
        clusters=reader.texts("clusters", _starting_with_cls, required=False),
        reason=reader.text("reason"),
    )


def _check_day(text: str) -> None:
    if text not in DAYS:
        raise ValueError(f"{text!r} is none of {', '.join(DAYS)}")


def _starting_with_sg(text: str) -> None:
    if not text.startswith("sg-"):
        raise ValueError(f"{text!r} does not start with sg-")


def _starting_with_cls(text: str) -> None:
    if not text.startswith("cls-"):
        raise ValueError(f"{text!r} does not start with cls-")


def _seconds(reader: Reader, key: str) -> int:
    text = reader.text(key)
    found = re.fullmatch(_CLOCK, text)
    if text and not found:
        reader.problem(key, f"is {text!r}, no time of day", 'Write "22:00", in quotes.')
    return int(found[1]) * 3600 + int(found[2]) * 60 if found else 0


def _moment(reader: Reader, key: str) -> int:
    value = reader.value(key)
    text = value.isoformat() if isinstance(value, date) else reader.text(key)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        moment = None
    if text and (moment is None or moment.tzinfo is None):
        fix = "Write 2026-12-01T22:00:00+08:00, or name days for a weekly window."
        reader.problem(key, f"is {text!r}, no moment with its zone", fix)
        return 0
    return int(moment.timestamp()) if moment else 0


def _offset(reader: Reader) -> int:
    text = reader.text("zone", default="+00:00")
    found = re.fullmatch(_ZONE, text)
    if text and not found:
        reader.problem("zone", f"is {text!r}, no offset from UTC", 'Write "+08:00", in quotes.')
    if not found:
        return 0
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return -seconds if found[1] == "-" else seconds
