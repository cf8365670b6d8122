"""DescribeEvents: the records of the last ninety days, newest first.

https://www.tencentcloud.com/document/product/1021/34189
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import msgspec

from tcmock.cloudaudit.state import CloudAuditState
from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.parameters import Params

LOOK_BACK = 90 * 86_400
MAX_SPAN = 30 * 86_400
"""Seconds."""
MAX_RESULTS = 50
DEFAULT_RESULTS = 10
Record = Mapping[str, object]
_KEYS: Mapping[str, Callable[[Record, str], bool]] = {
    "RequestId": lambda record, value: record["requestID"] == value,
    "EventName": lambda record, value: record["eventName"] == value,
    "ActionType": lambda record, value: record["actionType"] == value,
    "PrincipalId": lambda record, value: _identity(record)["principalId"] == value,
    "ResourceType": lambda record, value: record["resourceType"] == value,
    "ResourceId": lambda record, value: value in _ids(record),
    "ResourceName": lambda record, value: value in str(record["resourceName"]).split("|"),
    "AccessKeyId": lambda record, value: _identity(record)["secretId"] == value,
    "SensitiveAction": lambda record, value: record["sensitiveAction"] == value,
    "ApiErrorCode": lambda record, value: record["apiErrorCode"] == value,
    "CamErrorCode": lambda record, value: record["errorCode"] == value,
    "SourceIPAddress": lambda record, value: record["sourceIPAddress"] == value,
}


def describe(call: Invocation) -> Answer:
    """One page. A token is the place of the next older record; it stays good while others come."""
    start, end = _span(call)
    limit, token = _limit(call.params), call.params.number("NextToken")
    records = call.account[CloudAuditState].records
    older = list(enumerate(records))[: token or None] if token != 0 else []
    found = [
        (place, record)
        for place, record in reversed(older)
        if start <= msgspec.convert(record["eventTime"], int) <= end and _passes(record, call.params)
    ]
    shown = found[:limit]
    over = len(found) <= limit
    return {
        "ListOver": over,
        "NextToken": shown[-1][0] if shown else 0,
        "Events": [
            _event(record, located=call.params.number("IsReturnLocation") == 1) for _, record in shown
        ],
        "TotalCount": len(found),
    }


def _span(call: Invocation) -> tuple[int, int]:
    start, end = call.params.number("StartTime") or 0, call.params.number("EndTime") or 0
    if end < start or start < call.now - LOOK_BACK:
        raise APIError(
            "InvalidParameter.Time", "`StartTime` lies within the last 90 days and before `EndTime`."
        )
    if end - start >= MAX_SPAN:
        raise APIError("LimitExceeded.OverTime", "`StartTime` and `EndTime` are less than 30 days apart.")
    return start, end


def _limit(params: Params) -> int:
    given = params.number("MaxResults")
    limit = DEFAULT_RESULTS if given is None else given
    if not 1 <= limit <= MAX_RESULTS:
        raise APIError("InvalidParameterValue.MaxResult", f"`MaxResults` goes from 1 to {MAX_RESULTS}.")
    return limit


def _passes(record: Record, params: Params) -> bool:
    """Of several values for one key any will do; all keys must pass."""
    wanted: dict[str, list[str]] = {}
    for given in params.children("LookupAttributes"):
        key = given.text("AttributeKey")
        if key not in _KEYS:
            raise APIError(
                "InvalidParameterValue.attributeKey", f"`AttributeKey` must be one of {', '.join(_KEYS)}."
            )
        wanted.setdefault(key, []).append(given.text("AttributeValue"))
    return all(any(_KEYS[key](record, value) for value in values) for key, values in wanted.items())


def _event(record: Record, *, located: bool) -> Answer:
    identity = _identity(record)
    resources = msgspec.convert(record["resourceSet"], list[dict[str, str]])
    return {
        "EventId": record["eventID"],
        "Username": identity["userName"],
        "EventTime": str(record["eventTime"]),
        "CloudAuditEvent": json.dumps(record, ensure_ascii=False),
        "ResourceTypeCn": "",
        "ErrorCode": int(str(record["errorCode"])),
        "EventName": record["eventName"],
        "SecretId": identity["secretId"],
        "EventSource": record["eventSource"],
        "RequestID": record["requestID"],
        "ResourceRegion": resources[0]["resourceRegion"] if resources else "",
        "AccountID": int(str(identity["accountId"])),
        "SourceIPAddress": record["sourceIPAddress"],
        "EventNameCn": "",
        "Resources": {"ResourceName": record["resourceName"], "ResourceType": record["resourceType"]},
        "EventRegion": record["eventRegion"],
        "Location": "unknown" if located else "",
    }


def _identity(record: Record) -> Mapping[str, object]:
    return msgspec.convert(record["userIdentity"], dict[str, object])


def _ids(record: Record) -> list[str]:
    return [item["resourceId"] for item in msgspec.convert(record["resourceSet"], list[dict[str, str]])]
