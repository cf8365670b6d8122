"""Joins ports and adapters. The only module that knows which technology stands behind which port."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TextIO, cast
from uuid import uuid4

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger

from scfshim import Call, Deadline, Outcome, Retry, Session
from sgguard import pipeline
from sgguard.adapters.channels import VendorChannel
from sgguard.adapters.channels.endpoint import read_endpoint
from sgguard.adapters.clock import system_time
from sgguard.adapters.forgetful_store import ForgetfulStore
from sgguard.adapters.secret_reader import SecretReader
from sgguard.adapters.site_file import load_site
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.adapters.tencent.assumed import AssumedRole
from sgguard.adapters.tencent.cluster_reader import TencentClusters
from sgguard.adapters.tencent.invoker import TencentInvoker
from sgguard.adapters.tencent.name_reader import TencentNames
from sgguard.adapters.tencent.pace import Pace
from sgguard.adapters.tencent.reader import TencentGroups
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.adapters.tencent.writer import TencentWriter
from sgguard.baseline import Site
from sgguard.config.channel import RESERVED, ChannelEntry
from sgguard.config.fleet import Fleet, Member
from sgguard.errors import EventError, GatherError, Problem, RemediationError
from sgguard.event import account_of, is_batch, read_batch, split
from sgguard.facts import FactsMemory, Freshness, Readers
from sgguard.model.batch import Batch
from sgguard.model.reason import reason
from sgguard.model.run import Run
from sgguard.model.secret import Reference
from sgguard.notify import Channel
from sgguard.plan import Guardrails
from sgguard.report.document import run_document
from sgguard.settings import Settings, read_settings
from sgguard.state import Store, StoreError
from sgguard.sweep import EventLog, Guards, Limits, Round, Rounds, places_of, sweep

_WEBHOOK = Reference("env", "SGGUARD_WEBHOOK")
_RESERVE = 5.0
"""Seconds at the end of an invocation that are kept for the message; a quarter of a shorter one."""
_LAST_SECONDS = 15.0
"""Seconds at the end of an invocation in which no other group is begun; a third of a shorter one."""
_SESSION_NAME = "sgguard"
"""Of the roles that are assumed, as CloudAudit shows it."""
_TRIES = 8
"""Of one call: a sweep shares the allowance of an action with everybody else of the account."""
_STS_REGION = "ap-guangzhou"


def handle_event(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the guard function does with one invocation. Returns ``{"runs": […]}``, JSON throughout.

    `context` is SCF's; only its request id and time limit are read, for it may carry live credentials.
    """
    call = _Invocation(context)
    batch = _batch(event)
    if batch is not None:
        found = Round(sweep=batch.sweep)
        call.rounds(call.function or call.fleet.guard).work_off(batch, found)
        return {"runs": [], "round": msgspec.to_builtins(found)}
    runs = _run(event, call.guard, call.guards)
    try:
        _event_log().note(call.guard.store, runs, at=call.guard.clock())
    except StoreError as error:
        call.guard.log.warning("event not counted", reason=str(error))
    return {"runs": [run_document(run) for run in runs]}


def handle_sweep(event: object, context: Mapping[str, object]) -> dict[str, object]:
    """What the sweep function does on its timer. Returns ``sgguard/sweep/v1``, JSON throughout."""
    del event
    call = _Invocation(context)
    places = places_of(call.fleet, call.region or os.environ.get("TENCENTCLOUD_REGION", ""))
    rounds = call.rounds(call.fleet.guard)
    swept = sweep(places, rounds, call.guards, call.fleet, call.limits, name=uuid4().hex[:12])
    return {"schema": "sgguard/sweep/v1", **msgspec.to_builtins(swept)}


class _Invocation:
    """What one invocation has at hand. Only names and the time limit are read of SCF's `context`."""

    def __init__(self, context: Mapping[str, object]) -> None:
        settings = read_settings(os.environ)
        configure_logging(settings.log_level)
        log = structlog.get_logger().bind(request_id=str(context.get("request_id", "")))
        limit = context.get("time_limit_in_ms")
        seconds = limit / 1000 if isinstance(limit, int | float) else None
        deadline = None if seconds is None else Deadline.after(seconds)
        self.function, self.namespace, self.region = (
            str(context.get(key) or "") for key in ("function_name", "namespace", "tencentcloud_region")
        )
        self.guard = build_guard(settings, seconds, log)
        self.fleet = self.guard.site.fleet
        self.guards = guards_of(self.guard, deadline)
        self.limits = Limits(
            parallel=self.fleet.parallel,
            remaining=deadline.remaining if deadline else lambda: float("inf"),
            reserve=0.0 if seconds is None else min(_LAST_SECONDS, seconds / 3),
        )

    def rounds(self, function: str) -> Rounds:
        """Rounds whose batches go to `function`; without one they are worked off here."""
        session = Session(after_call=[_log_call])
        invoker = (
            TencentInvoker(session, function, namespace=self.namespace or "default", region=self.region)
            if function and self.fleet.guard
            else None
        )
        return Rounds(self.guards, self.limits, size=self.fleet.batch, invoker=invoker)


def _batch(event: object) -> Batch | None:
    """The batch that the sweep handed over; None for every other event."""
    try:
        (element,) = split(event)
        return read_batch(element, whole_places=True) if is_batch(element) else None
    except (EventError, ValueError):
        return None  # the pipeline says what is wrong with it


def _run(event: object, guard: pipeline.Guard, guards: Guards) -> tuple[Run, ...]:
    """Run the pipeline on each element with the guard of the account that it is about."""
    fleet = guard.site.fleet
    if not fleet.members:
        return pipeline.run(event, guard)
    try:
        elements = split(event)
    except EventError:
        return pipeline.run(event, guard)
    runs: list[Run] = []
    for element in elements:
        account = account_of(element)
        runs += pipeline.run(element, guards(account) if fleet.member(account) else guard)
    return tuple(runs)


def build_guard(settings: Settings, seconds: float | None, log: FilteringBoundLogger) -> pipeline.Guard:
    """A guard from settings, with so many seconds to do its work; None does not bound it.

    Whatever cannot be set up means that it observes, and is logged.
    """
    store, store_problems = _store(settings)
    site, site_problems = load_site(settings.config)
    channels, channel_problems = open_channels(settings, site)
    problems = (*settings.problems, *site_problems, *store_problems, *channel_problems)
    for problem in problems:
        log.error("settings invalid, observing", where=problem.where, what=problem.what, fix=problem.fix)
    if settings.min_severity not in {None, site.revert.min_severity}:
        log.info(
            "SGGUARD_MIN_SEVERITY outweighs the config",
            asked=site.revert.min_severity,
            used=settings.min_severity,
        )
    session, gate = _session(None)
    if seconds is not None:
        session = _bounded(session, Deadline.after(seconds))
    return pipeline.Guard(
        readers=_readers(session),
        memory=_remembered(store),
        freshness=Freshness(facts=site.fleet.facts_minutes * 60.0),
        writer=TencentWriter(session, gate),
        store=store,
        channels=channels,
        clock=system_time,
        guardrails=Guardrails(
            mode="observe" if problems else settings.mode,
            # What is set at the console must be able to hold back a guard that is already deployed.
            min_severity=settings.min_severity or site.revert.min_severity,
            notes=tuple(reason("decide.settings", where=p.where, what=p.what) for p in problems),
            holds=(reason("hold.switch"),) if settings.frozen else (),
        ),
        site=site,
        log=log,
        role=settings.role,
        invocation=uuid4().hex[:12],
        told=_told,
    )


def guards_of(base: pipeline.Guard, deadline: Deadline | None) -> Guards:
    """Makes the guard of an account for the thread that asks: everything is shared but the connections."""

    def guard_of(account: str) -> pipeline.Guard:
        member = base.site.fleet.member(account)
        if account and member is None:
            raise GatherError(
                f"The account {account} is not in the config's fleet.",
                next_step="Write it under fleet.accounts, with the role that trusts this account.",
            )
        session, gate = _session(member)
        session = _bounded(session, deadline) if deadline else session
        return msgspec.structs.replace(
            base,
            readers=_readers(session),
            memory=_remembered(base.store, account) if base.memory else None,
            writer=TencentWriter(session, gate),
        )

    return guard_of


def build_observer(site: Site, log: FilteringBoundLogger) -> pipeline.Guard:
    """A guard that reads and judges, keeps nothing and tells nobody."""
    session, gate = _session(None)
    store = ForgetfulStore()
    return pipeline.Guard(
        readers=_readers(session),
        memory=FactsMemory(store),
        writer=TencentWriter(session, gate),
        store=store,
        channels=(),
        clock=system_time,
        guardrails=Guardrails(mode="observe", min_severity=site.revert.min_severity),
        site=site,
        log=log,
    )


def readers_of(fleet: Fleet, account: str) -> Readers:
    """Readers of an account of the fleet; empty for the own one."""
    return _readers(_session(fleet.member(account))[0])


def logger() -> FilteringBoundLogger:
    """A logger as it is configured now."""
    return cast("FilteringBoundLogger", structlog.get_logger())


def _readers(session: Session) -> Readers:
    return Readers(
        groups=TencentGroups(session), clusters=TencentClusters(session), names=TencentNames(session)
    )


def _bounded(session: Session, deadline: Deadline) -> Session:
    reserve = max(0.0, min(_RESERVE, deadline.remaining() / 4))
    return msgspec.structs.replace(session, deadline=deadline, reserve=reserve)


def _session(member: Member | None) -> tuple[Session, WriteGate]:
    """One session a thread and account for as long as both live, so that connections are reused."""
    sessions: dict[str, tuple[Session, WriteGate]] = _of_thread.__dict__.setdefault("sessions", {})
    account = member.account if member else ""
    if account not in sessions:
        gate = WriteGate()
        session = Session(
            credentials=_assumed(member) if member else None,
            before_call=[partial(_pace.wait, account), gate],
            after_call=[_log_call, partial(_pace.heed, account)],
            retry=Retry(tries=_TRIES),
        )
        sessions[account] = session, gate
    return sessions[account]


_of_thread = threading.local()
_pace = Pace()


@lru_cache(maxsize=64)
def _assumed(member: Member) -> AssumedRole:
    """Keys of another account, shared by all threads."""
    # No write gate: AssumeRole changes nothing, and is no read to the gate.
    session = Session(region=os.environ.get("TENCENTCLOUD_REGION") or _STS_REGION, after_call=[_log_call])
    return AssumedRole(session, member.arn, _SESSION_NAME, system_time)


@lru_cache(maxsize=1)
def _event_log() -> EventLog:
    return EventLog(uuid4().hex[:12])


_told: dict[str, float] = {}
"""Notices that this instance gave."""


def forget_instance() -> None:
    """Start as a cold instance does: no connection, no open store and no config is left."""
    _told.clear()
    _of_thread.__dict__.clear()
    _assumed.cache_clear()
    _event_log.cache_clear()
    _secret_reader.cache_clear()
    load_site.cache_clear()
    _memories.clear()
    while _stores:
        _stores.popitem()[1].close()


def _log_call(call: Call, outcome: Outcome) -> None:
    structlog.get_logger().debug(
        "api called",
        service=call.service,
        action=call.action,
        region=call.region,
        code=outcome.code or "",
        api_request_id=outcome.request_id,
        seconds=round(outcome.elapsed, 3),
    )


_stores: dict[str, SqliteStore] = {}


def _opened(path: str) -> SqliteStore:
    """One connection for as long as the instance lives."""
    if path not in _stores:
        _stores[path] = SqliteStore(path)
    return _stores[path]


_memories: dict[tuple[int, str], FactsMemory] = {}


def _remembered(store: Store, account: str = "") -> FactsMemory:
    """What this instance has read of an account, for as long as it lives."""
    key = id(store), account
    if key not in _memories:
        _memories[key] = FactsMemory(store, account=account or "own")
    return _memories[key]


def _store(settings: Settings) -> tuple[Store, list[Problem]]:
    """The store that is set, or one that forgets: without a durable one the guard observes."""
    try:
        return _opened(settings.store or ":memory:"), []
    except StoreError as error:
        return _opened(":memory:"), [Problem("SGGUARD_STORE", str(error), error.next_step)]


def open_channels(settings: Settings, site: Site) -> tuple[tuple[Channel, ...], list[Problem]]:
    """The channels of the config, and the one that SGGUARD_WEBHOOK sets up."""
    entries = site.alerts.channels
    problems = []
    webhook = settings.webhook
    if webhook is not None:
        try:
            read_endpoint(webhook.reveal(), None)
        except ValueError as error:
            fix = "Set it to the receiver's https URL."
            problems.append(Problem("SGGUARD_WEBHOOK", str(error), fix))
        else:
            entries = (*entries, ChannelEntry(name=RESERVED, kind="webhook", url=_WEBHOOK))
    opened = (
        VendorChannel(
            entry,
            lambda reference: webhook if webhook and reference == _WEBHOOK else _secret_reader()(reference),
            system_time,
            utc_offset=site.alerts.utc_offset,
            console=site.alerts.console,
        )
        for entry in entries
    )
    return tuple(opened), problems


@lru_cache(maxsize=1)
def _secret_reader() -> SecretReader:
    return SecretReader(os.environ, lambda: Session(before_call=[_only_secrets]), system_time)


def _only_secrets(call: Call) -> None:
    """The session that reads secrets can do nothing else."""
    if (call.service, call.action) != ("ssm", "GetSecretValue"):
        raise RemediationError(f"{call.service} {call.action} is not for the session that reads secrets.")


def configure_logging(level: str, to: TextIO | None = None) -> None:
    """Flat JSON lines, on standard output unless told otherwise; SCF parses their first level into fields.

    https://www.tencentcloud.com/document/product/583/39778
    """
    # At DEBUG the SDK logs whole requests, signature and token included.
    for name in ("tencentcloud_sdk_common", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(cast("int", getattr(logging, level.upper()))),
        logger_factory=structlog.PrintLoggerFactory(to),
        cache_logger_on_first_use=False,
    )
