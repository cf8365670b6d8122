"""The markdown of group bots: what WeCom and DingTalk make of a text.

https://developer.work.weixin.qq.com/document/path/99110#markdown类型
https://open.dingtalk.com/document/robots/custom-robot-access
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from sglab.preview.inline import link, literal

_INLINE = re.compile(
    r'(?P<font><font color="(?P<colour>[^"]*)">(?P<coloured>.*?)</font>)'
    r"|(?P<image>!\[[^\]]*\]\([^)]*\))"
    r"|(?P<link>\[(?P<text>[^\]]*)\]\((?P<url>[^)\s]*)\))"
    r"|(?P<bold>\*\*(?P<strong>.+?)\*\*)"
    r"|(?P<code>`(?P<typed>[^`]+)`)"
    r"|(?P<slanted>(?<!\w)_(?P<under>[^_\n]+)_(?!\w)|(?<!\*)\*(?P<star>[^*\n]+)\*)"
    r"|(?P<struck>~~.+?~~)"
    r"|(?P<raw></?[a-zA-Z][^<>]*>)"
)
_BLOCKS = ((r"(#{1,6}) (.*)", "h4"), (r"(> ?)(.*)", "blockquote"), (r"([-+*]|\d+\.) (.*)", "li"))
_NAMED = {"info": "#389e0d", "comment": "#8c8c8c", "warning": "#d46b08"}


def markdown_html(text: str) -> str:
    """HTML of a whole message. A line is a paragraph; lines that begin with ``>`` are a quote."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    for pattern, tag in (
        (r"(#{1,6}) (.*)", "h4"),
        (r"(> ?)(.*)", "blockquote"),
        (r"([-+*]|\d+\.) (.*)", "li"),
    ):
        if found := re.fullmatch(pattern, line):
            return f"<{tag}>{inline(found[2])}</{tag}>"
    if re.fullmatch(r"\s*([-*_=] ?){3,}\s*", line):
        return "<hr>"
    return f"<p>{inline(line)}</p>" if line.strip() else ""


def inline(text: str) -> str:
    """HTML of one line."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for found in _INLINE.finditer(text):
        yield literal(text[end : found.start()])
        yield _piece(found)
        end = found.end()
    yield literal(text[end:])


def _piece(found: re.Match[str]) -> str:
    if found["font"]:
        colour = escape(_NAMED.get(found["colour"], found["colour"]))
        return f'<span style="color:{colour}">{inline(found["coloured"])}</span>'
    if found["link"]:
        return link(found["text"], found["url"])
    if found["bold"]:
        return f"<b>{inline(found['strong'])}</b>"
    if found["code"]:
        return f"<code>{escape(found['typed'])}</code>"
    if found["slanted"]:
        return f"<i>{inline(found['under'] or found['star'])}</i>"
    kind = next(name for name in ("image", "struck", "raw") if found[name])
    return f'<mark class="{kind}">{escape(found[0])}</mark>'
