"""An alert storm: 500 groups in 60 seconds through every channel, against receivers that count and verify.

    python benchmarks/alert_storm.py [--groups N]

Time is simulated; the delivery, the store, the bodies, the signatures and the receivers are real, only
sockets are left out. Bars: at most the vendor's rate per bot, every group accounted for by name or in the
outbox, critical ones told within 10 seconds, and nothing refused. Exit code 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "support"))

from messages import AT, SCOPE, numbered

from sgguard.adapters.channels import VendorChannel
from sgguard.adapters.channels.vendor import Answer, Request
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.config.channel import ChannelEntry
from sgguard.model.notification import Delivery, Digest, Letter
from sgguard.model.secret import Reference, Secret
from sgguard.notify import dispatch, drain
from sgguard.state import pending_messages
from sglab.receivers import DESKS, Desk, Post

SECONDS, CRITICAL, PROMPT = 60.0, 0.1, 10.0
"""How long it lasts, which share is critical, within how many seconds those are told."""


class Line:
    """A transport without a wire."""

    def __init__(self, desk: Desk, now: SimpleNamespace) -> None:
        self._desk = desk
        self._now = now

    def post(self, request: Request, *_: object) -> Answer:
        """Hand it over the desk."""
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = self._desk.answer(Post(target=target, headers=headers, body=request.body), self._now.at)
        answered = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(status=reply.status, headers=answered, body=reply.body)


class Told(VendorChannel):
    """A channel that notes when each group was told."""

    def watch(self, now: SimpleNamespace) -> None:
        """Begin to note."""
        self._now = now
        self.first: dict[str, float] = {}

    def deliver(self, letter: Letter) -> Delivery:
        """Deliver and note."""
        delivery = super().deliver(letter)
        if delivery.status == "delivered":
            content = letter.content
            for one in content.notifications if isinstance(content, Digest) else (content,):
                self.first.setdefault(one.group_id, self._now.at)
        return delivery


def storm(kind: str, groups: int, seed: int) -> dict[str, object]:
    """One channel through the storm and the sweeps that follow it."""
    now, desk, chance = SimpleNamespace(at=AT), DESKS[kind](), random.Random(seed)
    secrets = {"URL": f"http://127.0.0.1{desk.path}", **{f"K{n}": key for n, key in enumerate(desk.keys)}}
    keys = tuple(Reference("env", f"K{n}") for n in range(len(desk.keys)))
    entry = ChannelEntry(name=kind, kind=kind, url=Reference("env", "URL"), keys=keys)  # type: ignore[arg-type]
    channel = Told(entry, lambda one: Secret(secrets[one.name]), lambda: now.at, transport=Line(desk, now))
    channel.watch(now)
    store, raised, critical = SqliteStore(":memory:"), {}, set()
    started = time.process_time()
    for number in range(groups):
        now.at = AT + number * SECONDS / groups
        severity = "critical" if chance.random() < CRITICAL else chance.choice(["high", "medium"])
        scope = msgspec.structs.replace(SCOPE, cluster_id=f"cls-{chance.randrange(40):08d}")
        told = numbered(number, severity=severity, clusters=(scope,), observed_at=now.at)
        raised[told.group_id] = now.at
        critical |= {told.group_id} if severity == "critical" else set()
        dispatch(told, [channel], store, at=now.at)
    at_end = len(channel.first) + len({one.notification.group_id for one in pending_messages(store)})
    for _ in range(900):
        now.at += 1
        drain(store, [channel], now.at)
    spent = time.process_time() - started
    store.close()
    waits = sorted(channel.first.get(group, float("inf")) - raised[group] for group in critical)
    return {
        "channel": kind,
        "posts": len(desk.taken),
        "busiest window": _busiest(desk),
        "refused": len(desk.refused),
        "accounted after 60 s": at_end,
        "told in the end": len(channel.first),
        "critical": len(critical),
        "longest wait of a critical one, s": round(waits[-1], 1),
        "all told after, s": round(max(channel.first.values()) - AT),
        "cpu, ms a group": round(spent * 1000 / groups, 2),
    }


def _busiest(desk: Desk) -> str:
    """The most messages in any window of the vendor's, and what it allows."""
    found = []
    for count, seconds in desk.rates:
        most = max(sum(start <= at < start + seconds for at in desk.times) for start in desk.times)
        found.append(f"{most}/{count} in {seconds:g} s")
    return ", ".join(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every channel, print, compare with the bars."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--groups", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    held = True
    for kind in DESKS:
        found = storm(kind, options.groups, options.seed)
        print("\n".join(f"{name:>36}  {value}" for name, value in found.items()) + "\n")
        everybody = found["accounted after 60 s"] == found["told in the end"] == options.groups
        prompt = float(str(found["longest wait of a critical one, s"])) <= PROMPT
        held &= everybody and prompt and found["refused"] == 0
    print("All bars hold." if held else "A bar does not hold.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
