"""Listings that end, and listings that must not end quietly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scfshim import PaginationError
from scfshim.pagination import paginate

Answer = dict[str, object]


def items(start: int, stop: int) -> list[dict[str, object]]:
    return [{"VpcId": f"vpc-{number}"} for number in range(start, stop)]


def pages(*answers: Answer) -> tuple[list[int], Callable[[int], Answer]]:
    """Answers in turn, and the offsets that were asked for."""
    offsets: list[int] = []
    given = iter(answers)

    def page_at(offset: int) -> Answer:
        offsets.append(offset)
        return next(given)

    return offsets, page_at


def page(total: object, found: object) -> Answer:
    return {"TotalCount": total, "VpcSet": found, "RequestId": "r"}


def test_all_pages() -> None:
    offsets, page_at = pages(page(5, items(0, 2)), page(5, items(2, 4)), page(5, items(4, 5)))
    assert list(paginate("DescribeVpcs", page_at)) == items(0, 5)
    assert offsets == [0, 2, 4]


@pytest.mark.parametrize("none", [page(0, []), page(0, None), {"TotalCount": 0}])
def test_nothing_to_list(none: Answer) -> None:
    offsets, page_at = pages(none)
    assert list(paginate("DescribeVpcs", page_at)) == []
    assert offsets == [0]


def test_an_exact_page_needs_no_empty_one() -> None:
    offsets, page_at = pages(page(2, items(0, 2)))
    assert len(list(paginate("DescribeVpcs", page_at))) == 2
    assert offsets == [0]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([page(4, items(0, 2)), page(3, items(2, 3))], "the total moved from 4 to 3"),
        ([page(4, items(0, 2)), page(5, items(2, 5))], "the total moved from 4 to 5"),
        ([page(3, items(0, 2)), page(3, [])], "2 items of 3"),
        ([page(3, None)], "0 items of 3"),
        ([page(1, items(0, 2))], "2 items of 1"),
        ([page(0, items(0, 2))], "2 items of 0"),
        ([page(4, items(0, 2)), page(4, items(0, 2))], "4 items of 4"),
        ([page(None, items(0, 2))], "not what the API promises"),
        ([page("2", items(0, 2))], "not what the API promises"),
        ([page(2, "abc")], "not what the API promises"),
        ([page(2, ["a", "b"])], "not what the API promises"),
    ],
)
def test_never_silently_short(answers: list[Answer], reason: str) -> None:
    _, page_at = pages(*answers)
    with pytest.raises(PaginationError, match=f"DescribeVpcs: .*{reason}"):
        list(paginate("DescribeVpcs", page_at))
