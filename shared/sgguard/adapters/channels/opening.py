"""Channels from what a site writes down."""

from __future__ import annotations

from collections.abc import Callable

from sgguard.adapters.channels.channel import Secrets, VendorChannel
from sgguard.config.alerts import Alerts
from sgguard.config.channel import ChannelEntry
from sgguard.notify.ports import Channel


def open_channel(
    entry: ChannelEntry, alerts: Alerts, secrets: Secrets, clock: Callable[[], float]
) -> Channel:
    """One channel; its secrets are read when it is used."""
    if entry.kind != "apprise":
        return VendorChannel(entry, secrets, clock, utc_offset=alerts.utc_offset, console=alerts.console)
    from sgguard.adapters.channels.long_tail import LongTailChannel
    from sgguard.notify.message import Voice

    voice = Voice(language=entry.language, utc_offset=alerts.utc_offset, console=alerts.console)
    return LongTailChannel(entry, secrets, voice)
