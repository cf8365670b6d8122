"""One channel of a site: its secrets, its vendor, and what becomes of a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

import msgspec

from sgguard.config.channel import ChannelEntry, ChannelKind
from sgguard.errors import GuardError
from sgguard.model.notification import Delivery, Digest, Letter, Status
from sgguard.model.secret import Reference, Secret
from sgguard.notify.pace import Pace

if TYPE_CHECKING:
    from sgguard.adapters.channels.transport import Transport
    from sgguard.adapters.channels.vendor import Body, Judgement, Vendor
    from sgguard.notify.message import Voice

Secrets = Callable[[Reference], Secret]
"""Reads a secret where it is kept. Raises GuardError, which does not hold it."""

_VENDORS: dict[ChannelKind, tuple[str, str]] = {
    "wecom": ("wecom", "WeCom"),
    "dingtalk": ("dingtalk", "DingTalk"),
    "feishu": ("feishu", "Feishu"),
    "slack": ("slack", "Slack"),
    "teams": ("teams", "Teams"),
    "webhook": ("webhook", "Webhook"),
}


def vendor_of(kind: ChannelKind) -> Vendor:
    """The product behind a kind of channel; its module is imported now."""
    module, name = _VENDORS[kind]
    found = getattr(import_module(f"sgguard.adapters.channels.{module}"), name)
    return cast("Vendor", found())


class VendorChannel:
    """The channel port of `sgguard.notify`. Secrets are read, and the vendor is imported, when it is used."""

    def __init__(
        self,
        entry: ChannelEntry,
        secrets: Secrets,
        clock: Callable[[], float],
        *,
        utc_offset: int = 0,
        console: str = "console.cloud.tencent.com",
        transport: Transport | None = None,
    ) -> None:
        self.name = entry.name
        self._entry = entry
        self._secrets = secrets
        self._clock = clock
        self._spoken = (utc_offset, console)
        self._given = transport

    @property
    def paces(self) -> tuple[Pace, ...]:
        """How often it may be posted to."""
        return self._vendor.paces

    @property
    def digest_size(self) -> int:
        """How many notifications one message can list; 1 where they are never put together."""
        return self._vendor.digest_size

    @cached_property
    def _vendor(self) -> Vendor:
        return vendor_of(self._entry.kind)

    @cached_property
    def _voice(self) -> Voice:
        from sgguard.notify.message import Voice

        offset, console = self._spoken
        return Voice(language=self._entry.language, utc_offset=offset, console=console)

    @cached_property
    def _transport(self) -> Transport:
        if self._given is not None:
            return self._given
        from sgguard.adapters.channels.transport import HttpTransport

        return HttpTransport()

    def deliver(self, letter: Letter) -> Delivery:
        """Try once, and once more in plain text where the form is refused. Never raises."""
        try:
            return self._delivered(letter)
        except Exception as error:  # noqa: BLE001 (one channel must not cost the others their message)
            return self._delivery("retry", f"the channel failed: {type(error).__name__}")

    def _delivered(self, letter: Letter) -> Delivery:
        try:
            url = self._secrets(self._entry.url).reveal()
            keys = tuple(self._secrets(key).reveal() for key in self._entry.keys)
        except GuardError as error:
            return self._delivery("dead", f"a secret cannot be read: {error}", fix=error.next_step)
        body, formless = self._body(letter)
        judged = self._sent(body, url, keys, letter)
        refused = judged.status == "dead" and judged.about_form and not formless
        if refused:
            again = self._sent(self._plain(letter), url, keys, letter)
            why = f"{again.why}, in plain text: the form was refused ({judged.why})"
            judged = msgspec.structs.replace(again, why=why)
        told = self._delivery(judged.status, _redacted(judged.why, (url, *keys)), fix=judged.fix)
        return msgspec.structs.replace(told, retry_after=judged.retry_after, form_refused=refused)

    def _body(self, letter: Letter) -> tuple[Body, bool]:
        """The message in the vendor's form, or in none where that fails; whether it has none."""
        if letter.plain:
            return self._plain(letter), True
        try:
            return self._vendor.rich(letter, self._voice), False
        except Exception:  # noqa: BLE001 (a template that fails must not cost the message)
            return self._plain(letter), True

    def _plain(self, letter: Letter) -> Body:
        from sgguard.adapters.channels.plain_text import plain_text

        return self._vendor.plain(plain_text(letter, self._voice, self._vendor.plain_bytes))

    def _sent(self, body: Body, url: str, keys: Sequence[str], letter: Letter) -> Judgement:
        from sgguard.adapters.channels.vendor import Judgement

        try:
            request = self._vendor.request(body, url, keys, self._clock(), identity_of(letter))
            answer = self._transport.post(request, self._vendor.hosts, self._entry.networks)
        except ValueError as error:
            fix = f"Correct what {self._entry.url} holds."
            return Judgement(status="dead", why=f"the channel's URL or key {error}", fix=fix)
        except OSError as error:
            return Judgement(status="retry", why=str(error) or type(error).__name__)
        return self._vendor.judge(answer)

    def _delivery(self, status: Status, detail: str, *, fix: str = "") -> Delivery:
        return Delivery(channel=self.name, status=status, detail=detail, fix=fix)


def identity_of(letter: Letter) -> str:
    """The same for the same letter, so that a receiver can tell a second copy."""
    content = letter.content
    return content.notifications[0].id if isinstance(content, Digest) else content.id


def _redacted(text: str, secrets: Sequence[str]) -> str:
    """An answer may repeat what it was asked with."""
    for secret in secrets:
        for part in (secret, *secret.split("?", 1)[1:], secret.rsplit("/", 1)[-1], secret.rsplit("=", 1)[-1]):
            if len(part) >= 6:  # noqa: PLR2004 (shorter ones are words)
                text = text.replace(part, "…")
    return text
