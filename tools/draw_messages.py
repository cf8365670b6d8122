"""Draw docs/pictures/message-*.png: one story as each product shows it, by a browser without a window.

python tools/draw_messages.py [chromium]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from sgguard.config.channel import ChannelKind
from sgguard.model.notification import Digest, Letter, Notification
from sgguard.notify.message import Voice
from sgguard.wording import Language
from sglab.case import read_case
from sglab.preview.command import bodies
from sglab.preview.page import page
from sglab.preview.picture import picture_of
from sglab.preview.story import notifications_of

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "events" / "cases" / "excess" / "world-opened-by-all"
AT = 1_780_000_064.0
"""Four seconds after the change in the case."""
_HEADLESS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
    *("--run-all-compositor-stages-before-draw", "--virtual-time-budget=2000"),
)


class Drawing(NamedTuple):
    """One picture, and how high it is."""

    name: str
    kind: ChannelKind
    language: Language
    height: int
    letter: Letter


def story() -> Notification:
    """The case's notification, at a time that does not change."""
    (told,) = notifications_of(read_case(CASE))
    return msgspec.structs.replace(
        told, observed_at=AT, acted_at=AT + 1, journal="b7f20c61d9ae", occurrence=1
    )


def storm(told: Notification) -> Digest:
    """Many groups at once."""
    several = tuple(
        msgspec.structs.replace(
            told,
            group_id=f"sg-worker{number:02d}",
            severity="critical" if number < 3 else "high",  # noqa: PLR2004 (a picture of both)
            action="reverted" if number % 3 else "alert only",
            observed_at=AT + number,
        )
        for number in range(9)
    )
    return Digest(notifications=several, waiting=41)


def drawings() -> Iterable[Drawing]:
    """Every picture of docs/channels.md."""
    told = story()
    one = Letter(content=told)
    yield Drawing("wecom", "wecom", "zh", 550, one)
    yield Drawing("dingtalk", "dingtalk", "zh", 590, one)
    yield Drawing("feishu", "feishu", "ko", 700, one)
    yield Drawing("slack", "slack", "en", 640, one)
    yield Drawing("teams", "teams", "en", 610, one)
    yield Drawing("webhook", "webhook", "en", 590, one)
    yield Drawing("digest", "wecom", "en", 380, Letter(content=storm(told)))


def main(arguments: list[str]) -> int:
    """Write the pictures."""
    browser = arguments[0] if arguments else shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        print("No chromium was found. Name one: python tools/draw_messages.py PATH.", file=sys.stderr)
        return 2
    for drawing in drawings():
        voice = Voice(language=drawing.language, utc_offset=480)
        pictures = [picture_of(kind, body) for kind, body in bodies([drawing.letter], [drawing.kind], voice)]
        target = ROOT / "docs" / "pictures" / f"message-{drawing.name}.png"
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "page.html"
            source.write_text(page(pictures), encoding="utf-8")
            shot = (*_HEADLESS, f"--screenshot={target}")
            size = f"--window-size=692,{drawing.height}"
            command = [browser, *shot, size, f"--user-data-dir={folder}/profile", source.as_uri()]
            subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 (a browser that was named)
        print(target.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
