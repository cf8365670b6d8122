"""The order of the stages, and nothing else.

    event → parse → gather → evaluate → decide → execute → notify

A change is judged by what the group is now, never by what the event says of it; so a lost, late, repeated or
reordered event, or one of the guard's own, cannot cause a wrong write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from structlog.typing import FilteringBoundLogger

from sgguard.act import GroupWriter, execute
from sgguard.baseline import Site, expect
from sgguard.errors import EventError, GatherError
from sgguard.evaluate import Circumstances, Earlier, evaluate
from sgguard.event import parse, split
from sgguard.facts import FactsMemory, Freshness, Readers, earlier_of, gather, next_memory, seen
from sgguard.model.change import ChangeEvent, IgnoredEvent
from sgguard.model.facts import Facts, NotCovered
from sgguard.model.finding import Evaluation
from sgguard.model.notification import Notification
from sgguard.model.outcome import AppliedStep, Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import as_written, reason
from sgguard.model.run import Run, Sent
from sgguard.notify import Channel, Written, compose, compose_failure, dispatch, resolve
from sgguard.plan import Guardrails, decide
from sgguard.state import (
    DeadLetter,
    Memory,
    Seen,
    Snapshot,
    Store,
    StoreError,
    keep_dead_letter,
    keep_snapshot,
    recall,
    remember,
)
from sgguard.wording import say

ATTEMPTS = 3
"""Decisions on one change before the guard gives up against other writers and says so."""


BEFORE_WRITING = Freshness(facts=300.0)
"""What is written or told rests on facts of the last five minutes and on rows read for it alone:
docs/adr/0007-facts-cache.md."""


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that handling an event needs: ports, and what the site wants."""

    readers: Readers
    memory: FactsMemory | None = None
    """What was read before; None reads everything for each change."""
    freshness: Freshness = Freshness(facts=3600.0)
    """How old facts may be that no write rests on."""
    writer: GroupWriter
    store: Store
    channels: tuple[Channel, ...]
    clock: Callable[[], float]
    """Epoch seconds."""
    guardrails: Guardrails
    site: Site
    log: FilteringBoundLogger


def run(event: object, guard: Guard) -> tuple[Run, ...]:
    """Handle one invocation: every change of every group in the event, each on its own.

    What cannot be handled is kept with its reason and told; the rest goes on. Raises StoreError when
    something could be neither handled nor kept: then the platform has to keep the event.
    """
    try:
        elements = split(event)
    except EventError as error:
        return (_kept(event, "", None, str(error), guard),)
    return tuple(result for element in elements for result in _run_element(element, guard))


def _run_element(element: Mapping[str, object], guard: Guard) -> Sequence[Run]:
    try:
        change = parse(element)
    except EventError as error:
        return [_kept(element, "", None, str(error), guard)]
    if isinstance(change, IgnoredEvent):
        guard.log.info("event ignored", api=change.api, request_id=change.request_id, reason=change.reason)
        return [Run(change=None, note=f"ignored: {change.reason}")]
    return [_run_group(group_id, change, element, guard) for group_id in change.group_ids]


def _run_group(group_id: str, change: ChangeEvent, element: object, guard: Guard) -> Run:
    try:
        return _GroupRun(group_id, change, guard).run()
    except GatherError as error:
        # The event is kept and told; the sweep looks at the group again.
        return _kept(element, group_id, change, error.diagnostics(), guard)


class _Judged(NamedTuple):
    """A group as it was read, its verdict, and what is to be done about it."""

    facts: Facts
    evaluation: Evaluation
    plan: Plan


class _GroupRun:
    """One change of one group, from its facts to the message."""

    def __init__(self, group_id: str, change: ChangeEvent, guard: Guard) -> None:
        self._group_id = group_id
        self._change = change
        self._guard = guard
        self._applied: list[AppliedStep] = []
        self._written: Written | None = None
        self._memory: Memory | None = None
        self._earlier: Earlier | None = None
        self._now: Seen | None = None
        self._log = guard.log.bind(group_id=group_id, api=change.api, change_request_id=change.request_id)

    def run(self) -> Run:
        """Judge and act until the group holds still. Raises GatherError."""
        facts = self._gather(self._guard.freshness)
        if isinstance(facts, NotCovered):
            self._log.info("group not covered", reason=facts.reason)
            return Run(change=self._change, note=f"not covered: {facts.reason}")
        self._recall(facts)
        told = self._judge(facts)
        if told.evaluation.verdict == "compliant" or _is_firm(facts):
            return self._settled(told)
        self._log.info("facts are read again", age=round(facts.observed_at - facts.oldest_at))
        facts = self._gather(BEFORE_WRITING)
        if isinstance(facts, NotCovered):
            return Run(change=self._change, note=f"not covered: {facts.reason}")
        self._earlier = earlier_of(facts, self._change, self._memory)
        return self._settled(self._judge(facts))

    def _settled(self, told: _Judged) -> Run:
        outcome = self._act(told)
        for _ in range(ATTEMPTS - 1):
            if outcome.result != "conflict":
                return self._finished(told, outcome)
            told, outcome = self._again(told, outcome)
        if outcome.result == "conflict":
            reasons = (*outcome.reasons, reason("act.kept-changing", count=ATTEMPTS))
            outcome = Outcome(result="failed", reasons=reasons)
        return self._finished(told, outcome)

    def _again(self, told: _Judged, outcome: Outcome) -> tuple[_Judged, Outcome]:
        """Decide anew after a conflict: what to tell about, and what came of it."""
        facts = self._gather(BEFORE_WRITING)
        if isinstance(facts, NotCovered):
            return told, Outcome(result="failed", reasons=(*outcome.reasons, as_written(facts.reason)))
        judged = self._judge(facts)
        if judged.plan.decision == "none" and self._applied:
            # What an earlier attempt wrote was enough; that is the story to tell.
            return told, Outcome(result="reverted", evaluation=judged.evaluation)
        return judged, self._act(judged)

    def _gather(self, freshness: Freshness) -> Facts | NotCovered:
        guard = self._guard
        return gather(
            self._group_id,
            self._change.regions,
            guard.readers,
            guard.memory,
            observed_at=guard.clock(),
            freshness=freshness,
        )

    def _recall(self, facts: Facts) -> None:
        """Find out what the group was before the change. It stays that, however often it is read again."""
        try:
            self._memory = recall(self._guard.store, facts.region, facts.group_id)
        except StoreError as error:
            self._log.warning("memory not read", reason=str(error))
        self._earlier = earlier_of(facts, self._change, self._memory)

    def _remember(self, facts: Facts) -> None:
        """Keep the list as it was read last for the next change."""
        guard = self._guard
        memory = next_memory(self._now or seen(facts), self._earlier, self._memory)
        if memory is None:
            return
        try:
            remember(guard.store, facts.region, facts.group_id, memory, at=guard.clock())
        except StoreError as error:
            self._log.warning("memory not kept", reason=str(error))

    def _judge(self, facts: Facts) -> _Judged:
        guard = self._guard
        self._now = seen(facts)
        expectation = expect(facts.scopes, guard.site)
        known = self._circumstances(facts)
        evaluation = evaluate(facts.group, expectation, group_id=facts.group_id, circumstances=known)
        plan = decide(evaluation, facts.group, expectation, guard.guardrails, known)
        self._log.info(
            "group judged",
            verdict=evaluation.verdict,
            findings=len(evaluation.findings),
            decision=plan.decision,
            reasons="; ".join(map(say, plan.reasons)),
            version=evaluation.version,
        )
        return _Judged(facts, evaluation, plan)

    def _circumstances(self, facts: Facts) -> Circumstances:
        return Circumstances(
            names=facts.names,
            waivers=self._guard.site.waivers_of(facts.group_id, facts.scopes),
            now=self._guard.clock(),
            earlier=self._earlier,
            stacks=facts.placement.stacks,
        )

    def _act(self, judged: _Judged) -> Outcome:
        """Carry out a revert, a snapshot first; everything else needs no act."""
        facts, _, plan = judged
        guard = self._guard
        if plan.decision != "revert":
            return Outcome(result="none")
        snapshot = Snapshot(region=facts.region, group_id=facts.group_id, group=facts.group)
        try:
            key = keep_snapshot(guard.store, snapshot, at=guard.clock())
        except StoreError as error:
            return Outcome(result="failed", reasons=(reason("act.store", text=error.diagnostics()),))
        outcome, group = execute(plan, facts.region, guard.writer, guard.readers.groups, facts.names)
        self._applied.extend(outcome.applied)
        if outcome.applied:
            self._written = Written(self._written.snapshot if self._written else key, guard.clock())
        self._log.info("revert ended", result=outcome.result, reasons="; ".join(map(say, outcome.reasons)))
        if outcome.result != "reverted":
            return outcome
        self._now = msgspec.structs.replace(seen(facts), group=group)
        expectation = expect(facts.scopes, guard.site)
        known = self._circumstances(facts)
        after = evaluate(group, expectation, group_id=facts.group_id, circumstances=known)
        return msgspec.structs.replace(outcome, evaluation=after)

    def _finished(self, judged: _Judged, outcome: Outcome) -> Run:
        outcome = msgspec.structs.replace(outcome, applied=tuple(self._applied))
        self._remember(judged.facts)
        notification = compose(
            judged.facts, self._change, judged.evaluation, judged.plan, outcome, written=self._written
        )
        if judged.plan.decision == "none":
            notification = self._resolved()
        return Run(
            change=self._change,
            evaluation=judged.evaluation,
            plan=judged.plan,
            outcome=outcome,
            notifications=_told(notification, self._guard),
        )

    def _resolved(self) -> Notification | None:
        """The message that what people were told of the group is over."""
        try:
            return resolve(self._group_id, self._guard.store, self._guard.clock())
        except StoreError as error:
            self._log.warning("alerts not read", reason=str(error))
            return None


def _is_firm(facts: Facts) -> bool:
    """Whether anything but "compliant" may follow from these facts."""
    return not facts.borrowed and facts.observed_at - facts.oldest_at <= BEFORE_WRITING.facts


def _told(notification: Notification | None, guard: Guard) -> tuple[Sent, ...]:
    """Send a message and log what became of it."""
    if notification is None:
        return ()
    sent = dispatch(notification, guard.channels, guard.store, at=guard.clock(), alerts=guard.site.alerts)
    for delivery in sent.deliveries:
        log = guard.log.error if delivery.status in {"retry", "dead"} else guard.log.info
        log(
            "notification " + delivery.status,
            channel=delivery.channel,
            detail=delivery.detail,
            group_id=notification.group_id,
        )
    return (sent,)


def _kept(event: object, group_id: str, change: ChangeEvent | None, reason: str, guard: Guard) -> Run:
    guard.log.error("event kept as dead letter", group_id=group_id, reason=reason)
    keep_dead_letter(guard.store, DeadLetter(reason=reason, event=event), at=guard.clock())
    failure = compose_failure(group_id, reason, change, at=guard.clock())
    return Run(change=change, note=reason, notifications=_told(failure, guard))
