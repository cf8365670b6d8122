"""What every Describe action does alike: ids or filters, then one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from tcmock.errors import APIError
from tcmock.parameters import Params
from tcmock.tag import Tag

T = TypeVar("T")
Filter = Callable[[T, str], bool]
"""Whether an item passes one value of a filter."""
Keys = Mapping[str, Callable[[T], str | float]]
"""What items may be ordered by."""

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


def filtered(
    items: Iterable[T],
    params: Params,
    filters: Mapping[str, Filter[T]],
    *,
    code: str,
    tags: Callable[[T], Iterable[Tag]] | None = None,
) -> list[T]:
    """The items that pass every filter; within one filter any value will do.

    Args:
        items: in the order of the answer.
        params: of the request.
        filters: by name.
        code: of the error for a filter that does not exist or that tcmock leaves out.
        tags: of an item, if ``tag-key`` and ``tag:<key>`` filter as well.

    Raises:
        APIError: with that code.
    """
    kept = list(items)
    for given in params.children("Filters"):
        name, wanted = given.text("Name"), given.texts("Values")
        passes = filters.get(name) or (_by_tag(name, tags) if tags else None)
        if passes is None:
            raise APIError(code, f"The filter `{name}` does not exist or is not emulated by tcmock.")
        kept = [item for item in kept if any(passes(item, value) for value in wanted)]
    return kept


def flag(value: str) -> bool:
    """A boolean among the values of a filter, in any case."""
    return value.lower() == "true"


def named(
    items: Mapping[str, T], params: Params, member: str, *, exclusive_code: str = "", missing_code: str = ""
) -> list[T]:
    """The items whose ids the request lists, in the cloud's order; all of them if it lists none.

    Raises:
        APIError: more than 100 ids; `exclusive_code` if the request has filters as well, `missing_code` if an
            item is not there. Without the one both may be used together, without the other nothing is found.
    """
    wanted = params.texts(member)
    if not wanted:
        return list(items.values())
    if len(wanted) > MAX_LIMIT:
        raise APIError("InvalidParameterValue.LimitExceeded", f"`{member}` may name {MAX_LIMIT} at a time.")
    if exclusive_code and params.children("Filters"):
        raise APIError(exclusive_code, f"`{member}` and `Filters` cannot be specified at the same time.")
    missing = [key for key in wanted if key not in items]
    if missing and missing_code:
        raise APIError(missing_code, f"`{member}` names what does not exist: {', '.join(missing)}.")
    return [item for key, item in items.items() if key in wanted]


def ordered(
    items: Iterable[T], params: Params, keys: Mapping[str, Callable[[T], str]], *, code: str
) -> list[T]:
    """The items by `OrderField`, upwards unless `OrderDirection` is ``DESC``; as they are without a field.

    Raises:
        APIError: `code` for a field or direction that does not exist.
    """
    field, direction = params.text("OrderField"), params.text("OrderDirection") or "ASC"
    if (field and field not in keys) or direction not in ("ASC", "DESC"):
        raise APIError(
            code, f"`OrderField` must be one of {', '.join(keys)} and `OrderDirection` ASC or DESC."
        )
    key = keys.get(field, lambda _: "")
    return sorted(items, key=key, reverse=direction == "DESC")


def ordered_page(
    items: Iterable[T],
    params: Params,
    keys: Keys[T],
    *,
    by: str = "",
    direction: str = "ASC",
    member: str = "OrderBy",
) -> Sequence[T]:
    """One page in the order that is asked for, as eb and scf take it.

    Args:
        items: all of them.
        params: of the request; the key is in `member`, the direction in ``Order``.
        keys: by which they may be ordered.
        by: the key if none is given; ``""`` leaves them as they are.
        direction: if none is given.
        member: of the request.

    Raises:
        APIError: key, direction or page cannot be.
    """
    key, way = params.text(member) or by, params.text("Order").upper() or direction
    if key and key not in keys:
        raise APIError("InvalidParameterValue.OrderBy", f"`{member}` must be one of {', '.join(keys)}.")
    if way not in ("ASC", "DESC"):
        raise APIError("InvalidParameterValue.Order", "`Order` must be ASC or DESC.")
    found = sorted(items, key=keys[key] if key else lambda _: 0.0, reverse=way == "DESC")
    return page(found, params.number("Offset"), params.number("Limit"), code="InvalidParameterValue.Limit")


def page(items: Sequence[T], offset: int | None, limit: int | None, *, code: str) -> Sequence[T]:
    """One page: from 0 and 20 long unless told otherwise.

    Raises:
        APIError: `code` if the offset is negative or the limit not within 1 and 100.
    """
    start = 0 if offset is None else offset
    count = DEFAULT_LIMIT if limit is None else limit
    if start < 0 or not 1 <= count <= MAX_LIMIT:
        raise APIError(code, f"`Offset` must not be negative and `Limit` must be within 1 and {MAX_LIMIT}.")
    return items[start : start + count]


def number(text: str, name: str) -> int | None:
    """A number that the API wants as a string, for example vpc's ``"Limit": "20"``; None when absent."""
    if not text:
        return None
    if not text.isdecimal():
        raise APIError("InvalidParameterValue.Malformed", f"The format of `{name}` is invalid: `{text}`.")
    return int(text)


def _by_tag(name: str, tags: Callable[[T], Iterable[Tag]]) -> Filter[T] | None:
    if name == "tag-key":
        return lambda item, value: any(tag.key == value for tag in tags(item))
    key = name.removeprefix("tag:")
    if key == name:
        return None
    return lambda item, value: any(tag.key == key and tag.value == value for tag in tags(item))
