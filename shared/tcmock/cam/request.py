"""What requests of cam have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from tcmock.errors import APIError
from tcmock.parameters import Params

T = TypeVar("T")

MAX_ROWS = 200
DEFAULT_ROWS = 20
_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,128}")


def checked_name(name: str, code: str) -> str:
    """A name of a role or policy.

    Raises:
        APIError: `code`, if it cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise APIError(code, f"`{name}` must have 1 to 128 letters, digits and characters of +=,.@-_.")
    return name


def numbered_page(items: Sequence[T], params: Params) -> Sequence[T]:
    """The page of number `Page`, from 1, with `Rp` items.

    Raises:
        APIError: there can be no such page.
    """
    number, rows = params.number("Page"), params.number("Rp")
    first, count = 1 if number is None else number, DEFAULT_ROWS if rows is None else rows
    if first < 1 or not 1 <= count <= MAX_ROWS:
        raise APIError("InvalidParameter.ParamError", f"`Page` starts at 1 and `Rp` goes to {MAX_ROWS}.")
    return items[(first - 1) * count : first * count]
