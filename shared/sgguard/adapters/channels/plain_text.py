"""A message without any form: what is sent when its own form cannot be made or is refused."""

from __future__ import annotations

from collections.abc import Iterator

from sgguard.adapters.channels.fit import fitted
from sgguard.model.message import Fact, Link, Message
from sgguard.model.notification import Digest, Letter, Notification
from sgguard.notify.message import Voice, message_of
from sgguard.report.foreign import harmless


def plain_text(letter: Letter, voice: Voice, limit: int) -> str:
    """The message in lines, of at most `limit` bytes; the bare verdict if even that cannot be made."""
    try:
        message = fitted(message_of(letter, voice), lambda m: len("\n".join(lines(m)).encode()), limit)
        return "\n".join(lines(message))
    except Exception:  # noqa: BLE001 (whatever is wrong with it, people have to hear of the group)
        return bare(letter)


def lines(message: Message) -> Iterator[str]:
    """The headline, then every block in order."""
    yield message.headline
    for block in message.blocks:
        if isinstance(block, Fact):
            yield f"{block.label}: {block.value}"
        elif isinstance(block, Link):
            yield f"{block.label}: {block.url}"
        else:
            yield f"{block.label}:"
            yield from (f"  {item}" for item in block.items)


def bare(letter: Letter) -> str:
    """What happened, from nothing but the fields that cannot fail."""
    content = letter.content
    told = content.notifications if isinstance(content, Digest) else (content,)
    return "\n".join(map(_verdict, told))


def _verdict(told: Notification) -> str:
    return harmless(f"[{told.severity.upper()}] {told.action}: {told.group_id or 'an event'} {told.region}")
