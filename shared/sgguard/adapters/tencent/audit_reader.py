"""Reads what CloudAudit has recorded, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from scfshim import Session
from sgguard.adapters.tencent.errors import reading
from sgguard.errors import GatherError
from sgguard.event import records_in

_PAGE = 50
"""The most: https://www.tencentcloud.com/document/product/1021/34189."""


class _Event(msgspec.Struct, frozen=True, rename="pascal"):
    cloud_audit_event: str = ""
    """The record as JSON text."""


class _Page(msgspec.Struct, frozen=True, rename="pascal"):
    events: list[_Event] | None = None
    list_over: bool = True
    next_token: int | None = None


class TencentAudit:
    """The audit port of `sgguard.sweep`, for one account in one region."""

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._region = region

    def writes(self, since: int, until: int) -> Iterator[Mapping[str, object]]:
        """Records of writes between two times, epoch seconds, as elements. Raises GatherError.

        The span may be up to 30 days, within the last 90.
        """
        asked: dict[str, object] = {
            "StartTime": since,
            "EndTime": until,
            "MaxResults": _PAGE,
            "LookupAttributes": [{"AttributeKey": "ActionType", "AttributeValue": "Write"}],
        }
        while True:
            page = self._page(asked)
            for event in page.events or ():
                yield from records_in(event.cloud_audit_event)
            if page.list_over or page.next_token is None or page.next_token == asked.get("NextToken"):
                return
            asked["NextToken"] = page.next_token

    def _page(self, asked: Mapping[str, object]) -> _Page:
        what = f"DescribeEvents in {self._region} could not be read in full"
        with reading(what):
            answer = self._session.client("cloudaudit", region=self._region).describe_events(**asked)
        try:
            return msgspec.convert(answer, _Page)
        except msgspec.ValidationError as error:
            raise GatherError(f"{what}: it gave an answer of another shape: {error}.") from error
