"""What people read, in their language: one model for every channel.

The order is that of somebody who was woken: what happened and what the guard did, which group, which cluster
and how many machines, what was wrong with one packet that shows it, the rows, who, the proof, when, why, what
to type next, where to look, and whether this happens all day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

import msgspec

from sgguard import __version__
from sgguard.model.cluster import ClusterScope
from sgguard.model.finding import SEVERITIES
from sgguard.model.message import Block, Fact, Link, Listing, Message, Weight
from sgguard.model.notification import Digest, Letter, Notification, RowChange
from sgguard.model.reason import Reason, reason
from sgguard.notify.command import commands
from sgguard.notify.console import group_page
from sgguard.report.foreign import harmless, quoted
from sgguard.wording import Language, say

_NAME = 60
"""Characters of a group's name, which are as many as the vendor takes."""


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel is spoken to."""

    language: Language = "en"
    utc_offset: int = 0
    """Minutes east of UTC that times are told in."""
    console: str = "console.cloud.tencent.com"
    """Host of the console that links lead to."""

    def said(self, code: str, **fields: str | int | Reason) -> str:
        """One line, without anything that acts by itself."""
        return harmless(say(Reason(code, fields), self.language))

    def time(self, at: float | None) -> str:
        """For example ``2026-01-02 11:04:05 +08:00``."""
        if at is None:
            return self.said("alert.unknown")
        zone = timezone(timedelta(minutes=self.utc_offset))
        text = datetime.fromtimestamp(at, zone).isoformat(" ", "seconds")
        return f"{text[:-6]} {text[-6:]}"


def message_of(letter: Letter, voice: Voice) -> Message:
    """A letter in words."""
    content = letter.content
    message = digest_message(content, voice) if isinstance(content, Digest) else _single(content, voice)
    message = msgspec.structs.replace(message, gap=voice.said("alert.more", count="{count}"))
    if letter.note is None:
        return message
    note = Fact(
        name="note", label=voice.said("alert.label.note"), value=harmless(say(letter.note, voice.language))
    )
    return msgspec.structs.replace(message, blocks=(note, *message.blocks))


def headline(notification: Notification, voice: Voice) -> str:
    """For example ``CRITICAL · Reverted: sg-… violated the baseline and was put right``."""
    group = notification.group_id or reason("alert.nothing-named")
    return voice.said(
        "alert.headline",
        severity=reason(f"alert.severity.{notification.severity}"),
        what=reason(f"alert.{notification.action}", group=group),
    )


def _single(told: Notification, voice: Voice) -> Message:
    if told.action == "test":
        blocks: Iterable[Block | None] = [_fact("note", voice, voice.said("alert.test.body"))]
    elif told.action == "notice":
        blocks = [_reasons(told, voice), _fact("times", voice, voice.time(told.observed_at))]
    else:
        blocks = _blocks(told, voice)
    there = tuple(block for block in blocks if block is not None)
    return Message(severity=told.severity, headline=headline(told, voice), blocks=there)


def _blocks(told: Notification, voice: Voice) -> Iterator[Block | None]:
    yield _fact("group", voice, _group(told, voice))
    yield _fact("cluster", voice, _cluster(told, voice))
    yield _listing("findings", voice, (say(finding.reason, voice.language) for finding in told.findings))
    written = "rows.written" if _was_written(told) else "rows.planned"
    yield _listing("rows", voice, map(_row, told.rows), label=written, verbatim=True)
    yield _fact("actor", voice, _actor(told, voice), "detail")
    yield _fact("proof", voice, _proof(told, voice), "detail")
    yield _fact("times", voice, _times(told, voice), "detail")
    yield _reasons(told, voice)
    typed = (say(reason(f"alert.{use}", command=line), voice.language) for use, line in commands(told))
    yield _commands(tuple(typed), voice)
    if page := group_page(voice.console, told.region, told.group_id):
        yield Link(name="console", label=voice.said("alert.label.console"), url=page)
    yield _fact("fingerprint", voice, _fingerprint(told, voice), "extra")


def _reasons(told: Notification, voice: Voice) -> Listing | None:
    """Where nothing was decided they are the verdict."""
    spoken = (say(one, voice.language) for one in told.reasons)
    return _listing("reasons", voice, spoken, weight="verdict" if told.decision is None else "detail")


def _fact(name: str, voice: Voice, value: str, weight: Weight = "verdict") -> Fact:
    return Fact(name=name, label=voice.said(f"alert.label.{name}"), value=value, weight=weight)


def _listing(
    name: str,
    voice: Voice,
    items: Iterable[str],
    *,
    label: str = "",
    verbatim: bool = False,
    weight: Weight = "verdict",
) -> Listing | None:
    lines = tuple(map(harmless, items))
    if not lines:
        return None
    label = voice.said(f"alert.label.{label or name}")
    return Listing(name=name, label=label, items=lines, verbatim=verbatim, weight=weight)


def _commands(lines: tuple[str, ...], voice: Voice) -> Listing | None:
    """Typed as they stand, so nothing in them is rewritten: `commands` lets nothing foreign in."""
    if not lines:
        return None
    label = voice.said("alert.label.commands")
    return Listing(name="commands", label=label, items=lines, verbatim=True)


def _group(told: Notification, voice: Voice) -> str:
    unknown = reason("alert.unknown")
    named = told.group_name not in {"", told.group_id}
    return voice.said(
        "alert.group",
        group=f"{told.group_id} {quoted(told.group_name, _NAME)}" if named else told.group_id or unknown,
        region=told.region or unknown,
        account=told.account or unknown,
    )


def _cluster(told: Notification, voice: Voice) -> str:
    if not told.clusters:
        return voice.said("alert.cluster.none")
    return voice.said("alert.cluster", clusters=_clusters(told.clusters, voice), machines=told.machines)


def _clusters(scopes: Iterable[ClusterScope], voice: Voice) -> str:
    return ", ".join(
        voice.said("alert.cluster.one", cluster=scope.cluster_id, role=reason(f"alert.role.{scope.role}"))
        for scope in scopes
    )


def _row(row: RowChange) -> str:
    place = "" if row.index is None else f" {row.index}"
    description = f"  {quoted(row.description)}" if row.description else ""
    return f"{row.sign} {row.direction}{place}  {row.row}{description}"


def _actor(told: Notification, voice: Voice) -> str:
    change = told.change
    if change is None:
        return voice.said("alert.actor.unknown")
    actor, unknown = change.actor, reason("alert.unknown")
    name = "/".join(part for part in (actor.name, actor.session) if part)
    return voice.said(
        "alert.actor",
        name=name or unknown,
        kind=reason(f"alert.kind.{actor.kind}"),
        principal=actor.principal_id,
        address=change.source_address or unknown,
        via=reason(f"alert.via.{change.via}"),
        api=change.api or unknown,
        request=change.request_id or unknown,
    )


def _proof(told: Notification, voice: Voice) -> str:
    proof = told.proof
    if proof is None:
        return voice.said("alert.proof.none", before=told.version_before or reason("alert.unknown"))
    opened = reason("alert.proof.opens" if proof.newly_permitted else "alert.proof.same")
    if told.action != "reverted":
        # A proof is about what a plan leads to, and this one did not lead there.
        return voice.said(
            "alert.proof.planned",
            intact=proof.intact_before,
            planned=proof.intact_after,
            requirements=proof.requirements,
            opened=opened,
            before=told.version_before,
        )
    return voice.said(
        "alert.proof",
        intact=proof.intact_after,
        requirements=proof.requirements,
        opened=opened,
        before=told.version_before,
        after=told.version_after,
    )


def _was_written(told: Notification) -> bool:
    return told.version_after != told.version_before


def _times(told: Notification, voice: Voice) -> str:
    changed = told.change.occurred_at if told.change else None
    never = reason("alert.times.never")
    return voice.said(
        "alert.times",
        changed=voice.time(changed),
        read=voice.time(told.observed_at),
        written=never if told.acted_at is None else voice.time(told.acted_at),
    )


def _fingerprint(told: Notification, voice: Voice) -> str:
    if told.occurrence is None:
        counted = voice.said("alert.fingerprint.uncounted", fingerprint=told.fingerprint)
    else:
        counted = voice.said("alert.fingerprint", fingerprint=told.fingerprint, occurrence=told.occurrence)
    guard = f"sgguard {__version__} {told.mode}".rstrip()
    return f"{counted} · {guard}"


def digest_message(digest: Digest, voice: Voice) -> Message:
    """Many notifications in one message: how many of each severity, then a line each."""
    counts = Counter(told.severity for told in digest.notifications)
    worst = [severity for severity in reversed(SEVERITIES) if counts[severity]]
    what = reason("alert.digest", count=len(digest.notifications))
    if digest.cluster:
        what = reason("alert.digest.cluster", cluster=digest.cluster, count=len(digest.notifications))
    blocks: list[Block] = [
        _fact(
            "counts",
            voice,
            ", ".join(
                voice.said("alert.digest.counts", severity=reason(f"alert.severity.{one}"), count=counts[one])
                for one in worst
            ),
        ),
        Listing(
            name="digest",
            label=voice.said("alert.label.digest"),
            items=tuple(_item(told, voice) for told in digest.notifications),
            verbatim=True,
        ),
    ]
    if digest.waiting:
        blocks.append(_fact("waiting", voice, voice.said("alert.digest.waiting", count=digest.waiting)))
    spoken = voice.said("alert.headline", severity=reason(f"alert.severity.{worst[0]}"), what=what)
    return Message(severity=worst[0], headline=spoken, blocks=tuple(blocks))


def _item(told: Notification, voice: Voice) -> str:
    return voice.said(
        "alert.digest.item",
        severity=reason(f"alert.severity.{told.severity}"),
        action=reason(f"alert.action.{told.action}"),
        group=told.group_id or reason("alert.nothing-named"),
        region=told.region,
        cluster=told.clusters[0].cluster_id if told.clusters else "",
        at=voice.time(told.observed_at)[11:19],
    )
