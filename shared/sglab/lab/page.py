"""The lab's page: HTML in which every text that somebody else wrote is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from sglab.inbox import Received
from sglab.lab.console import clock
from sglab.lab.entry import Entry, Line
from sglab.lab.scene import Cluster, Group, Row

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>sgguard lab</title>
<link rel="icon" href="shield.svg">
<link rel="stylesheet" href="page.css">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<script src="page.js" defer></script>
</head>
<body>
<header>
<h1><img src="shield.svg" alt="" width="26" height="26"> sgguard <span>lab</span></h1>
<p class="where"><span class="pill {mode}">{mode}</span> <code>{endpoint}</code> <span>{region}</span></p>
<p id="gone" role="alert" hidden>The lab has ended. This is what it looked like last.</p>
</header>
<main id="live">
{stats}
<div class="columns">
<section aria-labelledby="groups"><h2 id="groups">Groups</h2>{clusters}</section>
<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>{threads}</section>
<section aria-labelledby="inbox"><h2 id="inbox">Inbox</h2>{messages}</section>
</div>
</main>
</body>
</html>
""")
_STATS = Markup(
    '<ul class="stats"><li><b>{guarded}</b> guarded groups</li>'
    '<li class="{tone}"><b>{violating}</b> violating</li><li><b>{changes}</b> changes</li>'
    "<li><b>{reverts}</b> reverts</li><li><b>{alerts}</b> alerts</li></ul>"
)
_CLUSTER = Markup(
    '<div class="cluster"><h3>{name} <small>{about}</small></h3><div class="cards">{groups}</div></div>'
)
_GROUP = Markup(
    '<details class="group {verdict}" id="{group_id}"><summary>'
    '<span class="head"><code>{group_id}</code> <span class="badge {verdict}">{said}</span></span>'
    '<span class="about">{name}</span>'
    '<span class="about">version {version} · {machines} · {rows}</span>'
    '</summary><div class="scroll"><table>'
    "<thead><tr><th>#</th><th>row</th><th>description</th></tr></thead>"
    "{bodies}</table></div></details>"
)
_BODY = Markup('<tbody><tr><th colspan="3" class="direction">{direction}</th></tr>{rows}</tbody>')
_ROW = Markup('<tr class="{kind}"><td>{index}</td><td><code>{text}</code></td><td>{description}</td></tr>')
_THREAD = Markup('<article class="thread {tone}"{own}>{entries}</article>')
_ENTRY = Markup(
    '<div class="entry {kind} {tone}"><time>{time}</time><span class="kind">{kind}</span>'
    "<div>{group}<span>{headline}</span> <small>{remark}</small>{lines}</div></div>"
)
_LINES = Markup('<ul class="lines">{items}</ul>')
_LINE = Markup('<li class="{tone}">{text}</li>')
_MESSAGE = Markup(
    '<details class="message" id="message-{number}"><summary><time>{time}</time> <code>{path}</code> '
    "<span>{title}</span></summary><pre>{body}</pre></details>"
)
_NOTHING = Markup('<p class="nothing">{text}</p>')
_SHOWN = 60
"""Threads and messages on the page; the terminal has all."""
_WORDS = {"": "not judged yet", "outside": "not covered"}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    mode: str
    endpoint: str
    region: str
    clusters: Sequence[Cluster]
    entries: Sequence[Entry]
    messages: Sequence[tuple[float, Received]]
    """With the time at which each arrived, oldest first."""


def page(view: View) -> str:
    """The whole page."""
    verdicts = {group: verdict for entry in view.entries for group, verdict in entry.verdicts.items()}
    return str(
        _PAGE.format(
            mode=view.mode,
            endpoint=view.endpoint,
            region=view.region,
            stats=_stats(view, verdicts),
            clusters=_joined(_cluster(cluster, verdicts) for cluster in view.clusters),
            threads=_threads(view.entries),
            messages=_messages(view.messages),
        )
    )


def _stats(view: View, verdicts: Mapping[str, str]) -> Markup:
    guarded = {group.group_id for cluster in view.clusters if cluster.cluster_id for group in cluster.groups}
    violating = sum(verdicts.get(group_id) == "violating" for group_id in guarded)
    return _STATS.format(
        guarded=len(guarded),
        violating=violating,
        tone="bad" if violating else "good",
        changes=sum(entry.kind == "change" for entry in view.entries),
        reverts=sum(entry.kind == "revert" and entry.tone == "good" for entry in view.entries),
        alerts=len(view.messages),
    )


def _cluster(cluster: Cluster, verdicts: Mapping[str, str]) -> Markup:
    if cluster.cluster_id:
        pools = [f"pools {', '.join(cluster.pools)}"] if cluster.pools else []
        name, about = cluster.name, " · ".join((cluster.cluster_id, cluster.kind, *pools))
    else:
        name, about = "outside of clusters", "left alone"
    return _CLUSTER.format(
        name=name,
        about=about,
        groups=_joined(
            _group(group, verdicts.get(group.group_id, "") if cluster.cluster_id else "outside")
            for group in cluster.groups
        ),
    )


def _group(group: Group, verdict: str) -> Markup:
    counts = [
        f"{sum(row.direction == direction for row in group.rows)} {direction}"
        for direction in ("ingress", "egress")
    ]
    return _GROUP.format(
        group_id=group.group_id,
        verdict=verdict,
        said=_WORDS.get(verdict, verdict),
        name=group.name,
        version=group.version,
        machines=f"{group.machines} machine{'' if group.machines == 1 else 's'}",
        rows=", ".join(counts),
        bodies=_joined(_body(direction, group.rows) for direction in ("ingress", "egress")),
    )


def _body(direction: str, rows: Iterable[Row]) -> Markup:
    listed = [row for row in rows if row.direction == direction]
    return _BODY.format(
        direction=direction if listed else f"{direction}: no rows, everything is dropped",
        rows=_joined(
            _ROW.format(
                kind="accept" if row.accepts else "drop",
                index=row.index,
                text=row.text,
                description=row.description,
            )
            for row in listed
        ),
    )


def _threads(entries: Sequence[Entry]) -> Markup:
    threads: dict[str, list[Entry]] = {}
    for entry in entries:
        threads.setdefault(entry.thread, []).append(entry)
    own = frozenset(request_id for entry in entries for request_id in entry.own)
    if not threads:
        return _NOTHING.format(text="Nothing yet. Change a group, and watch.")
    newest = list(threads.items())[: -_SHOWN - 1 : -1]
    return _joined(_thread(listed, own=thread in own) for thread, listed in newest)


def _thread(entries: Sequence[Entry], *, own: bool) -> Markup:
    tones = [entry.tone for entry in entries]
    reverted = any(entry.kind == "revert" and entry.tone == "good" for entry in entries)
    tone = "good" if reverted else next((tone for tone in ("bad", "warn") if tone in tones), "plain")
    return _THREAD.format(
        tone=tone,
        own=Markup(' title="The guard\'s own write"') if own else "",
        entries=_joined(
            _entry(entry, entries[0].at, named=not index or entry.group_id != entries[0].group_id)
            for index, entry in enumerate(entries)
        ),
    )


def _entry(entry: Entry, began: float, *, named: bool) -> Markup:
    after = (entry.at - began) * 1000
    return _ENTRY.format(
        kind=entry.kind,
        tone=entry.tone,
        time=f"+{after:.0f} ms" if 0 < after < 60_000 else clock(entry.at),  # noqa: PLR2004 - a minute
        group=Markup("<code>{}</code> ").format(entry.group_id) if entry.group_id and named else "",
        headline=entry.headline,
        remark=entry.remark,
        lines=_lines(entry.lines),
    )


def _lines(lines: Sequence[Line]) -> Markup:
    if not lines:
        return Markup()
    return _LINES.format(items=_joined(_LINE.format(tone=line.tone, text=line.text) for line in lines))


def _messages(messages: Sequence[tuple[float, Received]]) -> Markup:
    if not messages:
        return _NOTHING.format(text="No alert has arrived.")
    numbered = list(enumerate(messages))[: -_SHOWN - 1 : -1]
    return _joined(
        _MESSAGE.format(
            number=number,
            time=clock(at),
            path=received.path,
            title=_title(received),
            body=_pretty(received.body),
        )
        for number, (at, received) in numbered
    )


class _Titled(msgspec.Struct, frozen=True):
    title: str = ""


class _Event(msgspec.Struct, frozen=True):
    """A CloudEvent around it, or the notification itself."""

    title: str = ""
    data: _Titled = _Titled()


def _title(received: Received) -> str:
    try:
        event = msgspec.json.decode(received.body, type=_Event)
    except msgspec.DecodeError:
        return f"{len(received.body)} bytes"
    return event.data.title or event.title or received.path


def _pretty(body: bytes) -> str:
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode(errors="replace")


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)
