"""Audit records, runs and messages in words. All text of others is made harmless here, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sgguard.event.actor import actor_of
from sgguard.report.text import plain
from sglab.lab.entry import Entry, Line, Tone
from sglab.lab.run import Evaluation, Finding, Notification, Outcome, Result, Row, Run
from tcmock.scf.state import Run as Invocation

_LONG = 300
_VERDICTS: Mapping[str, Tone] = {"compliant": "good", "violating": "bad", "undetermined": "warn"}
_SEVERITIES: Mapping[str, Tone] = {"critical": "bad", "high": "bad", "medium": "warn"}
_NOTICED = ("excess", "missing", "undetermined")


class _Record(msgspec.Struct, rename="camel"):
    """What is told of an audit record."""

    event_name: str
    user_identity: object
    event_type: str = ""
    resource_name: str = ""
    source_ip_address: str = msgspec.field(name="sourceIPAddress", default="")
    request_id: str = msgspec.field(name="requestID", default="")


class _Judged(msgspec.Struct):
    """A line of the function's log that tells a verdict."""

    event: str
    group_id: str
    verdict: str


class Called(msgspec.Struct):
    """A line of the function's log that tells of an API call."""

    event: str = ""
    service: str = ""
    action: str = ""
    code: str = ""


def told_record(record: Mapping[str, object], at: float) -> Entry:
    """A write that CloudAudit has recorded."""
    seen = msgspec.convert(record, _Record)
    actor = actor_of(seen.user_identity)
    who = plain(actor.name or actor.principal_id or actor.account_id)
    resources = [name.partition("/")[::2] for name in seen.resource_name.split("|")]
    others = ", ".join(plain(resource_id or kind) for kind, resource_id in resources if kind != "sg")
    place = "in the console" if seen.event_type == "ConsoleCall" else f"from {plain(seen.source_ip_address)}"
    return Entry(
        at=at,
        kind="change",
        thread=seen.request_id,
        group_id=", ".join(plain(resource_id) for kind, resource_id in resources if kind == "sg"),
        headline=f"{plain(seen.event_name)}{' of ' * bool(others)}{others} by {who} ({actor.kind}) {place}",
    )


def told_end(ended: Invocation, at: float) -> Iterator[Entry]:
    """Everything that one invocation has done."""
    log = ended.log.splitlines()
    if ended.error:
        yield Entry(
            at=at,
            kind="failed",
            thread=ended.request_id,
            group_id="",
            headline=f"{ended.function} ended with status {ended.status}",
            tone="bad",
            lines=tuple(Line(plain(line, _LONG), "quiet") for line in (ended.error, *log[-8:])),
        )
        return
    calls = list(called(log))
    reads = sum(call.action.startswith("Describe") for call in calls)
    figures = f"{ended.function}: {ended.duration_ms:.0f} ms, {reads} reads, {len(calls) - reads} writes"
    result = msgspec.json.decode(ended.answer, type=Result)
    if result.round is not None:
        yield _swept(ended, at, figures)
    for run in result.runs:
        yield from _told_run(run, at, run.change.request_id if run.change else ended.request_id, figures)


class _Event(msgspec.Struct):
    """The CloudEvent that a notification comes in."""

    data: Notification


def told_message(body: bytes, at: float) -> Entry:
    """A message as the inbox received it."""
    try:
        said = msgspec.json.decode(body, type=_Event).data
    except msgspec.DecodeError:
        text = plain(body.decode(errors="replace"), _LONG)
        return Entry(
            at=at, kind="alert", thread="", group_id="", headline="a message arrived", lines=(Line(text),)
        )
    return Entry(
        at=at,
        kind="alert",
        thread=said.change.request_id if said.change else "",
        group_id=plain(said.group_id),
        headline=f"{said.severity}: {plain(said.title, _LONG)}",
        tone=_SEVERITIES.get(said.severity, "plain"),
    )


def _swept(ended: Invocation, at: float, figures: str) -> Entry:
    """What a sweep has seen: its log names each group."""
    verdicts = {plain(line.group_id): plain(line.verdict) for line in _judged(ended.log.splitlines())}
    counts = Counter(verdicts.values())
    said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return Entry(
        at=at,
        kind="sweep",
        thread=ended.request_id,
        group_id="",
        headline=f"{len(verdicts)} groups looked at" + (f": {said}" if said else ""),
        remark=figures,
        tone=next(
            (_VERDICTS[verdict] for verdict in ("violating", "undetermined") if counts[verdict]), "good"
        ),
        lines=tuple(
            Line(f"{group_id}: {verdict}", _VERDICTS.get(verdict, "plain"))
            for group_id, verdict in verdicts.items()
            if verdict != "compliant"
        ),
        verdicts=verdicts,
    )


def _judged(log: Sequence[str]) -> Iterator[_Judged]:
    for line in log:
        try:
            seen = msgspec.json.decode(line, type=_Judged)
        except (msgspec.DecodeError, UnicodeEncodeError):
            continue
        if seen.event == "group judged":
            yield seen


def called(log: Sequence[str]) -> Iterator[Called]:
    """The API calls that a function's log tells of at level debug, in order."""
    for line in log:
        try:
            seen = msgspec.json.decode(line, type=Called)
        except (msgspec.DecodeError, UnicodeEncodeError):
            continue
        if seen.event == "api called":
            yield seen


def _told_run(run: Run, at: float, thread: str, figures: str) -> Iterator[Entry]:
    if run.evaluation is None:
        note = plain(run.note, _LONG)
        yield Entry(at=at, kind="note", thread=thread, group_id="", headline=note, tone="quiet")
        return
    yield _verdict(run, run.evaluation, at, thread, figures)
    if run.outcome and run.outcome.result != "none":
        yield _outcome(run, run.outcome, at, thread, plain(run.evaluation.id))


def _verdict(run: Run, evaluation: Evaluation, at: float, thread: str, figures: str) -> Entry:
    noticed = [finding for finding in evaluation.findings if finding.kind in _NOTICED]
    lines = [Line(_said(finding), _SEVERITIES.get(finding.severity, "plain")) for finding in noticed]
    if run.plan and run.plan.decision not in ("none", "revert"):
        lines += [Line(f"{run.plan.decision}: {plain(reason, _LONG)}", "warn") for reason in run.plan.reasons]
    return Entry(
        at=at,
        kind="verdict",
        thread=thread,
        group_id=plain(evaluation.id),
        headline=f"{evaluation.verdict} at version {plain(evaluation.version)}",
        remark=figures,
        tone=_VERDICTS.get(evaluation.verdict, "plain"),
        lines=tuple(lines),
        verdicts={plain(evaluation.id): evaluation.verdict},
    )


def _outcome(run: Run, outcome: Outcome, at: float, thread: str, group_id: str) -> Entry:
    after = outcome.evaluation
    rows = [Line(_row(row), "come" if row.sign == "+" else "gone") for row in _rows(run)]
    reasons = [Line(plain(reason, _LONG), "warn") for reason in outcome.reasons]
    version = outcome.applied[-1].version_after if outcome.applied else "?"
    state = f", now {after.verdict} at version {plain(version)}" if after else ""
    return Entry(
        at=at,
        kind="revert",
        thread=thread,
        group_id=group_id,
        headline=f"{plain(outcome.result)}{state}",
        tone="good" if outcome.result == "reverted" else "bad",
        lines=(*rows, *reasons),
        verdicts={group_id: after.verdict} if after else {},
        own=frozenset(applied.request_id for applied in outcome.applied),
    )


def _rows(run: Run) -> Iterator[Row]:
    for sent in run.notifications:
        yield from sent.notification.rows


def _row(row: Row) -> str:
    place = "end" if row.index is None else row.index
    said = f"  # {plain(row.description)}" if row.description else ""
    return f"{row.sign} {row.direction} {place}  {plain(row.row, _LONG)}{said}"


def _said(finding: Finding) -> str:
    return f"{finding.kind}, {finding.severity}: {plain(finding.explanation, _LONG)}"
