"""Complete listings, decoded."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from scfshim import Session
from sgguard.adapters.tencent.errors import reading
from sgguard.errors import GatherError

T = TypeVar("T", bound=msgspec.Struct)


def listed(
    session: Session,
    region: str,
    service: str,
    action: str,
    shape: type[T],
    *,
    version: str | None = None,
    **parameters: object,
) -> list[T]:
    """Every item of a listing. Raises GatherError for a page or an item that cannot be read."""
    what = f"{action} in {region}"
    with reading(f"{what} could not be read in full"):
        items = list(session.client(service, region=region, version=version).paginate(action, **parameters))
    try:
        return msgspec.convert(items, list[shape])  # type: ignore[valid-type] # mypy: no type variables
    except msgspec.ValidationError as error:
        raise GatherError(f"{what} gave an answer of another shape: {error}.") from error
