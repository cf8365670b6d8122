"""Asynchronous invocations: a queue, retries, and the end of events that cannot be handled.

https://www.tencentcloud.com/document/product/583/39851: errors of the function are tried again as often as it
is configured, a minute apart; for want of concurrency an event waits until it is too old.
"""

from __future__ import annotations

from functools import partial

import msgspec

from tcmock.errors import APIError
from tcmock.ground import Ground
from tcmock.invocation import Asked
from tcmock.scf.crew import Crew
from tcmock.scf.models import DeadLetterQueue
from tcmock.scf.request import find, resolved
from tcmock.scf.runner import RESOURCE_LIMIT, Runner
from tcmock.scf.state import DeadLetter, Run, ScfState

RETRY_SECONDS = 60.0
_SUCCESS = 200


class Queued(msgspec.Struct, frozen=True):
    """An event on its way."""

    asked: Asked
    pushed: float
    tries: int = 0
    """How often the function has failed on it."""


class Events:
    """The queues of all functions of a cloud."""

    def __init__(self, ground: Ground, runner: Runner) -> None:
        self._ground = ground
        self._runner = runner
        self._crew = Crew()
        self._epoch = 0
        """Rises when everything is forgotten: what still runs then leaves nothing behind."""

    def push(self, asked: Asked) -> None:
        """Have a function run soon."""
        self._start(Queued(asked, self._ground.clock.now()))

    def settle(self, seconds: float) -> bool:
        """Wait until nothing runs or is about to, at most that long; what waits for the clock does not count.

        Whether that came.
        """
        return self._crew.settle(seconds)

    def clear(self) -> None:
        """Forget what has not begun, and what becomes of the rest."""
        self._epoch += 1
        self._crew.clear()

    def _start(self, queued: Queued) -> None:
        self._crew.do(partial(self._try, queued, self._epoch))

    def _try(self, queued: Queued, epoch: int) -> None:
        if epoch != self._epoch:
            return
        try:
            run, _ = self._runner.run(queued.asked, queued.tries)
        except APIError as error:
            if error.code.startswith("ResourceNotFound"):
                return  # the function, or its version, was deleted meanwhile, and its events with it
            raise
        if run.status == _SUCCESS or epoch != self._epoch:
            return
        with self._ground.lock:
            retries, ttl, letters = self._terms(queued.asked)
        waits = run.status == RESOURCE_LIMIT
        again = queued if waits else msgspec.structs.replace(queued, tries=queued.tries + 1)
        due = self._ground.clock.now() + RETRY_SECONDS
        if due - queued.pushed <= ttl and (waits or again.tries <= retries):
            self._ground.agenda.at(due, partial(self._start, again))
        else:
            self._give_up(queued, run, letters)

    def _terms(self, asked: Asked) -> tuple[int, int, DeadLetterQueue]:
        """Retries, seconds that an event is kept, and where it goes in the end."""
        account = self._ground.accounts().get(asked.uin)
        try:
            if account is None:
                return 0, 0, DeadLetterQueue()
            function = find(account.region(asked.region)[ScfState], asked.namespace, asked.function)
            version = resolved(function, asked.qualifier)
        except APIError:
            return 0, 0, DeadLetterQueue()
        return function.retries, function.ttl, version.configuration.dead_letters

    def _give_up(self, queued: Queued, run: Run, letters: DeadLetterQueue) -> None:
        asked = queued.asked
        with self._ground.lock:
            account = self._ground.accounts().get(asked.uin)
            if account is None:
                return
            body = {
                "RequestId": asked.request_id,
                "ErrorCode": run.status,
                "ErrorMessage": run.error,
                "Body": {
                    "AppId": int(account.app_id),
                    "Uin": asked.uin,
                    "SubAccountUin": asked.uin,
                    "RequestSource": f"TRIGGER_{asked.source.upper()}",
                    "FunctionName": asked.function,
                    "Namespace": asked.namespace,
                    "Qualifier": asked.qualifier,
                    "InvocationType": "Event",
                    "ClientContext": asked.event,
                    "LogType": "",
                    "TimeStampForInvoker": int(queued.pushed * 1000),
                    "RequestId": asked.request_id,
                    "PushTime": int(queued.pushed * 1000),
                    "RetryNum": queued.tries,
                    "Ttl": self._terms(asked)[1],
                },
            }
            state = account.region(asked.region)[ScfState]
            box = state.dead_letters if letters.name else state.lost_events
            box.append(DeadLetter(queue=letters.name, body=body))
