"""Batches of groups, as changes: those of the guard's own sweep are made up."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.errors import EventError
from sgguard.model.batch import BATCH, Batch
from sgguard.model.change import ChangeEvent


def is_batch(element: Mapping[str, object]) -> bool:
    """Whether the sweep made it, not CloudAudit."""
    return element.get("schema") == BATCH


def read_batch(element: Mapping[str, object], *, whole_places: bool = False) -> Batch:
    """The batch in an event. With `whole_places` one without groups stands for its whole region.

    Raises EventError.
    """
    try:
        batch = msgspec.convert(element, Batch)
    except msgspec.ValidationError as error:
        raise EventError(f"A batch of the sweep that cannot be read: {error}.") from error
    if not batch.region or not (batch.groups or whole_places):
        raise EventError("A batch of the sweep without groups or without a region.")
    return batch


def swept(batch: Batch) -> ChangeEvent:
    """The change that affects every group of a batch, or that stands for a look at them."""
    if batch.change is not None:
        return msgspec.structs.replace(batch.change, group_ids=batch.groups)
    return ChangeEvent(
        group_ids=batch.groups,
        regions=(batch.region,),
        api="Sweep",
        request_id=batch.sweep,
        via="sweep",
    )
