"""The section `revert`: what enforce may touch, when, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sgguard.config import window as windows
from sgguard.config.reader import Reader
from sgguard.config.schema import (
    Schema,
    a_choice,
    a_list,
    a_map,
    a_number,
    a_text,
    an_object,
    keys,
)
from sgguard.config.window import Window, read_window
from sgguard.model.finding import SEVERITIES, Severity
from sgguard.model.plan import MODES, Mode

MAX_MINUTES = 60
"""Of a window that writes are counted in: they are remembered for so long."""
_MODE = a_choice(MODES)
_MODES = an_object(
    {
        "default": a_choice(MODES, about="Of groups that nothing else is said of. Default: enforce."),
        "clusters": a_map(_MODE, keys="^cls-", about="By cluster."),
        "groups": a_map(_MODE, keys="^sg-", about="By security group; outweighs its clusters."),
    },
    about="Where SGGUARD_MODE=enforce holds. It only narrows: with SGGUARD_MODE=observe nothing is written.",
)
_BUDGET = an_object(
    {
        "groups": a_number(least=1, most=1000, about="Groups that may be written. Default: 5."),
        "percent": a_number(least=1, most=100, about="Share of the covered groups, rounded up. Default: 10."),
        "minutes": a_number(least=1, most=MAX_MINUTES, about="Within so many minutes. Default: 10."),
    },
    about="The change budget: over it nothing is written, and one alert says so.",
)
_FIGHT = an_object(
    {
        "reverts": a_number(
            least=1, most=100, about="Reverts of one group after which it is left. Default: 3."
        ),
        "minutes": a_number(least=1, most=MAX_MINUTES, about="Within so many minutes. Default: 10."),
    },
    about="When somebody else keeps writing the same thing: alert only.",
)
SCHEMA: Schema = an_object(
    {
        "min_severity": a_choice(
            SEVERITIES,
            about="Findings at least this severe are reverted, milder ones alerted. Default: high.",
        ),
        "approval": a_choice(
            SEVERITIES,
            about="Reverts of findings at least this severe wait for `sgguard apply`. Default: none does.",
        ),
        "settle_seconds": a_number(
            least=0,
            most=600,
            about="A group is left alone for so long after a change, unless it is open to the public. "
            "Default: 10.",
        ),
        "mode": _MODES,
        "protected": a_list(a_text(pattern="^sg-"), about="Groups that are never written."),
        "windows": a_list(windows.SCHEMA, about="Maintenance windows."),
        "budget": _BUDGET,
        "fight": _FIGHT,
    },
    about="What enforce may touch.",
)
_SEVERITIES: Mapping[str, Severity] = {severity: severity for severity in SEVERITIES}
_BY_NAME: Mapping[str, Mode] = {mode: mode for mode in MODES}


class Modes(msgspec.Struct, frozen=True, kw_only=True):
    """Where enforce holds."""

    default: Mode = "enforce"
    clusters: Mapping[str, Mode] = {}
    groups: Mapping[str, Mode] = {}

    def of(self, group_id: str, clusters: Iterable[str]) -> Mode:
        """The mode of a group: its own, else the strictest of its clusters, else the default."""
        if group_id in self.groups:
            return self.groups[group_id]
        named = {self.clusters.get(cluster, self.default) for cluster in clusters}
        return "observe" if "observe" in named else next(iter(named), self.default)


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How many groups may be written within some time."""

    groups: int = 5
    percent: int = 10
    """Of the covered groups, where their number is known."""
    minutes: int = 10

    def limit(self, covered: int | None) -> int:
        """Groups that may be written; `covered` is None where nobody has counted them."""
        if covered is None:
            return self.groups
        return min(self.groups, max(1, -(-covered * self.percent // 100)))


class Fight(msgspec.Struct, frozen=True, kw_only=True):
    """How often one group may be reverted within some time."""

    reverts: int = 3
    minutes: int = 10


class Revert(msgspec.Struct, frozen=True, kw_only=True):
    """What enforce may touch, when, and how much of it."""

    min_severity: Severity = "high"
    approval: Severity | None = None
    """None where nothing needs an approval."""
    settle_seconds: int = 10
    modes: Modes = Modes()
    protected: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    budget: Budget = Budget()
    fight: Fight = Fight()


def read_revert(reader: Reader) -> Revert:
    """The section. Notes what is wrong."""
    reader.only(keys(SCHEMA))
    default, budget, fight = Revert(), reader.section("budget"), reader.section("fight")
    budget.only(keys(_BUDGET))
    fight.only(keys(_FIGHT))
    return Revert(
        min_severity=_severity(reader, "min_severity") or default.min_severity,
        approval=_severity(reader, "approval"),
        settle_seconds=reader.number("settle_seconds", default.settle_seconds, least=0, most=600),
        modes=_read_modes(reader.section("mode")),
        protected=reader.texts("protected", _check_group, required=False),
        windows=tuple(read_window(entry) for entry in reader.sections("windows")),
        budget=Budget(
            groups=budget.number("groups", default.budget.groups, least=1, most=1000),
            percent=budget.number("percent", default.budget.percent, least=1, most=100),
            minutes=budget.number("minutes", default.budget.minutes, least=1, most=MAX_MINUTES),
        ),
        fight=Fight(
            reverts=fight.number("reverts", default.fight.reverts, least=1, most=100),
            minutes=fight.number("minutes", default.fight.minutes, least=1, most=MAX_MINUTES),
        ),
    )


def _severity(reader: Reader, key: str) -> Severity | None:
    return reader.choice(key, _SEVERITIES, "high") if reader.has(key) else None


def _read_modes(reader: Reader) -> Modes:
    reader.only(keys(_MODES))
    default: Mode = reader.choice("default", _BY_NAME, "observe") if reader.has("default") else "enforce"
    clusters, groups = reader.section("clusters"), reader.section("groups")
    return Modes(default=default, clusters=_by_id(clusters, "cls-"), groups=_by_id(groups, "sg-"))


def _by_id(reader: Reader, prefix: str) -> dict[str, Mode]:
    for key in reader.names():
        if not key.startswith(prefix):
            reader.problem(key, "is no id", f"Ids start with {prefix}.")
    return {key: reader.choice(key, _BY_NAME, "observe") for key in reader.names()}


def _check_group(text: str) -> None:
    if not text.startswith("sg-"):
        raise ValueError(f"{text!r} does not start with sg-")
