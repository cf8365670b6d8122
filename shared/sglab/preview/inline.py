"""Text as a chat window shows it: escaped, with whatever a client makes a link or a mention of by itself."""

from __future__ import annotations

import re
from html import escape

_ACTIVE = re.compile(
    r"(?P<link>(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"“”\uff08\uff09\uff0c\u3002]+"
    r"|(?<![\w@.\[-])(?:[\w-]+\.)+(?:com|cn|net|org|io|dev|example|xn--[a-z0-9]+)\b[^\s<>\"“”\uff0c\u3002]*"
    r"|\b(?:javascript|data|mailto|tel|file):[^\s<>]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w\uff20])@(?:[\w\u4e00-\u9fff-]+)|<[@!][^>]*>|<at[^>]*>)",
    re.IGNORECASE,
)


def literal(text: str) -> str:
    """HTML of text that no syntax reaches; lines stay lines. Addresses still become links in any client."""
    shown, end = "", 0
    for found in _ACTIVE.finditer(text):
        kind = "auto-link" if found["link"] else "mention"
        shown += f'{_plain(text[end : found.start()])}<mark class="{kind}">{_plain(found[0])}</mark>'
        end = found.end()
    return shown + _plain(text[end:])


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def link(text: str, url: str) -> str:
    """HTML of a link that the message asks for."""
    return f'<a href="{escape(url)}">{escape(text)}</a>'
