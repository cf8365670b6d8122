"""How an invocation ended, in SCF's words."""

from __future__ import annotations

import enum
import json

import msgspec


class Status(enum.IntEnum):
    """The status codes that a function can cause (https://www.tencentcloud.com/document/product/583/35311)."""

    SUCCESS = 200
    REQUEST_TOO_LARGE = 406
    RESPONSE_TOO_LARGE = 407
    USER_CODE_EXCEPTION = 430
    TIME_LIMIT = 433
    MEMORY_LIMIT = 434
    HANDLER_NOT_FOUND = 437
    PROCESS_EXIT = 439
    INIT_TIMEOUT = 450


class Reply(msgspec.Struct, frozen=True):
    """What came back from the worker, or why nothing did."""

    status: int
    body: str = ""
    """The handler's result as JSON text, on success."""
    message: str = "user code exception caught"
    trace: str = ""
    """The function's stack, if it raised."""
    load_ms: float = 0.0


class ColdStart(msgspec.Struct, frozen=True):
    """How long a new instance took, milliseconds."""

    runtime_ms: int
    """Until the interpreter ran."""
    function_ms: int
    """The function's own imports."""

    def __str__(self) -> str:
        total = self.runtime_ms + self.function_ms
        phases = f"PullCode: 0ms InitRuntime: {self.runtime_ms}ms InitFunction: {self.function_ms}ms"
        return f"Coldstart: {total}ms ({phases})"


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """One invocation and what it left behind."""

    status_code: int
    """200, or the code that SCF reports for this failure (`Status`)."""
    request_id: str
    result: object = None
    """What the handler returned, after a round trip through JSON; None unless the status is 200."""
    error: dict[str, object] | None = None
    """What SCF answers instead: errorCode, errorMessage, requestId, statusCode and, if the function raised,
    stackTrace. None on success."""
    log: tuple[str, ...] = ()
    """Lines: SCF's own and whatever the function wrote to stdout and stderr. Empty if nothing ran."""
    duration_ms: int = 0
    """Of the handler alone."""
    memory_used_mb: float = 0.0
    """The instance's highest resident memory so far; 0 where the system does not tell."""
    cold_start: ColdStart | None = None
    """None if a warm instance served."""

    @property
    def cold(self) -> bool:
        """Whether a new instance was started."""
        return self.cold_start is not None


def error_body(reply: Reply, request_id: str) -> dict[str, object]:
    """What SCF answers for a failed invocation."""
    return {
        "errorCode": -1,
        "errorMessage": reply.message,
        "requestId": request_id,
        **({"stackTrace": reply.trace} if reply.trace else {}),
        "statusCode": int(reply.status),
    }


def log_lines(run: Invocation, memory_mb: int, printed: str) -> tuple[str, ...]:
    """The function's log as SCF frames it."""
    request_id = run.request_id
    answer = json.dumps(run.result if run.error is None else run.error, ensure_ascii=False)
    usage = f"MemUsage:{run.memory_used_mb:.2f}MB"
    lines = [f"START RequestId:{request_id}"]
    if run.cold_start:
        lines.append(f"Init Report RequestId: {request_id} {run.cold_start} Memory: {memory_mb}MB {usage}")
    lines += printed.split("\n") if printed else []
    if run.error:
        lines.append(f"ERROR RequestId:{request_id} Result:{answer}")
    lines.append(f"Response RequestId:{request_id} RetMsg:{answer}")
    lines.append(f"END RequestId:{request_id}")
    lines.append(f"Report RequestId:{request_id} Duration:{run.duration_ms}ms Memory:{memory_mb}MB {usage}")
    return tuple(lines)
