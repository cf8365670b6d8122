"""Cards and blocks as HTML: Feishu's interactive card, Slack's Block Kit, the Adaptive Card of Teams."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sglab.preview.inline import link, literal
from sglab.preview.markdown import inline
from sglab.receivers.desk import inside

_COLOURS = {"Attention": "#c4314b", "Warning": "#c4760f", "Good": "#237b4b"}


def feishu_html(body: object) -> str:
    """https://open.feishu.cn/document/common-capabilities/message-card/message-cards-content."""
    header = inside(body, "card", "header")
    template = escape(_text(inside(header, "template")))
    title = _feishu_text(inside(header, "title"))
    elements = "".join(map(_feishu_element, _items(inside(body, "card", "elements"))))
    return f'<h4 class="bar {template}">{title}</h4>{elements}'


def _feishu_element(element: object) -> str:
    if inside(element, "tag") == "action":
        buttons = _items(inside(element, "actions"))
        return "".join(f"<p class=button>{_feishu_button(button)}</p>" for button in buttons)
    texts = [inside(field, "text") for field in _items(inside(element, "fields"))]
    return f"<p>{'<br>'.join(map(_feishu_text, texts))}</p>"


def _feishu_button(button: object) -> str:
    return link(_text(inside(button, "text", "content")), _text(inside(button, "url")))


def _feishu_text(text: object) -> str:
    content = _text(inside(text, "content"))
    return inline(content) if inside(text, "tag") == "lark_md" else literal(content)


def slack_html(body: object) -> str:
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block."""
    return "".join(map(_slack_block, _items(inside(body, "blocks"))))


def _slack_block(block: object) -> str:
    if inside(block, "type") == "header":
        return f"<h4>{literal(_text(inside(block, 'text', 'text')))}</h4>"
    return "".join(map(_slack_element, _items(inside(block, "elements"))))


def _slack_element(element: object) -> str:
    tags = {"rich_text_preformatted": "pre", "rich_text_quote": "blockquote"}
    tag = tags.get(_text(inside(element, "type")), "p")
    return f"<{tag}>{''.join(map(_slack_piece, _items(inside(element, 'elements'))))}</{tag}>"


def _slack_piece(piece: object) -> str:
    text = _text(inside(piece, "text"))
    if inside(piece, "type") == "link":
        return link(text, _text(inside(piece, "url")))
    if inside(piece, "type") != "text":
        return f'<mark class="mention">{escape(repr(piece))}</mark>'
    return f"<b>{literal(text)}</b>" if inside(piece, "style", "bold") else literal(text)


def teams_html(body: object) -> str:
    """https://adaptivecards.io/explorer/RichTextBlock.html."""
    card = inside(body, "attachments", 0, "content")
    blocks = "".join(map(_teams_block, _items(inside(card, "body"))))
    actions = _items(inside(card, "actions"))
    links = (link(_text(inside(one, "title")), _text(inside(one, "url"))) for one in actions)
    return blocks + "".join(f"<p class=button>{one}</p>" for one in links)


def _teams_block(block: object) -> str:
    runs = "".join(map(_teams_run, _items(inside(block, "inlines"))))
    tight = ' class="tight"' if inside(block, "spacing") == "None" else ""
    return f"<p{tight}>{runs}</p>"


def _teams_run(run: object) -> str:
    shown = literal(_text(inside(run, "text")))
    if inside(run, "fontType") == "Monospace":
        shown = f"<code>{shown}</code>"
    colour = {"Attention": "#c4314b", "Warning": "#c4760f", "Good": "#237b4b"}.get(
        _text(inside(run, "color"))
    )
    if inside(run, "weight") == "Bolder":
        shown = f"<b>{shown}</b>"
    return f'<span style="color:{colour}">{shown}</span>' if colour else shown


def _items(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
