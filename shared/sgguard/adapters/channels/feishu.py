"""Feishu and Lark custom bots: interactive cards, signed in the body.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence

import msgspec

from sgguard.adapters.channels.code import Meaning, decoded, judge_code, retry_after
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.fit import cut_bytes, fitted
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Request
from sgguard.model.message import Block, Fact, Link, Message
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice, message_of
from sgguard.notify.pace import Pace

BODY_BYTES = 20_000
"""The limit is 20 KB; timestamp and signature come on top of what is measured here."""
_RESERVED = 200
_TOO_MANY = 429
_TEMPLATES = {"critical": "red", "high": "orange", "medium": "yellow", "low": "grey", "info": "green"}
_MEANINGS = {
    11232: Meaning(retry_after=30),
    11233: Meaning(retry_after=30),
    19021: Meaning("The signature does not match or the clock is off: copy the bot's signing key anew."),
    19022: Meaning("The bot lets certain addresses in only: add the function's egress address."),
    19024: Meaning("The bot asks for a keyword: choose signature verification instead."),
    19001: Meaning("The bot does not exist any more: copy its webhook URL anew."),
    9499: Meaning("Feishu refuses the message: it is too long or not well formed.", about_form=True),
    11246: Meaning("Feishu refuses the card.", about_form=True),
}


def sign(secret: str, seconds: int) -> str:
    """The signature of one moment: the text is the key, and nothing is what it signs."""
    digest = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Feishu:
    """A card of at most 20 KB. Values are plain text elements, which no syntax reaches."""

    hosts = Hosts(("open.feishu.cn", "open.larksuite.com"))
    paces = (Pace(90, 60), Pace(4, 1))
    digest_size = 80
    plain_bytes = 8000

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """Cut to size by meaning."""
        limit = BODY_BYTES - _RESERVED
        message = fitted(message_of(letter, voice), lambda m: len(msgspec.json.encode(_card(m))), limit)
        return _card(message)

    def plain(self, text: str) -> Body:
        """A text message. Text knows mentions (`<at …>`), so no angle bracket stays."""
        content = text.replace("<", "＜").replace(">", "＞")  # noqa: RUF001
        return {"msg_type": "text", "content": {"text": cut_bytes(content, BODY_BYTES // 2)}}

    def request(self, body: Body, url: str, keys: Sequence[str], at: float, identity: str) -> Request:  # noqa: ARG002 (the bot knows no message ids)
        """Signed in the body with the newest key."""
        seconds = int(at)
        signed = {"timestamp": str(seconds), "sign": sign(keys[0], seconds), **body}
        return Request(url=url, body=msgspec.json.encode(signed))

    def judge(self, answer: Answer) -> Judgement:
        """By `code`, older answers by `StatusCode`.

        The gateway's own limit comes as HTTP 429 with the seconds to wait.
        """
        if answer.status == _TOO_MANY:
            wait = retry_after(answer, "x-ogw-ratelimit-reset") or retry_after(answer)
            return Judgement(status="retry", why="HTTP 429", retry_after=wait)
        fields = ("code", "msg") if "code" in decoded(answer) else ("StatusCode", "StatusMessage")
        return judge_code(answer, fields, _MEANINGS)


def _card(message: Message) -> Body:
    return {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {"title": _plain(message.headline), "template": _TEMPLATES[message.severity]},
            "elements": [element for block in message.blocks for element in _elements(block)],
        },
    }


def _elements(block: Block) -> Iterator[Body]:
    if isinstance(block, Link):
        button = {"tag": "button", "text": _plain(block.label), "type": "default", "url": block.url}
        yield {"tag": "action", "actions": [button]}
        return
    value = block.value if isinstance(block, Fact) else "\n".join(block.items)
    label = {"tag": "lark_md", "content": f"**{block.label}**"}  # the label is the guard's own
    yield {
        "tag": "div",
        "fields": [{"is_short": False, "text": label}, {"is_short": False, "text": _plain(value)}],
    }


def _plain(text: str) -> Body:
    return {"tag": "plain_text", "content": text}
