"""The order of the stages, and nothing else.

    event → parse → gather → evaluate → decide → execute → notify

A change is judged by what the group is now, never by what the event says of it; so a lost, late, repeated or
reordered event, or one of the guard's own, cannot cause a wrong write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import NamedTuple

import msgspec
from structlog.typing import FilteringBoundLogger

from sgguard.act import Bounds, Commission, GroupWriter, Hands, Notice, carry_out, labelled, put_on_record
from sgguard.baseline import Site, expect
from sgguard.errors import EventError, GatherError
from sgguard.evaluate import Circumstances, Earlier, evaluate, practices
from sgguard.event import parse, split
from sgguard.facts import (
    FactsMemory,
    Freshness,
    Readers,
    earlier_of,
    gather,
    known_name,
    learn_name,
    next_memory,
    reach,
    seen,
)
from sgguard.model.batch import Batch
from sgguard.model.change import ChangeEvent, IgnoredEvent
from sgguard.model.facts import Facts, NotCovered
from sgguard.model.finding import Evaluation
from sgguard.model.notification import Notification
from sgguard.model.outcome import AppliedStep, Outcome
from sgguard.model.plan import Plan
from sgguard.model.reason import as_written, reason
from sgguard.model.run import Own, Run, Sent
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.notify import (
    Channel,
    Debt,
    compose,
    compose_advice,
    compose_failure,
    compose_notice,
    dispatch,
    resolve,
)
from sgguard.plan import Guardrails, decide, restrain, withhold
from sgguard.report.fingerprint import practice_fingerprint
from sgguard.report.text import plain
from sgguard.state import (
    DeadLetter,
    Entry,
    Memory,
    Seen,
    Store,
    StoreError,
    head_of,
    keep_dead_letter,
    keep_waiver_uses,
    recall,
    remember,
)
from sgguard.wording import say

ATTEMPTS = 3
"""Decisions on one change before the guard gives up against other writers and says so."""

FEW = 8
"""Groups of one change that are looked at one after the other; more than that are a crowd."""

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
    account: str = ""
    """UIN of the account that is guarded; empty if it is not known."""
    name: str = "sgguard"
    """Who acts, in the journal."""
    role: str = ""
    """Name of the role whose keys are used, to recognise own changes by; empty if not known."""
    invocation: str = ""
    """Tells this invocation from every other, those of other instances included."""
    crowd: Callable[[Batch], str] | None = None
    """Looks at many groups of one change, several at once, and sees to those that time does not allow; says
    what became of them. None: one after the other."""
    told: MutableMapping[str, float] = {}
    """When this instance last gave which notice, epoch seconds; it outlives an invocation."""


def run(event: object, guard: Guard) -> tuple[Run, ...]:
    """Handle one invocation: every change of every group in the event, each on its own.

    What cannot be handled is kept with its reason and told; the rest goes on. Raises StoreError, at the end,
    when something could be neither handled nor kept: then the platform has to keep the event.
    """
    try:
        elements = split(event)
    except EventError as error:
        return (_kept(event, "", None, str(error), guard),)
    runs: list[Run] = []
    lost: StoreError | None = None
    for element in elements:
        try:
            runs += run_element(element, guard)
        except StoreError as error:
            guard.log.exception("event neither handled nor kept", reason=error.diagnostics())
            lost = lost or error
    if lost:
        raise lost
    return tuple(runs)


def run_element(element: Mapping[str, object], guard: Guard) -> Sequence[Run]:
    """Handle one element of an event. Raises StoreError when it could be neither handled nor kept."""
    try:
        change = parse(element)
    except EventError as error:
        return [_kept(element, "", None, str(error), guard)]
    if isinstance(change, IgnoredEvent):
        guard.log.info("event ignored", api=change.api, request_id=change.request_id, reason=change.reason)
        return [Run(change=None, note=f"ignored: {change.reason}")]
    try:
        change = reach(
            change, guard.readers, guard.memory, observed_at=guard.clock(), freshness=guard.freshness
        )
    except GatherError as error:
        # The groups that it names are looked at all the same; the event is kept for the others.
        kept = _kept(element, "", change, error.diagnostics(), guard)
        return [kept, *(_run_group(group_id, change, element, guard) for group_id in change.group_ids)]
    if not change.group_ids:
        guard.log.info("no group is affected", api=change.api, request_id=change.request_id)
        return [Run(change=change, note="no group is affected")]
    if guard.crowd and change.regions and len(change.group_ids) > FEW:
        return [Run(change=change, note=guard.crowd(_crowd(change)))]
    return [_run_group(group_id, change, element, guard) for group_id in change.group_ids]


def _crowd(change: ChangeEvent) -> Batch:
    """All groups of a change. Which they are is known, and what was stale is forgotten."""
    common = msgspec.structs.replace(change, group_ids=(), subjects=(), stale=(), claim=None)
    return Batch(sweep="event", region=change.regions[0], groups=change.group_ids, change=common)


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
        self._reported = change
        # What the caller claims has served its purpose when the list before is known; it may be long.
        self._change = msgspec.structs.replace(change, claim=None)
        self._guard = guard
        self._applied: list[AppliedStep] = []
        self._doubtful: list[AppliedStep] = []
        self._snapshot = ""
        self._journal = ""
        self._own: Own = ""
        self._memory: Memory | None = None
        self._forgetful = False
        self._practices: tuple[str, ...] = ()
        self._earlier: Earlier | None = None
        self._now: Seen | None = None
        self._notices: list[Notification] = []
        self._bounds = Bounds(guard.store, guard.site.revert, guard.clock, by=guard.invocation, change=change)
        self._debt = Debt(guard.store, group_id, guard.clock, by=guard.invocation)
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
        self._earlier = earlier_of(facts, self._reported, self._memory)
        return self._settled(self._judge(facts))

    def _settled(self, told: _Judged) -> Run:
        self._own = _own(self._group_id, told.facts.group.version, self._change, self._guard)
        self._take_over()
        if self._own:
            self._log.info("own change", recognised_by=self._own)
        told = self._limited(told._replace(plan=labelled(told.plan, self._own)))
        self._note_waivers(told.evaluation)
        outcome = self._act(told)
        for _ in range(ATTEMPTS - 1):
            if outcome.result != "conflict":
                return self._finished(told, outcome)
            told, outcome = self._again(told, outcome)
        if outcome.result == "conflict":
            reasons = (*outcome.reasons, reason("act.kept-changing", count=ATTEMPTS))
            outcome = msgspec.structs.replace(outcome, result="failed", reasons=reasons)
        return self._finished(told, outcome)

    def _again(self, told: _Judged, outcome: Outcome) -> tuple[_Judged, Outcome]:
        """Decide anew after a conflict: what to tell about, and what came of it."""
        try:
            facts = self._gather(BEFORE_WRITING)
        except GatherError as error:
            # What was written so far must be told; the sweep looks again.
            reasons = (*outcome.reasons, as_written(error.diagnostics()))
            return told, msgspec.structs.replace(outcome, result="failed", reasons=reasons)
        if isinstance(facts, NotCovered):
            reasons = (*outcome.reasons, as_written(facts.reason))
            return told, msgspec.structs.replace(outcome, result="failed", reasons=reasons)
        judged = self._judge(facts)
        if judged.plan.decision != "none":
            judged = self._limited(judged)
            return judged, self._act(judged)
        if self._applied or self._doubtful:
            # What an earlier attempt wrote was enough; that is the story to tell.
            return told, msgspec.structs.replace(
                outcome, result="reverted", reasons=(), evaluation=judged.evaluation
            )
        cured = withhold(told.plan, [reason("act.cured")])
        return told._replace(plan=cured), Outcome(result="none", evaluation=judged.evaluation)

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
            self._forgetful = True
            self._log.warning("memory not read", reason=str(error))
        self._earlier = earlier_of(facts, self._reported, self._memory)

    def _remember(self, facts: Facts) -> None:
        """Keep the list as it was read last for the next change."""
        guard = self._guard
        memory = next_memory(self._now or seen(facts), self._earlier, self._memory, self._practices)
        if memory is None:
            return
        try:
            remember(guard.store, facts.region, facts.group_id, memory, at=guard.clock())
        except StoreError as error:
            self._log.warning("memory not kept", reason=str(error))

    def _learn_name(self, facts: Facts) -> None:
        """Have the group's name at hand, now that nothing waits for it; without it the id has to do."""
        guard = self._guard
        if guard.memory is None:
            return
        try:
            learn_name(guard.memory, facts.region, facts.group_id, guard.readers, now=guard.clock())
        except GatherError as error:
            self._log.warning("name not read", reason=str(error))

    def _judge(self, facts: Facts) -> _Judged:
        guard = self._guard
        self._now = seen(facts)
        expectation = expect(facts.scopes, guard.site)
        known = self._circumstances(facts)
        evaluation = evaluate(facts.group, expectation, group_id=facts.group_id, circumstances=known)
        evaluation = msgspec.structs.replace(
            evaluation,
            practices=practices(
                facts.group,
                expectation,
                placement=facts.placement,
                circumstances=known,
                idle=self._change.via != "sweep",  # nobody touched the group, and there are thousands
            ),
        )
        guardrails = restrain(guard.guardrails, guard.site.revert, facts, self._change, now=guard.clock())
        plan = decide(evaluation, facts.group, expectation, guardrails, known)
        self._log.info(
            "group judged",
            verdict=evaluation.verdict,
            findings=len(evaluation.findings),
            decision=plan.decision,
            reasons="; ".join(map(say, plan.reasons)),
            version=evaluation.version,
            waivers_expired=_waivers(evaluation, "expired"),
            waivers_unused=_waivers(evaluation, "unused"),
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

    def _take_over(self) -> None:
        """Tell what instances that died owe about this group."""
        try:
            self._notices += self._debt.inherited()
        except StoreError as error:
            self._log.warning("owed messages not read", reason=str(error))

    def _promise(self, judged: _Judged) -> None:
        """Owe a message before anything is written. Raises StoreError."""
        died = Outcome(result="failed", reasons=(reason("act.died"),))
        owed = compose(judged.facts, self._change, judged.evaluation, judged.plan, died)
        if owed:
            self._debt.promise(owed)

    def _limited(self, judged: _Judged) -> _Judged:
        """The plan within the limits that hold across events and instances."""
        plan = self._bounds.within(judged.plan, judged.facts.region)
        if plan is not judged.plan:
            self._log.info("held back", decision=plan.decision, reasons="; ".join(map(say, plan.reasons)))
        return judged._replace(plan=plan)

    def _note_waivers(self, evaluation: Evaluation) -> None:
        used = [use.id for use in evaluation.waivers if use.state == "used"]
        try:
            keep_waiver_uses(self._guard.store, self._group_id, used, at=self._guard.clock())
        except StoreError as error:
            self._log.warning("use of waivers not noted", reason=error.diagnostics())

    def _act(self, judged: _Judged) -> Outcome:
        """Carry out a revert; everything else needs no act."""
        facts, _, plan = judged
        guard = self._guard
        commission = Commission(
            plan=plan, region=facts.region, names=facts.names, by=guard.name, change=self._change
        )
        if plan.decision != "revert":
            return self._held(commission)
        hands = Hands(guard.writer, guard.readers.groups, guard.store, guard.clock)

        def judge(group: SecurityGroupPolicySet) -> Evaluation:
            self._now = msgspec.structs.replace(seen(facts), group=group)
            expectation, known = expect(facts.scopes, guard.site), self._circumstances(facts)
            return evaluate(group, expectation, group_id=facts.group_id, circumstances=known)

        try:
            self._promise(judged)
        except StoreError as error:
            return Outcome(result="failed", reasons=(reason("act.store", text=error.diagnostics()),))
        outcome = carry_out(commission, hands, judge)
        self._applied.extend(outcome.applied)
        self._doubtful.extend(outcome.doubtful)
        self._snapshot = self._snapshot or outcome.snapshot
        self._journal = outcome.journal or self._journal
        self._log.info(
            "revert ended",
            result=outcome.result,
            reasons="; ".join(map(say, outcome.reasons)),
            journal=outcome.journal,
            requests=" ".join(step.request_id for step in (*outcome.applied, *outcome.doubtful)),
        )
        self._bounds.note_store(outcome.reasons)
        return outcome

    def _advice(self, judged: _Judged) -> Notification | None:
        """Tell of each practice that is not followed once, as long as it is not followed.

        What is only good to know is in the document and told nobody. Advice waits for a change of somebody
        else that leaves nothing wrong. Without a memory none is given: it would be given with every change.
        """
        facts, evaluation, _ = judged
        known = self._memory.practices if self._memory else ()
        serious = {
            practice_fingerprint(facts.group_id, practice, facts.group): practice
            for practice in evaluation.practices
            if practice.severity != "info"
        }
        if self._forgetful or self._own or evaluation.verdict != "compliant":
            self._practices = tuple(sorted(serious.keys() & set(known)))
            return None
        self._practices = tuple(sorted(serious))
        fresh = [practice for key, practice in serious.items() if key not in known]
        return compose_advice(facts, self._change, fresh) if fresh else None

    def _held(self, commission: Commission) -> Outcome:
        """Nothing is written; if something was wanted to be, that is on record with every reason."""
        guard = self._guard
        if commission.plan.steps:
            try:
                self._journal = put_on_record(commission, guard.store, at=guard.clock())
            except StoreError as error:
                self._log.warning("held plan not put on record", reason=str(error))
        return Outcome(result="none")

    def _finished(self, judged: _Judged, outcome: Outcome) -> Run:
        written = (*self._applied, *self._doubtful)
        outcome = msgspec.structs.replace(
            outcome,
            applied=tuple(self._applied),
            doubtful=tuple(self._doubtful),
            snapshot=self._snapshot if written else "",
            journal=self._journal,
        )
        self._bounds.give_back(outcome)
        self._notices += _due(self._bounds.notices, self._guard)
        advice = self._advice(judged)
        self._remember(judged.facts)
        self._learn_name(judged.facts)
        notification = compose(
            judged.facts,
            self._change,
            judged.evaluation,
            judged.plan,
            outcome,
            acted_at=self._guard.clock() if written else None,
        )
        if judged.plan.decision == "none":
            notification = self._resolved()
        messages = [message for message in (*self._notices, notification, advice) if message]
        sent = tell(messages, self._guard)
        for error in self._debt.settle():
            self._log.warning("owed message not settled", reason=str(error))
        return Run(
            change=self._change,
            evaluation=judged.evaluation,
            plan=judged.plan,
            outcome=outcome,
            own=self._own,
            notifications=sent,
            seen_version=self._memory.last.group.version if self._memory else "",
        )

    def _resolved(self) -> Notification | None:
        """The message that what people were told of the group is over."""
        try:
            return resolve(self._group_id, self._guard.store, self._guard.clock())
        except StoreError as error:
            self._log.warning("alerts not read", reason=str(error))
            return None


def _waivers(evaluation: Evaluation, state: str) -> str:
    return ", ".join(use.id for use in evaluation.waivers if use.state == state)


def _is_firm(facts: Facts) -> bool:
    """Whether anything but "compliant" may follow from these facts."""
    return not facts.borrowed and facts.observed_at - facts.oldest_at <= BEFORE_WRITING.facts


def _own(group_id: str, version: str, change: ChangeEvent, guard: Guard) -> Own:
    """By what a change is recognised as the guard's own. Only a label hangs on it."""
    try:
        head = head_of(guard.store, group_id)
    except StoreError:
        head = None
    if head and change.request_id in head.requests:
        return "request"
    if guard.role and change.actor.kind == "role" and guard.role in {change.actor.name, change.actor.session}:
        return "session"
    return "version" if head and head.version and head.version == version else ""


def _due(notices: Sequence[Notice], guard: Guard) -> list[Notification]:
    """The notices that neither this instance nor another one has given within their time."""
    now = guard.clock()
    due = []
    for notice in notices:
        recently = now - guard.told.get(notice.what, float("-inf")) < notice.seconds
        if not recently and not _given_elsewhere(notice, guard):
            due.append(compose_notice(notice.what, notice.why, at=now))
            guard.told[notice.what] = now
    return due


def _given_elsewhere(notice: Notice, guard: Guard) -> bool:
    """Whether another instance gave the notice within its time; if not, this one is noted."""
    now, key = guard.clock(), f"notice/{notice.what}"
    try:
        known = guard.store.get("marker", key)
        if known is not None and now - known.kept_at < notice.seconds:
            return True
        guard.store.replace(Entry(kind="marker", key=key, kept_at=now, document=b"{}"))
    except StoreError:
        return False
    return False


def tell(notifications: Sequence[Notification], guard: Guard) -> tuple[Sent, ...]:
    """Send every message, whatever becomes of the others. Raises StoreError if one could not be kept."""
    sent: list[Sent] = []
    lost: StoreError | None = None
    for notification in notifications:
        try:
            sent += _told(_addressed(notification, guard), guard)
        except StoreError as error:
            text = msgspec.json.encode(notification).decode()
            guard.log.exception("message neither sent nor kept", reason=error.diagnostics(), message=text)
            lost = lost or error
    if lost:
        raise lost
    return tuple(sent)


def _addressed(told: Notification, guard: Guard) -> Notification:
    """With what tells one group from another for people, and who tells it."""
    name, account = told.group_name, told.change.actor.account_id if told.change else ""
    if guard.memory and told.group_id and not name:
        name = known_name(guard.memory, told.region, told.group_id, now=guard.clock()) or ""
    return msgspec.structs.replace(
        told,
        group_name=plain(name),
        account=told.account or account or guard.account,
        mode=guard.guardrails.mode,
    )


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


def keep(event: object, reason: str, guard: Guard) -> Run:
    """Keep an event that could not be opened, and tell. Raises StoreError if it cannot be kept."""
    return _kept(event, "", None, reason, guard)


def _kept(event: object, group_id: str, change: ChangeEvent | None, reason: str, guard: Guard) -> Run:
    """Keep an event with its reason, and tell, even if it cannot be kept. Raises StoreError then."""
    guard.log.error("event kept as dead letter", group_id=group_id, reason=reason)
    lost: StoreError | None = None
    try:
        keep_dead_letter(guard.store, DeadLetter(reason=reason, event=event), at=guard.clock())
    except StoreError as error:
        lost = error
    failure = compose_failure(group_id, reason, change, at=guard.clock())
    run = Run(change=change, note=reason, notifications=tell([failure], guard), kept=True)
    if lost:
        raise lost
    return run
