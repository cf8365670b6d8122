"""DingTalk custom robots, signed. https://open.dingtalk.com/document/robots/custom-robot-access.

Errors come as HTTP 200 with an `errcode`. Who sends more than 20 messages a minute is
blocked for ten minutes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import msgspec

from sgguard.adapters.channels.code import Meaning, decoded, judge_code
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.fit import cut_bytes, fitted
from sgguard.adapters.channels.lookalike import lookalike, lookalike_line
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Request
from sgguard.model.message import Block, Fact, Link, Message
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice, message_of
from sgguard.notify.pace import Pace

BODY_BYTES = 20_000
_COLOURS = {
    "critical": "#cf1322",
    "high": "#d46b08",
    "medium": "#ad8b00",
    "low": "#595959",
    "info": "#389e0d",
}
_BLOCKED = 600.0
_REFUSED = 310000
_TOO_LONG = Meaning("DingTalk refuses the message: it is too long or not well formed.", about_form=True)
_MEANINGS = {
    -1: Meaning(retry_after=10),
    130101: Meaning(retry_after=_BLOCKED),
    410100: Meaning(retry_after=_BLOCKED),
    300005: Meaning("The token is not valid: copy the robot's webhook URL anew."),
    300001: Meaning("The token is not valid: copy the robot's webhook URL anew."),
    400101: Meaning("The token does not exist: copy the robot's webhook URL anew."),
    400013: Meaning("The group was dissolved: make a robot in another one."),
    400102: Meaning("The robot is stopped: start it in the group's settings."),
    40035: _TOO_LONG,
    400105: _TOO_LONG,
    460101: _TOO_LONG,
}
_WHYS = (
    (
        "keyword|关键词",
        "The robot asks for a keyword: choose signing (加签) as its security setting instead.",
    ),
    ("timestamp|时间戳|过期", "The clock differs by more than an hour from DingTalk's: correct it."),
    ("sign|签名", "The signature does not match: copy the robot's SEC… secret into the channel's key anew."),
    (
        r"(?<![a-z])ip(?![a-z])|白名单",
        "The robot lets certain addresses in only: add the function's egress address, or choose signing.",
    ),
)


def sign(secret: str, milliseconds: int) -> str:
    """The signature of one moment, before it is percent-encoded once."""
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class DingTalk:
    """Markdown in a body of at most 20000 bytes."""

    hosts = Hosts(("oapi.dingtalk.com",))
    paces = (Pace(18, 60),)
    digest_size = 80
    plain_bytes = 8000

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """Cut to size by meaning."""
        message = fitted(message_of(letter, voice), lambda m: len(msgspec.json.encode(_body(m))), BODY_BYTES)
        return _body(message)

    def plain(self, text: str) -> Body:
        """A text message. The `at` that would mention people is never filled."""
        content = cut_bytes("\n".join(map(lookalike, text.splitlines())), BODY_BYTES // 2)
        return {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}

    def request(self, body: Body, url: str, keys: Sequence[str], at: float, identity: str) -> Request:  # noqa: ARG002 (the robot knows no message ids)
        """Signed in the query with the newest key."""
        milliseconds = int(at * 1000)
        query = urlencode({"timestamp": milliseconds, "sign": sign(keys[0], milliseconds)})
        return Request(url=f"{url}{'&' if '?' in url else '?'}{query}", body=msgspec.json.encode(body))

    def judge(self, answer: Answer) -> Judgement:
        """By `errcode`; 310000 has several meanings, told apart by its text."""
        judged = judge_code(answer, ("errcode", "errmsg"), _MEANINGS)
        body = decoded(answer)
        if body.get("errcode") != _REFUSED:
            return judged
        # ``description:…;solution:…;link:…``, and the solution to one speaks of the others too.
        said = str(body.get("errmsg", "")).lower().partition(";solution:")[0]
        fix = next(
            (fix for words, fix in _WHYS if re.search(words, said)), "See the robot's security settings."
        )
        why = judged.why.removesuffix(" (a code that is not known)")
        return Judgement(status="dead", why=why, fix=fix)


def _body(message: Message) -> Body:
    # The title is what the list of chats and the phone's lock screen show; it is no markdown.
    title = lookalike(message.headline)
    markdown = {"title": title, "text": _markdown(message)}
    return {"msgtype": "markdown", "markdown": markdown, "at": {"isAtAll": False}}


def _markdown(message: Message) -> str:
    head = f'### <font color="{_COLOURS[message.severity]}">{lookalike(message.headline)}</font>'
    # A blank line between paragraphs: DingTalk joins lines that only a newline parts.
    return "\n\n".join([head, *(line for block in message.blocks for line in _lines(block))])


def _lines(block: Block) -> Iterator[str]:
    label = lookalike(block.label)
    if isinstance(block, Link):
        yield f"[{label}]({block.url})"
    elif isinstance(block, Fact):
        yield f"**{label}**  {lookalike(block.value)}"
    else:
        yield f"**{label}**"
        yield "\n>\n".join(f"> {lookalike_line(item)}" for item in block.items)
