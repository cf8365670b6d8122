"""Invoke and InvokeFunction: have a function run, and wait for it or not."""

from __future__ import annotations

import msgspec

from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Asked, Backstage, Invocation, Later
from tcmock.scf.models import DEFAULT
from tcmock.scf.request import function_of, namespace_of, resolved

SYNC_BYTES = 6 * 1024 * 1024
ASYNC_BYTES = 128 * 1024
"""https://www.tencentcloud.com/document/product/583/11637"""


def invoke(call: Invocation) -> Later:
    """Either way; ``$LATEST`` unless told otherwise (https://cloud.tencent.com/document/api/583/17243)."""
    kind = call.params.text("InvocationType") or "RequestResponse"
    if kind not in ("RequestResponse", "Event"):
        raise APIError(
            "InvalidParameterValue.InvokeType", "`InvocationType` must be RequestResponse or Event."
        )
    return _asked(call, "ClientContext", call.params.text("Qualifier"), asynchronous=kind == "Event")


def invoke_function(call: Invocation) -> Later:
    """And wait; the alias ``$DEFAULT`` unless told otherwise."""
    return _asked(call, "Event", call.params.text("Qualifier") or DEFAULT, asynchronous=False)


def _asked(call: Invocation, member: str, qualifier: str, *, asynchronous: bool) -> Later:
    if "RoutingKey" in call.params:
        raise not_emulated("`RoutingKey`")
    function = function_of(call)
    resolved(function, qualifier)
    if function.status(call.now) == "Creating":
        raise APIError("FailedOperation.FunctionStatusError", f"`{function.name}` is still being created.")
    text = call.params.text(member) or "{}"
    limit = ASYNC_BYTES if asynchronous else SYNC_BYTES
    if len(text.encode()) > limit:
        raise APIError("InvalidParameter.RequestTooLarge", f"`{member}` may have {limit} bytes.")
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise APIError("InvalidParameter.Payload", f"`{member}` is no JSON: {error}.") from error
    asked = Asked(
        uin=call.account.uin,
        region=call.region.name,
        namespace=namespace_of(call.params),
        function=function.name,
        qualifier=qualifier,
        event=text,
        request_id=call.request_id,
        asynchronous=asynchronous,
        tail=call.params.text("LogType") == "Tail",
    )

    def wait(backstage: Backstage) -> Answer:
        return backstage.invoke(asked)

    return Later(wait)
