"""What functions have logged. The vendor now keeps that in CLS; the action is still described."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.listing import ordered_page
from tcmock.scf.state import Run, ScfState

_CODES: Mapping[str, Callable[[Run], bool]] = {
    "not0": lambda run: bool(run.error),
    "is0": lambda run: not run.error,
    "TimeLimitExceeded": lambda run: run.status == 433,  # noqa: PLR2004 - SCF's own code
    "ResourceLimitExceeded": lambda run: run.status == 434,  # noqa: PLR2004 - the same
    "UserCodeException": lambda run: run.status == 430,  # noqa: PLR2004 - the same
}
_BILLED_MS = 100


def describe(call: Invocation) -> Answer:
    """Runs of a function, by request id, time or outcome."""
    params, code = call.params, call.params.child("Filter").text("RetCode")
    if code and code not in _CODES:
        raise APIError("InvalidParameterValue.RetCode", f"`RetCode` must be one of {', '.join(_CODES)}.")
    start, end = params.text("StartTime"), params.text("EndTime") or "9"
    found = [
        run
        for run in call.region[ScfState].runs
        if params.text("FunctionName") in ("", run.function)
        and params.text("FunctionRequestId") in ("", run.request_id)
        and params.text("Qualifier") in ("", run.version)
        and start <= china_time(run.started) <= end
        and (not code or _CODES[code](run))
    ]
    shown = ordered_page(
        found,
        params,
        {
            "function_name": lambda run: run.function,
            "duration": lambda run: run.duration_ms,
            "mem_usage": lambda run: run.memory_bytes,
            "start_time": lambda run: run.started,
        },
    )
    return {
        "TotalCount": len(found),
        "Data": [_shown(run) for run in shown],
        "SearchContext": {"Offset": "", "Limit": 0, "Keyword": "", "Type": ""},
    }


def _shown(run: Run) -> Answer:
    return {
        "FunctionName": run.function,
        "RetMsg": run.answer,
        "RequestId": run.request_id,
        "StartTime": china_time(run.started),
        "RetCode": 1 if run.error else 0,
        "InvokeFinished": 1,
        "Duration": run.duration_ms,
        "BillDuration": billed(run.duration_ms),
        "MemUsage": run.memory_bytes,
        "Log": run.log,
        "Level": "",
        "Source": "",
        "RetryNum": run.retry,
    }


def billed(duration_ms: float) -> int:
    """Milliseconds, in whole hundreds."""
    return max(_BILLED_MS, -int(-duration_ms // _BILLED_MS) * _BILLED_MS)
