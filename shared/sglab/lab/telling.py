"""Audit records, runs and messages in words. All text of others is made harmless here, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from sgguard.event.actor import actor_of
from sgguard.report.text import plain
from sglab.lab.entry import Entry, Line, Tone
from sglab.lab.run import Evaluation, Finding, Notification, Result, Row, Run
from sglab.loop import Ended

_LONG = 300
_VERDICTS: Mapping[str, Tone] = {"compliant": "good", "violating": "bad", "undetermined": "warn"}
_SEVERITIES: Mapping[str, Tone] = {"critical": "bad", "high": "bad", "medium": "warn"}
_NOTICED = ("excess", "missing", "undetermined")


class _Record(msgspec.Struct, rename="camel"):
    """What is told of an audit record."""

    event_name: str
    user_identity: object
    resource_name: str = ""
    source_ip_address: str = msgspec.field(name="sourceIPAddress", default="")
    request_id: str = msgspec.field(name="requestID", default="")


class _Called(msgspec.Struct):
    """A line of the function's log that tells of an API call."""

    event: str = ""
    action: str = ""
    code: str = ""


def told_record(record: Mapping[str, object], at: float) -> Entry:
    """A write that CloudAudit has recorded."""
    seen = msgspec.convert(record, _Record)
    actor = actor_of(seen.user_identity)
    who = plain(actor.name or actor.principal_id or actor.account_id)
    groups = ", ".join(plain(group) for group in _groups(seen.resource_name))
    return Entry(
        at=at,
        kind="change",
        thread=seen.request_id,
        group_id=groups,
        headline=f"{plain(seen.event_name)} by {who} ({actor.kind}) from {plain(seen.source_ip_address)}",
    )


def told_end(ended: Ended) -> Iterator[Entry]:
    """Everything that one invocation has done."""
    if ended.error:
        yield Entry(
            at=ended.at,
            kind="failed",
            thread=ended.request_id,
            group_id="",
            headline=f"{ended.function} ended with status {ended.status}",
            tone="bad",
            lines=tuple(Line(plain(line, _LONG), "quiet") for line in (ended.error, *ended.log[-8:])),
        )
        return
    calls = list(called(ended.log))
    for run in msgspec.json.decode(ended.answer, type=Result).runs:
        yield from _told_run(run, ended, calls)


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


def called(log: Sequence[str]) -> Iterator[str]:
    """The API calls that a function's log tells of, in order."""
    for line in log:
        try:
            seen = msgspec.json.decode(line, type=_Called)
        except (msgspec.DecodeError, UnicodeEncodeError):
            continue
        if seen.event == "api called":
            yield plain(seen.action)


def _told_run(run: Run, ended: Ended, calls: Sequence[str]) -> Iterator[Entry]:
    thread = run.change.request_id if run.change else ended.request_id
    if run.evaluation is None:
        yield Entry(
            at=ended.at,
            kind="note",
            thread=thread,
            group_id="",
            headline=plain(run.note, _LONG),
            tone="quiet",
        )
        return
    yield _verdict(run, run.evaluation, ended, thread, calls)
    if run.outcome and run.outcome.result != "none":
        yield _outcome(run, run.evaluation.id, ended, thread)


def _verdict(run: Run, evaluation: Evaluation, ended: Ended, thread: str, calls: Sequence[str]) -> Entry:
    noticed = [finding for finding in evaluation.findings if finding.kind in _NOTICED]
    lines = [Line(_said(finding), _SEVERITIES.get(finding.severity, "plain")) for finding in noticed]
    if run.plan and run.plan.decision not in ("none", "revert"):
        lines += [Line(f"{run.plan.decision}: {plain(reason, _LONG)}", "warn") for reason in run.plan.reasons]
    reads = sum(call.startswith("Describe") for call in calls)
    return Entry(
        at=ended.at,
        kind="verdict",
        thread=thread,
        group_id=plain(evaluation.id),
        headline=f"{evaluation.verdict} at version {plain(evaluation.version)}",
        remark=f"{ended.function}: {ended.duration_ms:.0f} ms, {reads} reads, {len(calls) - reads} writes",
        tone=_VERDICTS.get(evaluation.verdict, "plain"),
        lines=tuple(lines),
        verdict=evaluation.verdict,
    )


def _outcome(run: Run, group_id: str, ended: Ended, thread: str) -> Entry:
    outcome = run.outcome
    assert outcome is not None  # noqa: S101 - the caller's business
    done = outcome.result == "reverted"
    after = outcome.evaluation
    rows = [Line(_row(row), "come" if row.sign == "+" else "gone") for row in _rows(run)]
    reasons = [Line(plain(reason, _LONG), "warn") for reason in outcome.reasons]
    version = outcome.applied[-1].version_after if outcome.applied else "?"
    state = f", now {after.verdict} at version {plain(version)}" if after else ""
    return Entry(
        at=ended.at,
        kind="revert",
        thread=thread,
        group_id=plain(group_id),
        headline=f"{plain(outcome.result)}{state}",
        tone="good" if done else "bad",
        lines=(*rows, *reasons),
        verdict=after.verdict if after else "",
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


def _groups(resource_name: str) -> Iterator[str]:
    for name in resource_name.split("|"):
        kind, _, resource_id = name.partition("/")
        if kind == "sg":
            yield resource_id
