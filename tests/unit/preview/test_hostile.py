"""Nothing that the watched person writes does anything in any channel.

Each attack is told in every channel, and the body that would be posted is shown as the product shows it. What
is shown must have exactly the tags of the same message with a harmless text in its place: no mention, no
link, no markup, no line more.
"""

from __future__ import annotations

import string
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from messages import CHANGE, notification

from sgguard.adapters.channels.channel import vendor_of
from sgguard.adapters.channels.plain_text import plain_text
from sgguard.model.notification import Letter, Notification
from sgguard.model.reason import as_written
from sgguard.notify.message import Voice
from sgguard.report.text import plain
from sglab.preview import picture_of
from sglab.receivers import DESKS

ATTACKS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parents[2] / "golden" / "hostile" / "attacks.yaml").read_text(encoding="utf-8")
)
ATTACKS["oversized-text"] = "A_LOT " * 200_000
ATTACKS["oversized-word"] = "界" * 1_000_000
CHATS = [kind for kind in DESKS if kind != "webhook"]


class Tags(HTMLParser):
    """The tags of a document with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {attrs}")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data


def written_by(text: str) -> Notification:
    """A message with this text in every place that somebody else fills."""
    told = notification()
    actor = msgspec.structs.replace(CHANGE.actor, name=text, session=text)
    change = msgspec.structs.replace(CHANGE, actor=actor, user_agent=text, source_address=text, api=text)
    row = msgspec.structs.replace(told.rows[0], description=plain(text))
    return msgspec.structs.replace(
        told, rows=(row,), change=change, reasons=(as_written(text),), group_name=text
    )


def shown(kind: str, told: Notification, language: Any = "en", *, bare: bool = False) -> Tags:
    vendor, voice, letter = vendor_of(kind), Voice(language=language), Letter(content=told)  # type: ignore[arg-type]
    text = plain_text(letter, voice, vendor.plain_bytes)
    body = vendor.plain(text) if bare else vendor.rich(letter, voice)
    return Tags(picture_of(kind, msgspec.json.decode(msgspec.json.encode(body))).html)


BENIGN = written_by("harmless")
TAGS = {kind: shown(kind, BENIGN).tags for kind in CHATS}
BARE = {kind: set(shown(kind, BENIGN, bare=True).tags) for kind in CHATS}
KOREAN = shown("wecom", BENIGN, "ko").tags
VERDICT = ("Reverted: sg-sample01", "cls-sample01", "ACCEPT ALL from 0.0.0.0/0", "undo abc123def456")
SAFE = set(string.ascii_letters + string.digits + "-_./ ")
UNSEEN = set("\u2028\u2029\u115f\u1160\u3164\uffa0\u2800")


def test_there_are_enough() -> None:
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_survives(name: str) -> None:
    told = written_by(ATTACKS[name])
    for kind in CHATS:
        seen = shown(kind, told)
        assert seen.tags == TAGS[kind], kind
        assert set(shown(kind, told, bare=True).tags) <= BARE[kind], kind
        text = seen.text.replace("\n", "")
        assert not [c for c in text if unicodedata.category(c)[0] == "C" and c != "\ufffd"], kind
        assert not set(text) & UNSEEN, kind
        assert all(part in text for part in VERDICT), kind
    assert shown("wecom", told, "ko").tags == KOREAN


@pytest.mark.parametrize("name", ATTACKS)
def test_commands_hold_nothing_foreign(name: str) -> None:
    """A group, snapshot or plan of that name gives no line to paste, rather than one that does something."""
    text = ATTACKS[name]
    told = msgspec.structs.replace(notification(), group_id=text, journal=text, approval=text)
    from sgguard.notify.command import commands

    lines = [line for _, line in commands(told)]
    assert all(set(line) <= SAFE for line in lines)
    assert not [tag for tag in shown("wecom", told).tags if tag.startswith("a ")]


def test_the_check_bites() -> None:
    """Without any escaping, attacks do show in the tags."""
    from sglab.preview.inline import literal
    from sglab.preview.markdown import markdown_html

    bitten = [
        name
        for name, text in ATTACKS.items()
        if len(text) < 200
        and (Tags(markdown_html(text)).tags != ["p []", "/p"] or len(Tags(literal(text)).tags) > 0)
    ]
    assert len(bitten) > 45, len(bitten)
