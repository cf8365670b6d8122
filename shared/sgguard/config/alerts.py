"""The section `alerts`: who is told what, where, when and in which language. docs/channels.md explains it.

alerts:
utc_offset: "+08:00"
quiet_hours: {from: "22:00", to: "07:00"}
fallback: mail
channels:
ops: {kind: wecom, url: "env:WECOM_URL", language: zh}
sec: {kind: dingtalk, url: "ssm:ding-url", keys: ["ssm:ding-secret"]}
routes:
- {severities: [critical], channels: [ops, sec]}
- {clusters: [cls-…], channels: [ops]}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from sgguard.config import channel
from sgguard.config.channel import ChannelEntry, read_channels
from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, a_list, a_map, a_text, an_object, keys
from sgguard.model.finding import SEVERITIES, Severity
from sgguard.wording import LANGUAGES, Language

CONSOLES: Mapping[str, str] = {"cn": "console.cloud.tencent.com", "intl": "console.tencentcloud.com"}
REPEAT_HOURS = 4
_LONGEST_REPEAT = 168

_CLOCK = r"^([01][0-9]|2[0-3]):([0-5][0-9])$"
_OFFSET = r"^([+-])(0[0-9]|1[0-4]):([0-5][0-9])$"
_ACCOUNT = "^[0-9]{1,20}$"
_CLUSTER = "^cls-[0-9a-z]{1,32}$"
_QUIET = an_object({"from": a_text(pattern=_CLOCK), "to": a_text(pattern=_CLOCK)}, needs=("from", "to"))
_ROUTE = an_object(
    {
        "severities": a_list(a_choice(SEVERITIES)),
        "clusters": a_list(a_text(pattern=_CLUSTER)),
        "accounts": a_list(a_text(pattern=_ACCOUNT)),
        "channels": a_list(a_text(), least=1),
    },
    needs=("channels",),
)
SCHEMA: Schema = an_object(
    {
        "channels": a_map(channel.SCHEMA, keys=channel.NAMES, about="Chats and webhooks, by a name."),
        "routes": a_list(_ROUTE, about="The first that matches decides; without one, every channel is told."),
        "fallback": a_text(about="The channel for what another one does not take."),
        "quiet_hours": _QUIET,
        "repeat_hours": {"type": "integer", "minimum": 1, "maximum": _LONGEST_REPEAT},
        "utc_offset": a_text(pattern=_OFFSET, about="Of quiet hours and of times in messages."),
        "language": a_choice(LANGUAGES, about="Of channels that name none. Default: en."),
        "console": a_choice(CONSOLES, about="The console that links lead to. Default: cn."),
    },
    about="Who is told what, where, when and in which language.",
)


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages go where. What is empty does not restrict."""

    severities: tuple[Severity, ...] = ()
    clusters: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    channels: tuple[str, ...]


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the site's day in minutes; one that ends before it begins reaches over midnight."""

    since: int
    until: int


class Alerts(msgspec.Struct, frozen=True, kw_only=True):
    """The section. As it is by default, everything goes to every channel at once."""

    channels: tuple[ChannelEntry, ...] = ()
    routes: tuple[Route, ...] = ()
    """The first that matches decides; without one that does, every channel is told."""
    fallback: str = ""
    """Channel for what another one does not take; empty for none."""
    quiet: QuietHours | None = None
    """Never holds what is critical."""
    repeat_hours: int = REPEAT_HOURS
    """An open problem is told again after so many hours, not before."""
    utc_offset: int = 0
    """Minutes east of UTC."""
    console: str = CONSOLES["cn"]
    """Host of the console that links lead to."""


def read_alerts(reader: Reader) -> Alerts:
    """The section. Notes what is wrong."""
    reader.only(keys(SCHEMA))
    language: Language = "en"
    if reader.has("language"):
        language = reader.choice("language", {one: one for one in LANGUAGES}, language)
    entries = read_channels(reader.section("channels"), language)
    names = [entry.name for entry in entries]
    fallback = reader.text("fallback", default="")
    if fallback and fallback not in names:
        reader.problem("fallback", f"names {fallback!r}, which is no channel", "Write it under channels too.")
    return Alerts(
        channels=entries,
        routes=tuple(_read_route(entry, names) for entry in reader.sections("routes")),
        fallback=fallback,
        quiet=_read_quiet(reader.section("quiet_hours")) if reader.has("quiet_hours") else None,
        repeat_hours=_read_hours(reader),
        utc_offset=_read_offset(reader),
        console=reader.choice("console", CONSOLES, "") if reader.has("console") else CONSOLES["cn"],
    )


def _read_route(reader: Reader, names: Iterable[str]) -> Route:
    reader.only(keys(_ROUTE))
    severities = reader.texts("severities", _one_of(SEVERITIES), required=False)
    channels = reader.texts("channels", _one_of(names))
    if reader.value("channels") in ([], ()):
        reader.problem("channels", "is empty, so nobody would be told", "Name one, or remove the route.")
    return Route(
        severities=tuple(one for one in SEVERITIES if one in severities),
        clusters=reader.texts("clusters", _like(_CLUSTER, "cls-… with small letters"), required=False),
        accounts=reader.texts("accounts", _like(_ACCOUNT, "the digits of an account"), required=False),
        channels=channels,
    )


def _one_of(allowed: Iterable[str]) -> Callable[[str], None]:
    known = list(allowed)

    def check(text: str) -> None:
        if text not in known:
            raise ValueError(f"{text!r} is none of {', '.join(known) or 'the channels, for there are none'}")

    return check


def _like(pattern: str, shape: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not re.search(pattern, text):
            raise ValueError(f"{text!r} is not {shape}")

    return check


def _read_quiet(reader: Reader) -> QuietHours:
    reader.only(keys(_QUIET))
    quiet = QuietHours(since=_read_clock(reader, "from"), until=_read_clock(reader, "to"))
    if quiet.since == quiet.until and not reader.problems:
        reader.problem("to", "is when they begin", "Remove quiet_hours, or end them at another time.")
    return quiet


def _read_clock(reader: Reader, key: str) -> int:
    text = reader.text(key)
    if not text:
        return 0
    if not (found := re.search(_CLOCK, text)):
        reader.problem(key, f"is {text!r}, no time of day", 'Write it like "22:00", in quotes.')
        return 0
    return int(found[1]) * 60 + int(found[2])


def _read_offset(reader: Reader) -> int:
    text = reader.text("utc_offset", default="+00:00")
    if not (found := re.search(_OFFSET, text)):
        if text:
            reader.problem("utc_offset", f"is {text!r}", 'Write it like "+08:00", in quotes.')
        return 0
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def _read_hours(reader: Reader) -> int:
    hours = reader.value("repeat_hours")
    if hours is None:
        return REPEAT_HOURS
    if isinstance(hours, int) and not isinstance(hours, bool) and 1 <= hours <= _LONGEST_REPEAT:
        return hours
    reader.problem(
        "repeat_hours", f"is no whole number from 1 to {_LONGEST_REPEAT}", "Write repeat_hours: 4."
    )
    return REPEAT_HOURS
