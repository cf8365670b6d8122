"""Ways to reach people. Nothing of a vendor is imported before a message is sent to it."""

from sgguard.adapters.channels.channel import VendorChannel
from sgguard.adapters.channels.opening import open_channel

__all__ = ["VendorChannel", "open_channel"]
