"""A Slack incoming webhook. https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Iterator

from sglab.receivers.desk import Desk, Post, Reply, inside

_STATUSES = {
    "invalid_payload": 400,
    "invalid_blocks": 400,
    "msg_blocks_too_long": 400,
    "no_text": 400,
    "invalid_token": 403,
    "action_prohibited": 403,
    "channel_not_found": 404,
    "no_service": 404,
    "channel_is_archived": 410,
}
_RICH = {"rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list"}
_HEADER, _TEXT, _BLOCKS, _TOTAL = 150, 3000, 50, 13_200


class SlackDesk(Desk):
    """Text answers: ``ok``, or what is wrong."""

    path = "/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx"
    rates = ((1, 1.0),)

    def error(self, code: int | str) -> Reply:
        """One of the texts, ``429`` or a status of the server's own."""
        if str(code) == "429":
            return Reply(status=429, body=b"rate_limited", headers={"Retry-After": "30"})
        if str(code).isdigit():
            return Reply(status=int(code))
        return Reply(status=_STATUSES[str(code)], body=str(code).encode())

    def thanks(self) -> Reply:
        """Exactly ``ok``."""
        return Reply(status=200, body=b"ok")

    def check(self, post: Post, at: float) -> Reply | None:
        """URL, rate, form, size."""
        document = post.document()
        if post.path != self.path:
            return self.error("no_service")
        if self.too_fast(at):
            return self.error("429")
        if not document:
            return self.error("invalid_payload")
        if not document.get("text"):
            return self.error("no_text")
        blocks = document.get("blocks", [])
        if not isinstance(blocks, list) or len(blocks) > _BLOCKS or not all(map(_is_block, blocks)):
            return self.error("invalid_blocks")
        return self.error("msg_blocks_too_long") if sum(map(len, _texts(blocks))) > _TOTAL else None


def _is_block(block: object) -> bool:
    kind, elements = inside(block, "type"), inside(block, "elements")
    if kind == "header":
        text = inside(block, "text", "text")
        plain = inside(block, "text", "type") == "plain_text"
        return plain and isinstance(text, str) and len(text) <= _HEADER
    if kind != "rich_text" or not isinstance(elements, list):
        return False
    return all(inside(one, "type") in _RICH and _are_short(one) for one in elements)


def _are_short(element: object) -> bool:
    return all(0 < len(text) <= _TEXT for text in _texts(inside(element, "elements")))


def _texts(document: object) -> Iterator[str]:
    if isinstance(document, list):
        for one in document:
            yield from _texts(one)
    elif isinstance(document, dict):
        for key, one in document.items():
            if key == "text" and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)
