"""A page of pictures: one file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from sglab.preview.picture import NAMES, Picture

_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>sgguard: messages</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
{style}</style>"""


def page(pictures: Iterable[Picture]) -> str:
    """The whole page."""
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return _HEAD.format(style=style) + "\n".join(map(_section, pictures)) + "\n</html>\n"


def _section(picture: Picture) -> str:
    name = escape(NAMES.get(picture.kind, picture.kind))
    kind = escape(picture.kind)
    return f'<section class="{kind}"><h2>{name}</h2><article>{picture.html}</article></section>'
