"""`sgguard notify preview`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from sgguard.adapters.channels.channel import vendor_of
from sgguard.adapters.channels.plain_text import lines
from sgguard.config.channel import ChannelKind
from sgguard.errors import ConfigError, Problem
from sgguard.model.notification import Letter, Notification
from sgguard.model.plan import Mode
from sgguard.notify.message import Voice, message_of
from sgguard.wording import Language
from sglab.case import find_cases, read_case
from sglab.preview.page import page
from sglab.preview.picture import picture_of
from sglab.preview.story import notifications_of
from sglab.receivers import DESKS

KINDS: tuple[ChannelKind, ...] = msgspec.convert(tuple(DESKS), tuple[ChannelKind, ...])


def preview(
    folder: Path,
    kind: ChannelKind | None,
    language: Language,
    mode: Mode | None,
    output: Literal["text", "json", "html"],
) -> None:
    """Print what the case leads to. Raises ConfigError where it is no case, or leads to no message."""
    if not (folder / "event.json").is_file():
        fix = f"There are {', '.join(str(one) for one in find_cases(folder)[:3])}." if folder.is_dir() else ""
        raise ConfigError(
            [Problem(str(folder), "is no case: it has no event.json", fix or "Check the path.")]
        )
    told = notifications_of(read_case(folder), mode)
    if not told:
        fix = "Choose a case with findings, or another --mode."
        raise ConfigError([Problem(str(folder), "leads to no message", fix)])
    kinds = (kind,) if kind else KINDS
    sys.stdout.write(shown(told, kinds, language, output))


def shown(
    told: Iterable[Notification],
    kinds: Iterable[ChannelKind],
    language: Language,
    output: Literal["text", "json", "html"],
) -> str:
    """Notifications as text, as JSON a line, or as one page."""
    voice, kinds = Voice(language=language), tuple(kinds)
    letters = [Letter(content=one) for one in told]
    if output == "text":
        return "\n".join(line for letter in letters for line in lines(message_of(letter, voice))) + "\n"
    found = list(bodies(letters, kinds, voice))
    if output == "json":
        documents = (msgspec.json.encode({"channel": kind, "body": body}).decode() for kind, body in found)
        return "\n".join(documents) + "\n"
    return page(picture_of(kind, body) for kind, body in found)


def bodies(
    letters: Iterable[Letter], kinds: Iterable[ChannelKind], voice: Voice
) -> Iterator[tuple[ChannelKind, object]]:
    """What is posted, as a receiver decodes it, without what signing adds."""
    for letter in letters:
        for kind in kinds:
            yield kind, msgspec.json.decode(msgspec.json.encode(vendor_of(kind).rich(letter, voice)))
