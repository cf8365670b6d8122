"""The connections of an instance: a session for each thread and account, all at one pace."""

from __future__ import annotations

import os
import threading
from functools import partial

from scfshim import Retry, Session
from scfshim.hooks import AfterCall
from sgguard.adapters.clock import system_time
from sgguard.adapters.tencent.assumed import AssumedRole
from sgguard.adapters.tencent.pace import Pace
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.config.fleet import Member

SESSION_NAME = "sgguard"
"""Of the roles that are assumed, as CloudAudit shows it."""
_RETRY = Retry(tries=8)
"""A sweep shares the allowance of an action with everybody else of the account."""
_STS_REGION = "ap-guangzhou"


class Sessions:
    """Makes sessions and keeps them for as long as their thread lives, so that connections are reused."""

    def __init__(self, log: AfterCall, *, pace: Pace | None = None, retry: Retry = _RETRY) -> None:
        self._log = log
        self._pace = pace or Pace()
        self._retry = retry
        self._of_thread = threading.local()
        self._roles: dict[str, AssumedRole] = {}

    def of(self, member: Member | None) -> tuple[Session, WriteGate]:
        """The session of an account, None for the own one, and the gate that its writes must pass."""
        known: dict[str, tuple[Session, WriteGate]] = self._of_thread.__dict__.setdefault("sessions", {})
        account = member.account if member else ""
        if account not in known:
            gate = WriteGate()
            session = Session(
                credentials=self._role(member) if member else None,
                before_call=[partial(self._pace.wait, account), gate],
                after_call=[self._log, partial(self._pace.heed, account)],
                retry=self._retry,
            )
            known[account] = session, gate
        return known[account]

    def plain(self, region: str = "") -> Session:
        """A session of the own account without a gate, for what changes no security group."""
        return Session(region=region or None, after_call=[self._log])

    def forget(self) -> None:
        """Start anew in this thread."""
        self._of_thread.__dict__.clear()
        self._roles.clear()

    def _role(self, member: Member) -> AssumedRole:
        """Keys of another account, shared by all threads."""
        region = os.environ.get("TENCENTCLOUD_REGION") or _STS_REGION
        return self._roles.setdefault(
            member.account, AssumedRole(self.plain(region), member.arn, SESSION_NAME, system_time)
        )
