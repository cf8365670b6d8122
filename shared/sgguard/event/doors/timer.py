"""Timer trigger: ``{"Type": "Timer", "TriggerName", "Time", "Message"}``.

https://www.tencentcloud.com/document/product/583/9708. `Message` is what the trigger was made with
(CustomArgument): ``poll`` asks for CloudAudit to be polled, anything else for a sweep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sgguard.event.foreign import text

Errand = Literal["sweep", "poll"]


def is_timer(event: Mapping[str, object]) -> bool:
    """Whether a timer made the event."""
    return event.get("Type") == "Timer"


def errand(event: Mapping[str, object]) -> Errand:
    """What the timer asks for."""
    return "poll" if text(event.get("Message")).lower() == "poll" else "sweep"
