"""A site whose channels are receivers of this machine: the guard posts to them as it would to the vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType

import msgspec

from sglab.receivers.desk import Desk, Post, Reply
from sglab.receivers.dingtalk import DingTalkDesk
from sglab.receivers.feishu import FeishuDesk
from sglab.receivers.server import ReceiverServer
from sglab.receivers.slack import SlackDesk
from sglab.receivers.teams import TeamsDesk
from sglab.receivers.wecom import WeComDesk

_CHATS: Mapping[str, type[Desk]] = {
    "wecom": WeComDesk,
    "dingtalk": DingTalkDesk,
    "feishu": FeishuDesk,
    "slack": SlackDesk,
    "teams": TeamsDesk,
}
_LANGUAGES = {"wecom": "zh", "dingtalk": "zh"}
Heard = Callable[[str, Post, Reply], object]
"""Kind of channel, what came, what was answered."""


class ChatSite:
    """A context manager: a receiver of each product, and the environment of a function that tells them."""

    def __init__(self, clock: Callable[[], float], heard: Heard) -> None:
        self._clock = clock
        self._heard = heard
        self._open = ExitStack()
        self._channels: dict[str, object] = {}
        self.variables: dict[str, str] = {}
        """Of the function: the secrets that the config refers to."""

    def __enter__(self) -> ChatSite:  # noqa: PYI034 - Self needs Python 3.11
        for kind, desk in _CHATS.items():
            self._channels[kind] = self._opened(kind, desk())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def site(self, config: bytes = b'{"schema":"sgguard/config/v1"}') -> bytes:
        """A compiled config with these channels in the place of its own."""
        document = msgspec.json.decode(config, type=dict[str, object])
        return msgspec.json.encode({**document, "alerts": {"channels": self._channels}})

    def _opened(self, kind: str, desk: Desk) -> dict[str, object]:
        """The channel that posts to a desk."""
        desk.heard = lambda post, reply: self._heard(kind, post, reply)
        server = self._open.enter_context(ReceiverServer(desk, self._clock))
        name = kind.upper()
        self.variables[f"{name}_URL"] = server.url
        channel: dict[str, object] = {"kind": kind, "url": f"env:{name}_URL"}
        for key in desk.keys:
            self.variables[f"{name}_KEY"] = key
            channel["keys"] = [f"env:{name}_KEY"]
        if kind in _LANGUAGES:
            channel["language"] = _LANGUAGES[kind]
        return channel
