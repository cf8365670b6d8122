"""WeCom group bots. https://developer.work.weixin.qq.com/document/path/99110.

The URL holds the key that allows posting; there is no signature. Every answer is HTTP 200; what happened
is in `errcode`: https://developer.work.weixin.qq.com/document/path/90455.
"""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.adapters.channels.code import Meaning, judge_code
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.fit import cut_bytes, fitted
from sgguard.adapters.channels.lookalike import lookalike, lookalike_line
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Unsigned
from sgguard.model.message import Block, Fact, Link, Message
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice, message_of
from sgguard.notify.pace import Pace

MARKDOWN_BYTES = 4096
TEXT_BYTES = 2048
_COLOURS = {"critical": "warning", "high": "warning", "medium": "comment", "low": "comment", "info": "info"}
_MEANINGS = {
    -1: Meaning(retry_after=10),
    6000: Meaning(retry_after=10),
    45009: Meaning(retry_after=60),
    93000: Meaning("The bot does not exist any more, or its key is wrong: copy its webhook URL anew."),
    93004: Meaning("The bot was removed from its group: add it again."),
    93008: Meaning("The bot was removed from its group: add it again."),
    40008: Meaning("WeCom refuses this kind of message.", about_form=True),
    40035: Meaning("WeCom refuses the message's parameters.", about_form=True),
    40058: Meaning("WeCom refuses the message: it is too long or not well formed.", about_form=True),
    45002: Meaning("WeCom refuses the message: it is too long.", about_form=True),
}


class WeCom(Unsigned):
    """Markdown of at most 4096 bytes."""

    hosts = Hosts(("qyapi.weixin.qq.com",))
    paces = (Pace(18, 60),)  # 20 a minute and bot: https://developer.work.weixin.qq.com/document/path/99110
    digest_size = 24
    plain_bytes = 1700

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """Cut to size by meaning."""
        message = fitted(message_of(letter, voice), lambda m: len(markdown(m).encode()), MARKDOWN_BYTES)
        return {"msgtype": "markdown", "markdown": {"content": markdown(message)}}

    def plain(self, text: str) -> Body:
        """2048 bytes. Nobody is mentioned: that takes `mentioned_list`, which is never sent."""
        content = "\n".join(map(lookalike, text.splitlines()))
        return {"msgtype": "text", "text": {"content": cut_bytes(content, TEXT_BYTES)}}

    def judge(self, answer: Answer) -> Judgement:
        """By `errcode`."""
        return judge_code(answer, ("errcode", "errmsg"), _MEANINGS)


def markdown(message: Message) -> str:
    """The subset that group bots understand: bold, quote, colour, code and links."""
    colour = _COLOURS[message.severity]
    head = f'**<font color="{colour}">{lookalike(message.headline)}</font>**'
    return "\n".join([head, *(line for block in message.blocks for line in _lines(block))])


def _lines(block: Block) -> Iterator[str]:
    label = lookalike(block.label)
    if isinstance(block, Link):
        yield f"[{label}]({block.url})"
    elif isinstance(block, Fact):
        yield f"> **{label}** {lookalike(block.value)}"
    else:
        yield f"**{label}**"
        for item in block.items:
            yield f"> {_coloured(item) if block.name == 'rows' else lookalike_line(item)}"


def _coloured(row: str) -> str:
    colour = {"-": "warning", "+": "info"}.get(row[:1], "comment")
    return f'<font color="{colour}">{lookalike_line(row)}</font>'
