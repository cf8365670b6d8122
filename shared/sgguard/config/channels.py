"""The channels of a site, in one line of its environment.

    ops=wecom:env:WECOM_URL lang=zh; sec=dingtalk:ssm:ding-url key=ssm:ding-secret

An entry is ``name=kind:reference`` and then, in any order, ``key=reference[,reference]`` and
``lang=en|zh|ko``.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

import msgspec

from sgguard.errors import Problem
from sgguard.model.secret import Reference, read_reference
from sgguard.wording import LANGUAGES, Language

ChannelKind = Literal["wecom", "dingtalk", "feishu", "slack", "teams", "webhook", "apprise"]
KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
VARIABLE = "SGGUARD_CHANNELS"
RESERVED = "webhook"
"""The name of the channel that SGGUARD_WEBHOOK sets up."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_FORM = "Write name=kind:reference, then key=reference[,reference] and lang=en|zh|ko as needed."


class ChannelEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One channel as it is written down."""

    name: str
    """Names it in logs and in the outbox."""
    kind: ChannelKind
    url: Reference
    keys: tuple[Reference, ...] = ()
    """What messages are signed with, the newest first; several while keys are being exchanged."""
    language: Language = "en"


def read_channels(text: str) -> tuple[tuple[ChannelEntry, ...], tuple[Problem, ...]]:
    """The channels that can be read, and a problem for each that cannot.

    A problem never repeats what was written: it may be a URL that allows posting.
    """
    entries: dict[str, ChannelEntry] = {}
    problems = []
    written = [part for part in text.split(";") if part.strip()]
    for number, part in enumerate(written, 1):
        try:
            entry = _entry(part)
            if entry.name in {RESERVED, *entries}:
                raise ValueError(f"has the name {entry.name!r}, which is taken")  # noqa: TRY301 (told like every other problem)
        except ValueError as error:
            problems.append(Problem(f"{VARIABLE}, entry {number}", str(error), _FORM))
        else:
            entries[entry.name] = entry
    return tuple(entries.values()), tuple(problems)


def _entry(text: str) -> ChannelEntry:
    head, *options = text.split()
    name, _, target = head.partition("=")
    kind, _, reference = target.partition(":")
    if not _NAME.fullmatch(name):
        raise ValueError("has no name of small letters, digits and hyphens")
    if kind not in KINDS:
        raise ValueError(f"is of none of the kinds {', '.join(KINDS)}")
    entry = ChannelEntry(name=name, kind=kind, url=_reference("its URL", reference))
    for option in options:
        entry = _with_option(entry, option)
    return entry


def _with_option(entry: ChannelEntry, option: str) -> ChannelEntry:
    name, _, value = option.partition("=")
    if name == "key":
        keys = tuple(_reference("a key", part) for part in value.split(","))
        return msgspec.structs.replace(entry, keys=keys)
    if name == "lang" and value in LANGUAGES:
        return msgspec.structs.replace(entry, language=value)
    raise ValueError(f"has an option that is neither key=… nor lang={'|'.join(LANGUAGES)}")


def _reference(what: str, text: str) -> Reference:
    try:
        return read_reference(text)
    except ValueError as error:
        raise ValueError(f"{what} {error}") from None
