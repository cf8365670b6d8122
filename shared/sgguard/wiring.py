"""Joins ports and adapters. The only module that knows which technology stands behind which port."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TextIO, cast
from uuid import uuid4

import msgspec
import structlog
from structlog.typing import FilteringBoundLogger

from scfshim import Call, Deadline, Outcome, Session
from sgguard import pipeline
from sgguard.adapters.channels import open_channel
from sgguard.adapters.channels.endpoint import read_endpoint
from sgguard.adapters.clock import system_time
from sgguard.adapters.forgetful_store import ForgetfulStore
from sgguard.adapters.secret_reader import SecretError, SecretReader
from sgguard.adapters.site_file import load_site
from sgguard.adapters.stores import OpenStore, open_store
from sgguard.adapters.tencent.cluster_reader import TencentClusters
from sgguard.adapters.tencent.name_reader import TencentNames
from sgguard.adapters.tencent.reader import TencentGroups
from sgguard.adapters.tencent.sessions import Sessions
from sgguard.adapters.tencent.writer import TencentWriter
from sgguard.baseline import Site
from sgguard.config.channel import RESERVED, ChannelEntry
from sgguard.config.fleet import Fleet
from sgguard.errors import ConfigError, GatherError, Problem, RemediationError
from sgguard.facts import FactsMemory, Freshness, Readers
from sgguard.model.reason import reason
from sgguard.model.secret import Reference, Secret
from sgguard.notify import Channel
from sgguard.plan import Guardrails
from sgguard.settings import Settings, read_settings
from sgguard.state import Store, StoreError
from sgguard.sweep import Guards

_WEBHOOK = Reference("env", "SGGUARD_WEBHOOK")
_RESERVE = 5.0
"""Seconds at the end of an invocation that are kept for the message; a quarter of a shorter one."""


def build_guard(settings: Settings, seconds: float | None, log: FilteringBoundLogger) -> pipeline.Guard:
    """A guard from settings, with so many seconds to do its work; None does not bound it.

    Whatever cannot be set up means that it observes, and is logged.
    """
    guard, problems = _assembled(settings, seconds, log)
    for problem in problems:
        log.error("settings invalid, observing", where=problem.where, what=problem.what, fix=problem.fix)
    return guard


def build_hands(environment: Mapping[str, str], log: FilteringBoundLogger) -> pipeline.Guard:
    """A guard for the errands of a person, who decides instead of the mode. Raises ConfigError."""
    settings = read_settings({**environment, "SGGUARD_MODE": "enforce"})
    guard, problems = _assembled(settings, None, log)
    if problems:
        raise ConfigError(problems)
    return guard


def _assembled(
    settings: Settings, seconds: float | None, log: FilteringBoundLogger
) -> tuple[pipeline.Guard, tuple[Problem, ...]]:
    """The parts joined, and everything that is wrong with what they are made of."""
    store, store_problems = _store(settings)
    site, site_problems = load_site(settings.config)
    channels, channel_problems = open_channels(settings, site)
    problems = (*settings.problems, *site_problems, *store_problems, *channel_problems)
    if settings.min_severity not in {None, site.revert.min_severity}:
        log.info(
            "SGGUARD_MIN_SEVERITY outweighs the config",
            asked=site.revert.min_severity,
            used=settings.min_severity,
        )
    session, gate = sessions.of(None)
    if seconds is not None:
        session = _bounded(session, Deadline.after(seconds))
    guard = pipeline.Guard(
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
        account=settings.account,
        role=settings.role,
        invocation=uuid4().hex[:12],
        told=_told,
    )
    return guard, problems


def guards_of(base: pipeline.Guard, deadline: Deadline | None) -> Guards:
    """Makes the guard of an account for the thread that asks: everything is shared but the connections."""

    def guard_of(account: str) -> pipeline.Guard:
        member = base.site.fleet.member(account)
        if account and member is None:
            raise GatherError(
                f"The account {account} is not in the config's fleet.",
                next_step="Write it under fleet.accounts, with the role that trusts this account.",
            )
        session, gate = sessions.of(member)
        session = _bounded(session, deadline) if deadline else session
        return msgspec.structs.replace(
            base,
            account=account or base.account,
            readers=_readers(session),
            memory=_remembered(base.store, account) if base.memory else None,
            writer=TencentWriter(session, gate),
        )

    return guard_of


def build_observer(site: Site, log: FilteringBoundLogger) -> pipeline.Guard:
    """A guard that reads and judges, keeps nothing and tells nobody."""
    session, gate = sessions.of(None)
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
    return _readers(sessions.of(fleet.member(account))[0])


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


_told: dict[str, float] = {}
"""Notices that this instance gave."""


def log_call(call: Call, outcome: Outcome) -> None:
    """Log how a call ended, without what it said."""
    structlog.get_logger().debug(
        "api called",
        service=call.service,
        action=call.action,
        region=call.region,
        code=outcome.code or "",
        api_request_id=outcome.request_id,
        seconds=round(outcome.elapsed, 3),
    )


sessions = Sessions(log_call)
"""The connections of this instance."""


def forget_instance() -> None:
    """Start as a cold instance does: no connection, no open store and no config is left."""
    _told.clear()
    sessions.forget()
    _secret_reader.cache_clear()
    load_site.cache_clear()
    _memories.clear()
    while _stores:
        _stores.popitem()[1].close()


_stores: dict[str, OpenStore] = {}


def _opened(setting: str) -> OpenStore:
    """One connection for as long as the instance lives."""
    if setting not in _stores:
        _stores[setting] = open_store(setting)
    return _stores[setting]


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
    reader = _secret_reader()

    def secret(reference: Reference) -> Secret:
        return webhook if webhook and reference == _WEBHOOK else reader(reference)

    return tuple(open_channel(entry, site.alerts, secret, system_time) for entry in entries), problems


def door_secrets(settings: Settings, log: FilteringBoundLogger) -> tuple[Secret, ...]:
    """What requests to the function's URL may be signed with, read now; empty: the door is closed.

    While a secret changes there are two, and one that cannot be read leaves the other. Raises SecretError
    where none can be read.
    """
    reader, found = _secret_reader(), list[Secret]()
    unread: SecretError | None = None
    for reference in settings.door:
        try:
            found.append(reader(reference))
        except SecretError as error:
            log.warning("secret of the door not read", reason=error.diagnostics())
            unread = unread or error
    if unread and not found:
        raise unread
    return tuple(found)


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
