"""One message in one product."""

from __future__ import annotations

from html import escape

import msgspec

from sglab.preview.card import feishu_html, slack_html, teams_html
from sglab.preview.inline import literal
from sglab.preview.markdown import markdown_html
from sglab.receivers.desk import inside

NAMES = {
    "wecom": "WeCom · 企业微信",
    "dingtalk": "DingTalk · 钉钉",
    "feishu": "Feishu · 飞书 · Lark",
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "webhook": "Webhook · CloudEvents",
}
_CARDS = {"feishu": feishu_html, "slack": slack_html, "teams": teams_html}


class Picture(msgspec.Struct, frozen=True):
    """How a body is shown."""

    kind: str
    html: str
    body: object


def picture_of(kind: str, body: object) -> Picture:
    """`body` is the decoded JSON that is posted to a channel of this kind."""
    return Picture(kind, _html(kind, body), body)


def _html(kind: str, body: object) -> str:
    if inside(body, "msgtype") == "text" or inside(body, "msg_type") == "text":
        return f"<p>{literal(str(inside(body, 'text', 'content') or inside(body, 'content', 'text')))}</p>"
    if kind in _CARDS:
        return _CARDS[kind](body)
    if kind == "webhook":
        pretty = msgspec.json.format(msgspec.json.encode(body), indent=2).decode()
        return f"<pre class=json>{escape(pretty)}</pre>"
    return markdown_html(str(inside(body, "markdown", "content") or inside(body, "markdown", "text")))
