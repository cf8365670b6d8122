"""Telegram, PagerDuty, e-mail and a hundred more, through Apprise: https://github.com/caronc/apprise.

Behind the extra ``sgguard[apprise]``, and imported only when such a channel is used. It is weaker than the
channels that are built in: Apprise looks at the HTTP status only, so a service that refuses a message with
status 200 counts as told; a failure comes without a reason; and where it connects to is its own affair.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, cast

from sgguard.adapters.channels.lookalike import lookalike
from sgguard.adapters.channels.plain_text import plain_text
from sgguard.config.channel import ChannelEntry
from sgguard.errors import GuardError
from sgguard.model.notification import Delivery, Letter, Status
from sgguard.model.secret import Reference, Secret
from sgguard.notify.message import Voice
from sgguard.notify.pace import Pace

_TEXT_BYTES = 1500
_BUILT_IN = {
    "wecombot": "wecom",
    "dingtalk": "dingtalk",
    "feishu": "feishu",
    "lark": "feishu",
    "slack": "slack",
    "msteams": "teams",
    "workflow": "teams",
    "workflows": "teams",
    **dict.fromkeys(("json", "jsons", "xml", "xmls", "form", "forms"), "webhook"),
}
"""Schemes of Apprise, and the kind of channel that does the same with everything checked."""
_LOCAL = {"syslog", "dbus", "gnome", "glib", "kde", "qt", "macosx", "windows"}


class _Library(Protocol):
    """What is used of Apprise."""

    def add(self, servers: str) -> bool: ...
    def notify(self, body: str, title: str, *, body_format: str) -> object: ...


class LongTailChannel:
    """The channel port of `sgguard.notify`."""

    paces = (Pace(1, 1), Pace(15, 60))
    digest_size = 10

    def __init__(self, entry: ChannelEntry, secrets: Callable[[Reference], Secret], voice: Voice) -> None:
        self.name = entry.name
        self._url = entry.url
        self._secrets = secrets
        self._voice = voice

    def deliver(self, letter: Letter) -> Delivery:
        """Try once. Never raises."""
        try:
            url = self._secrets(self._url).reveal()
            library = _opened(url)
        except GuardError as error:
            return self._delivery("dead", str(error), error.next_step)
        text = "\n".join(map(lookalike, plain_text(letter, self._voice, _TEXT_BYTES).splitlines()))
        title, _, body = text.partition("\n")
        try:
            with _silent():
                taken = library.notify(body=body or title, title=title, body_format="text")
        except Exception as error:  # noqa: BLE001 (a hundred plug-ins; their texts may hold the URL)
            return self._delivery("retry", f"Apprise failed: {type(error).__name__}")
        if not taken:
            return self._delivery("retry", "Apprise did not deliver it, and does not say why")
        return self._delivery("delivered", "Apprise says so; it looks at the HTTP status only")

    def _delivery(self, status: Status, detail: str, fix: str = "") -> Delivery:
        return Delivery(channel=self.name, status=status, detail=detail, fix=fix)


def _opened(url: str) -> _Library:
    """Apprise with one service. Raises GuardError, without the URL."""
    scheme = url.partition("://")[0].lower()
    if scheme in _BUILT_IN:
        kind = _BUILT_IN[scheme]
        raise GuardError("Apprise is not used for what is built in", next_step=f"Write kind: {kind}.")
    if scheme in _LOCAL:
        raise GuardError("Apprise would tell this machine only", next_step="Name a service that people see.")
    try:
        from apprise import Apprise
    except ImportError:
        raise GuardError("Apprise is not installed", next_step="pip install 'sgguard[apprise]'") from None
    library = cast("_Library", Apprise())
    with _silent():
        known = library.add(url)
    if not known:
        raise GuardError("the URL is none of Apprise's", next_step="See its list of services.")
    return library


@contextmanager
def _silent() -> Iterator[None]:
    """Apprise logs the URLs that it posts to."""
    logger = logging.getLogger("apprise")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
