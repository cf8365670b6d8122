"""Ways to reach people. Nothing of a vendor is imported before a message is sent to it."""

from sgguard.adapters.channels.channel import VendorChannel

__all__ = ["VendorChannel"]
