"""Microsoft Teams: a Workflows webhook that posts an Adaptive Card.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from sgguard.adapters.channels.code import Meaning, decoded, judge_status
from sgguard.adapters.channels.endpoint import Hosts
from sgguard.adapters.channels.fit import cut_bytes, fitted
from sgguard.adapters.channels.vendor import Answer, Body, Judgement, Unsigned
from sgguard.model.message import Block, Fact, Link, Message
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice, message_of
from sgguard.notify.pace import Pace
from sgguard.report.foreign import harmless

BODY_BYTES = 18_000
"""The limit of 28 KB counts what the service makes of a card; 24 KB have been refused."""
_COLOURS = {"critical": "Attention", "high": "Warning", "medium": "Warning", "low": "Default", "info": "Good"}
_TOO_LONG = Meaning("Teams refuses the message: it is too long.", about_form=True)
_DISABLED = Meaning("The flow is switched off or was deleted: switch it on, or make a new one.")
_MEANINGS = {
    "WorkflowTriggerIsNotEnabled": _DISABLED,
    "WorkflowNotFound": _DISABLED,
    "DirectApiAuthorizationRequired": Meaning("The URL has no signature in it: copy it anew, up to its end."),
    "AuthorizationFailed": Meaning("The URL's signature is not valid any more: copy the URL anew."),
    "TriggerInputSchemaMismatch": Meaning("The flow refuses the message.", about_form=True),
}


class Teams(Unsigned):
    """An Adaptive Card 1.2. Values are text runs, which no markdown reaches."""

    hosts = Hosts((), (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com"))
    paces = (Pace(3, 1), Pace(60, 60))
    digest_size = 60
    plain_bytes = 5000

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """Cut to size by meaning."""
        message = fitted(message_of(letter, voice), lambda m: len(msgspec.json.encode(_body(m))), BODY_BYTES)
        return _body(message)

    def plain(self, text: str) -> Body:
        """A card of one text run a line."""
        runs = [_runs(line) for line in cut_bytes(text, BODY_BYTES // 3).splitlines()[:100]]
        return _envelope(runs)

    def judge(self, answer: Answer) -> Judgement:
        """A 2xx means that the flow was started; whether it posts the card shows in its own history only."""
        said = harmless(answer.body.decode(errors="replace"), 200)
        judged = judge_status(answer)
        if judged.status == "delivered":
            if "http error" in said.lower() or "failed" in said.lower():
                # What the retired connectors answer with status 200.
                meaning = _TOO_LONG if "413" in said else Meaning()
                return meaning.judged(f"HTTP {answer.status}: {said}")
            return Judgement(status="delivered", why=f"HTTP {answer.status}, accepted by the flow")
        error = decoded(answer).get("error")
        code = str(error.get("code", "")) if isinstance(error, dict) else ""
        known = _MEANINGS.get(code)
        if known is None:
            return judged
        return known.judged(f"HTTP {answer.status}: {code}")


def _body(message: Message) -> Body:
    head: Body = {
        "type": "RichTextBlock",
        "inlines": [
            {
                "type": "TextRun",
                "text": message.headline,
                "size": "Medium",
                "weight": "Bolder",
                "color": _COLOURS[message.severity],
            }
        ],
    }
    links = [block for block in message.blocks if isinstance(block, Link)]
    actions: list[Body] = [{"type": "Action.OpenUrl", "title": link.label, "url": link.url} for link in links]
    return _envelope([head, *(one for block in message.blocks for one in _elements(block))], actions)


def _envelope(body: list[Body], actions: Sequence[Body] = ()) -> Body:
    card: Body = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if actions:
        card["actions"] = list(actions)
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _elements(block: Block) -> Iterator[Body]:
    if isinstance(block, Link):
        return
    label: Body = {"type": "TextRun", "text": f"{block.label}  ", "weight": "Bolder"}
    if isinstance(block, Fact):
        yield {"type": "RichTextBlock", "inlines": [label, _run(block.value)]}
        return
    yield {"type": "RichTextBlock", "inlines": [label]}
    for item in block.items:
        yield _runs(item, monospace=block.verbatim)


def _runs(text: str, *, monospace: bool = False) -> Body:
    return {"type": "RichTextBlock", "spacing": "None", "inlines": [_run(text, monospace=monospace)]}


def _run(text: str, *, monospace: bool = False) -> Body:
    run: Body = {"type": "TextRun", "text": text}
    return {**run, "fontType": "Monospace"} if monospace else run
