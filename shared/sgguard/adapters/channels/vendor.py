"""What a chat product, or a webhook, has to tell about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from sgguard.adapters.channels.endpoint import Hosts
from sgguard.model.notification import Letter
from sgguard.notify.message import Voice
from sgguard.notify.pace import Pace

Body = dict[str, object]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One POST, ready to leave. `url` may be the secret that allows posting."""

    url: str
    body: bytes
    headers: Mapping[str, str] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, as far as it was read."""

    status: int
    headers: Mapping[str, str] = {}
    """Names in small letters."""
    body: bytes = b""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer means."""

    status: Literal["delivered", "retry", "dead"]
    why: str
    fix: str = ""
    """``dead``: what somebody has to do."""
    retry_after: float | None = None
    """``retry``: seconds to wait at least; None where nobody can tell."""
    about_form: bool = False
    """``dead``: whether the vendor refused how the message is written; plain text may pass."""


class Vendor(Protocol):
    """One product. Pure: requests are made and answers are judged here, nothing is sent."""

    @property
    def hosts(self) -> Hosts | None:
        """The only hosts that are posted to; None where any public one may be."""
        ...

    @property
    def paces(self) -> tuple[Pace, ...]:
        """How often this guard posts to one bot: less than the vendor allows, for others post too."""
        ...

    @property
    def digest_size(self) -> int:
        """How many notifications one message can list by name; 1 where they are never put together."""
        ...

    @property
    def plain_bytes(self) -> int:
        """How long a plain text may be before it is escaped."""
        ...

    def rich(self, letter: Letter, voice: Voice) -> Body:
        """The message in the product's own form, within its limits."""
        ...

    def plain(self, text: str) -> Body:
        """Plain text, within its limits."""
        ...

    def request(self, body: Body, url: str, keys: Sequence[str], at: float, identity: str) -> Request:
        """Signed with `keys` at epoch seconds `at`. `identity` is the same for the same message."""
        ...

    def judge(self, answer: Answer) -> Judgement:
        """What an answer means. A code that is not known is not success."""
        ...


class Unsigned:
    """How messages are sent where the URL alone is the secret."""

    def request(self, body: Body, url: str, keys: Sequence[str], at: float, identity: str) -> Request:  # noqa: ARG002 (nothing is signed)
        """As they are."""
        return Request(url=url, body=msgspec.json.encode(body))
