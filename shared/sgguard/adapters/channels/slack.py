"""Slack incoming webhooks, Block Kit. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.adapters.channels.code import Meaning, judge_status
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.fit import fitted
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Unsigned
from sgguard.model.message import Block, Fact, Link, Message
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice, message_of
from sgguard.notify.pace import Pace
from sgguard.report.foreign import harmless

BLOCKS = 50
TEXT = 3000
"""Characters of one text. Lines are shorter by far (`sgguard.report.foreign`)."""
HEADER = 150
TOTAL = 12_000
"""Characters of all texts together; about 13200 have been refused (`msg_blocks_too_long`)."""
_MARKS = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "⚪", "info": "🟢"}
_MEANINGS = {
    "invalid_payload": Meaning("Slack refuses the message.", about_form=True),
    "invalid_blocks": Meaning("Slack refuses the message's blocks.", about_form=True),
    "invalid_blocks_format": Meaning("Slack refuses the message's blocks.", about_form=True),
    "msg_blocks_too_long": Meaning("Slack refuses the message: it is too long.", about_form=True),
    "no_text": Meaning("Slack refuses the message.", about_form=True),
    "channel_is_archived": Meaning("The channel is archived: choose another one for the webhook."),
    "channel_not_found": Meaning("The channel is gone: make a webhook for another one."),
    "no_service": Meaning("The webhook was removed or switched off: make a new one."),
    "no_service_id": Meaning("The webhook URL is not whole: copy it anew."),
    "no_team": Meaning("The workspace is gone: make a webhook in another one."),
    "invalid_token": Meaning("The webhook URL is not whole or was revoked: copy it anew."),
    "team_disabled": Meaning("The workspace is switched off."),
    "action_prohibited": Meaning("An administrator forbids this webhook: ask for permission."),
    "posting_to_general_channel_denied": Meaning("Nobody may post to #general: choose another channel."),
    "too_many_attachments": Meaning("Slack refuses the message."),
    "user_not_found": Meaning("The user that the webhook posts to is gone."),
}


class Slack(Unsigned):
    """Rich text blocks: their text elements are literal, no syntax reaches them."""

    hosts = Hosts(("hooks.slack.com", "hooks.slack-gov.com"))
    paces = (Pace(1, 1), Pace(30, 60))
    digest_size = 80
    plain_bytes = 2400

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """Cut to size by meaning."""
        return _body(fitted(message_of(letter, voice), _size, TOTAL))

    def plain(self, text: str) -> Body:
        """Without mrkdwn; `&<>` are escaped for the parser of links and mentions, which runs all the same."""
        return {"text": _escaped(text[:TEXT]), "mrkdwn": False}

    def judge(self, answer: Answer) -> Judgement:
        """Success is HTTP 200 with the body ``ok`` and nothing else."""
        said = harmless(answer.body.decode(errors="replace").strip(), 100)
        judged = judge_status(answer)
        if judged.status == "retry":
            return judged
        if answer.status == 200 and said == "ok":  # noqa: PLR2004 (the one status that is meant)
            return Judgement(status="delivered", why="ok")
        why = f"HTTP {answer.status}: {said}"
        if said in _MEANINGS:
            return _MEANINGS[said].judged(why)
        if judged.status == "delivered":
            return Judgement(status="retry", why=f"{why} (not the answer of a webhook that took a message)")
        return Judgement(status="dead", why=why, fix=judged.fix, about_form=judged.about_form)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _body(message: Message) -> Body:
    head = f"{_MARKS[message.severity]} {message.headline}"[:HEADER]
    blocks: list[Body] = [{"type": "header", "text": {"type": "plain_text", "text": head, "emoji": False}}]
    blocks += [_block(block) for block in message.blocks[: BLOCKS - 1]]
    # The text is what notifications show; blocks take its place in the channel.
    return {"text": _escaped(message.headline), "mrkdwn": False, "blocks": blocks}


def _block(block: Block) -> Body:
    return {"type": "rich_text", "elements": list(_elements(block))}


def _elements(block: Block) -> Iterator[Body]:
    label: Body = {"type": "text", "text": f"{block.label}  ", "style": {"bold": True}}
    if isinstance(block, Link):
        yield _section({"type": "link", "url": block.url, "text": block.label})
    elif isinstance(block, Fact):
        yield _section(label, _text(block.value))
    else:
        yield _section(label)
        kind = "rich_text_preformatted" if block.verbatim else "rich_text_quote"
        last = len(block.items) - 1
        lines = [_text(item if at == last else f"{item}\n") for at, item in enumerate(block.items)]
        yield {"type": kind, "elements": lines}


def _section(*elements: Body) -> Body:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str) -> Body:
    return {"type": "text", "text": text}


def _size(message: Message) -> int:
    """Characters of all texts; each of them is far from the limit of one."""
    return len(message.headline) + sum(map(len, (text for block in message.blocks for text in _texts(block))))


def _texts(block: Block) -> Iterator[str]:
    yield block.label
    if isinstance(block, Link):
        yield block.url
    elif isinstance(block, Fact):
        yield block.value
    else:
        yield from block.items
