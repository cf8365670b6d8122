"""Hands batches to a function: SCF keeps them in its queue, runs them and tries again."""

from __future__ import annotations

import msgspec

from scfshim import Session, ShimError
from sgguard.model.batch import Batch
from sgguard.sweep import HandoverError

MOST_BYTES = 128 * 1024
"""Of an asynchronous event: https://www.tencentcloud.com/document/product/583/11637."""


class TencentInvoker:
    """The invoker port of `sgguard.sweep`."""

    def __init__(self, session: Session, function: str, *, namespace: str, region: str) -> None:
        self._session = session
        self._function = function
        self._namespace = namespace
        self._region = region

    def hand_over(self, batch: Batch) -> None:
        """Put a batch into the function's queue. Raises HandoverError.

        https://www.tencentcloud.com/document/product/583/17243: with InvocationType Event the answer comes at
        once, and SCF runs the function, twice more after an error, then gives it to the dead letter queue.
        """
        event = msgspec.json.encode(batch).decode()
        if len(event.encode()) > MOST_BYTES:
            raise HandoverError(f"A batch of {len(batch.groups)} groups is too long for one event.")
        try:
            self._session.client("scf", region=self._region).invoke(
                FunctionName=self._function,
                Namespace=self._namespace,
                InvocationType="Event",
                ClientContext=event,
            )
        except ShimError as error:
            raise HandoverError(
                f"{self._function} could not be invoked: {error}",
                next_step="Allow scf:Invoke on the guard function in the CAM policy of the sweep's role.",
            ) from error
