"""Which failures are retried, and when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scfshim import ApiError, Retry, ShimError, TransportError
from scfshim.errors import DeadlineError, api_error
from scfshim.retry import is_read, may_retry

READ, WRITE = "DescribeVpcs", "CreateSecurityGroupPolicies"


def refused(code: str) -> ApiError:
    return api_error(code)(code, "no", "req-1", READ)


def lost(*, sent: bool | None) -> TransportError:
    return TransportError(READ, "lost", sent=sent)


class Calls:
    """Fails with each of the errors in turn, then answers."""

    def __init__(self, *errors: ShimError) -> None:
        self.errors: Iterator[ShimError] = iter(errors)
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        for error in self.errors:
            raise error
        return "answer"


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, left: float = 1000.0) -> None:
        self.left = left
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.left -= seconds

    def remaining(self) -> float:
        """What the retry may still use."""
        return self.left


def retry(time: Time, draw: float = 1.0) -> Retry:
    return Retry(sleep=time.sleep, random=lambda: draw)


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (refused("RequestLimitExceeded"), True, True),
        (refused("RequestLimitExceeded.UinLimitExceeded"), True, True),
        (refused("InternalError"), True, False),
        (refused("InternalError.Db"), True, False),
        (refused("ServiceUnavailable"), True, False),
        (refused("LimitExceeded"), False, False),
        (refused("InvalidParameterValue"), False, False),
        (refused("UnsupportedOperation.VersionMismatch"), False, False),
        (lost(sent=False), True, True),
        (lost(sent=None), True, False),
        (lost(sent=True), True, False),
    ],
)
def test_what_may_be_made_again(error: ApiError | TransportError, *, read: bool, write: bool) -> None:
    assert may_retry(READ, error) is read
    assert may_retry(WRITE, error) is write


@pytest.mark.parametrize("action", ["DescribeVpcs", "GetResources", "ListTags", "CheckAssistantCidr"])
def test_reads(action: str) -> None:
    assert is_read(action)


@pytest.mark.parametrize("action", ["CreateX", "ReplaceSecurityGroupPolicy", "Frobnicate", "UndescribeX"])
def test_whatever_is_no_read_is_a_write(action: str) -> None:
    assert not is_read(action)


def test_an_answer_is_never_asked_for_twice() -> None:
    time, calls = Time(), Calls(refused("RequestLimitExceeded"))
    assert retry(time).run(READ, calls, time.remaining) == "answer"
    assert calls.made == 2


def test_waits_double_up_to_the_cap() -> None:
    waits = Retry(tries=7, random=lambda: 1.0).waits()
    assert list(waits) == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_waits_are_drawn_from_zero() -> None:
    assert list(Retry(random=lambda: 0.0).waits()) == [0.0, 0.0, 0.0]


def test_the_last_error_is_raised_after_four_tries() -> None:
    time = Time()
    calls = Calls(*(refused(f"RequestLimitExceeded.{name}") for name in "ABCDE"))
    with pytest.raises(ApiError.RequestLimitExceeded.D):
        retry(time).run(READ, calls, time.remaining)
    assert calls.made == 4
    assert time.slept == [0.2, 0.4, 0.8]


def test_a_write_whose_answer_was_lost_is_made_once() -> None:
    time, calls = Time(), Calls(lost(sent=None))
    with pytest.raises(TransportError):
        retry(time).run(WRITE, calls, time.remaining)
    assert calls.made == 1


def test_no_wait_goes_past_the_deadline() -> None:
    time, calls = Time(left=0.5), Calls(*[refused("RequestLimitExceeded")] * 3)
    with pytest.raises(ApiError.RequestLimitExceeded):
        retry(time).run(READ, calls, time.remaining)
    assert time.slept == [0.2]
    assert calls.made == 2


def test_other_errors_are_not_retried() -> None:
    time, calls = Time(), Calls(DeadlineError("late"))
    with pytest.raises(DeadlineError):
        retry(time).run(READ, calls, time.remaining)
    assert calls.made == 1


def test_attempts_are_not_nested_in_each_other() -> None:
    """An error must not carry an earlier attempt's: that one may prove what this one does not."""
    time, second = Time(), lost(sent=None)
    calls = Calls(lost(sent=False), second)
    with pytest.raises(TransportError):
        retry(time).run(WRITE, calls, time.remaining)
    assert second.__context__ is None
