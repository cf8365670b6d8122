"""A receiver of each vendor, and the channel that posts to it, as a site would set it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from messages import AT

from sgguard.adapters.channels import VendorChannel
from sgguard.config.channel import ChannelEntry
from sgguard.model.secret import Reference, Secret
from sglab.receivers import DESKS, Desk, ReceiverServer

Opened = tuple[VendorChannel, Desk]
Opener = Callable[..., Opened]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Open a channel of a kind on a receiver of that kind."""
    with ExitStack() as stack:

        def opening(
            kind: str, *, keys: tuple[str, ...] | None = None, url: str = "", language: str = "en"
        ) -> Opened:
            desk = DESKS[kind]()
            server = stack.enter_context(ReceiverServer(desk, lambda: AT))
            held = desk.keys if keys is None else keys
            secrets = {"URL": url or server.url, **{f"KEY{n}": key for n, key in enumerate(held)}}
            entry = ChannelEntry(
                name="ops",
                kind=kind,  # type: ignore[arg-type]
                url=Reference("env", "URL"),
                keys=tuple(Reference("env", f"KEY{n}") for n in range(len(held))),
                language=language,  # type: ignore[arg-type]
            )
            channel = VendorChannel(entry, lambda reference: Secret(secrets[reference.name]), lambda: AT)
            return channel, desk

        yield opening
