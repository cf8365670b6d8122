"""Hands events to a function: SCF keeps them in its queue, runs them and tries again."""

from __future__ import annotations

import json

import msgspec

from scfshim import Session, ShimError
from sgguard.sweep import HandoverError, TooLongError

MOST_BYTES = 128 * 1024
"""Of an asynchronous event: https://www.tencentcloud.com/document/product/583/11637."""


class TencentInvoker:
    """The invoker port of `sgguard.sweep`."""

    def __init__(self, session: Session, function: str, *, namespace: str, region: str) -> None:
        self._session = session
        self._function = function
        self._namespace = namespace
        self._region = region

    def hand_over(self, event: object) -> None:
        """Put an event into the function's queue. Raises HandoverError.

        https://www.tencentcloud.com/document/product/583/17243: with InvocationType Event the answer comes at
        once, and SCF runs the function, twice more after an error, then gives it to the dead letter queue.
        """
        # ASCII throughout: a record may hold half of a character, which no other JSON can carry.
        text = json.dumps(msgspec.to_builtins(event), separators=(",", ":"))
        if len(text) > MOST_BYTES:
            raise TooLongError(f"{len(text)} bytes are too long for one event.")
        try:
            self._session.client("scf", region=self._region).invoke(
                FunctionName=self._function,
                Namespace=self._namespace,
                InvocationType="Event",
                ClientContext=text,
            )
        except ShimError as error:
            raise HandoverError(
                f"{self._function} could not be invoked: {error}",
                next_step="Allow scf:Invoke on it in the CAM policy of the function's role.",
            ) from error
