"""What was sent through a channel lately, and so what may be sent now.

It is kept in the store before a message leaves, so that other instances count it. The store compares nothing
while it writes: instances that begin in the same moment may each take the same place. A vendor that is posted
to too often says so, and the channel rests.
"""

from __future__ import annotations

import msgspec

from sgguard.notify.pace import allowance, recent
from sgguard.notify.ports import Channel
from sgguard.state import Entry, Store

GROUPING = 30.0
"""Seconds after a message about a cluster in which further ones are put together."""
DIGEST_GAP = 7.0
"""Seconds between two digests: what is critical is told within ten, even in a storm."""
FOR_DIGESTS = 0.5
"""Share of a minute that single messages leave to digests: one every `DIGEST_GAP`."""
FOR_CRITICAL = 2 / 3
"""Share of a minute that what is not critical leaves to what is, and to digests."""


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """One channel's."""

    sent: tuple[float, ...] = ()
    """When; epoch seconds."""
    digested_at: float = 0.0
    resting_until: float = 0.0
    """After a failure nothing is sent before."""
    looked_at: float = 0.0
    """When all that is kept for the channel was looked at."""
    backlog: bool = False
    """Whether something is kept besides what was sent at once."""
    clusters: dict[str, float] = {}
    """When a message about each cluster was sent."""

    def room(self, channel: Channel, wanted: int, now: float, *, share: float = 0.0) -> int:
        """How many of `wanted` messages may be sent singly, with a `share` of the longest window kept back.

        With more than there is room for, one place is left for the digest of the rest.
        """
        if self.resting_until > now:
            return 0
        free = allowance(channel.paces, self.sent, now)
        slowest = max(channel.paces, key=lambda pace: pace.seconds, default=None)
        if channel.digest_size == 1 or slowest is None:
            return min(wanted, free)
        unreserved = slowest.left(self.sent, now) - int(slowest.posts * share)
        return max(0, min(wanted, unreserved, free if wanted <= free else free - 1))

    def counted(self, channel: Channel, cluster: str, now: float, *, digest: bool) -> Traffic:
        """With one more message."""
        clusters = {name: at for name, at in self.clusters.items() if now - at < GROUPING}
        return msgspec.structs.replace(
            self,
            sent=(*recent(channel.paces, self.sent, now), now),
            digested_at=now if digest else self.digested_at,
            clusters={**clusters, cluster: now} if cluster else clusters,
        )


def read_traffic(store: Store, channel: str) -> Traffic:
    """What is kept of a channel. Raises StoreError."""
    entry = store.get("marker", f"channel/{channel}")
    try:
        return msgspec.json.decode(entry.document, type=Traffic) if entry else Traffic()
    except msgspec.DecodeError:
        return Traffic()


def keep_traffic(store: Store, channel: str, traffic: Traffic, now: float) -> None:
    """Keep it. Raises StoreError."""
    document = msgspec.json.encode(traffic)
    store.replace(Entry(kind="marker", key=f"channel/{channel}", kept_at=now, document=document))
