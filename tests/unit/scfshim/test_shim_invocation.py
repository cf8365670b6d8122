"""The log and the error body, as SCF words them."""

from __future__ import annotations

from scfshim.invocation import ColdStart, Invocation, Reply, Status, error_body, log_lines

WARM = Invocation(
    status_code=200, request_id="req-1", result={"a": "é"}, duration_ms=12, memory_used_mb=29.734
)


def test_log_of_a_warm_success() -> None:
    assert log_lines(WARM, 128, "one\ntwo") == (
        "START RequestId:req-1",
        "one",
        "two",
        'Response RequestId:req-1 RetMsg:{"a": "é"}',
        "END RequestId:req-1",
        "Report RequestId:req-1 Duration:12ms Memory:128MB MemUsage:29.73MB",
    )


def test_log_of_a_cold_failure() -> None:
    error = error_body(Reply(Status.USER_CODE_EXCEPTION, trace="Traceback…"), "req-1")
    run = Invocation(status_code=430, request_id="req-1", error=error, cold_start=ColdStart(8, 158))
    lines = log_lines(run, 640, "")
    assert run.cold
    assert lines[1] == (
        "Init Report RequestId: req-1 Coldstart: 166ms (PullCode: 0ms InitRuntime: 8ms InitFunction: 158ms) "
        "Memory: 640MB MemUsage:0.00MB"
    )
    assert [line.split()[0] for line in lines] == ["START", "Init", "ERROR", "Response", "END", "Report"]
    assert '"errorMessage": "user code exception caught"' in lines[2]


def test_error_body() -> None:
    assert error_body(Reply(Status.TIME_LIMIT, message="too slow"), "req-1") == {
        "errorCode": -1,
        "errorMessage": "too slow",
        "requestId": "req-1",
        "statusCode": 433,
    }
