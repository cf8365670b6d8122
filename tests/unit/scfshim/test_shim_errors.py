"""Dotted codes as classes, and messages that say what happened."""

from __future__ import annotations

import pytest

from scfshim import ApiError, ParameterError, ShimError, TransportError
from scfshim.errors import api_error


def raised(code: str) -> ApiError:
    return api_error(code)(code, "moved", "req-1", "ReplaceSecurityGroupPolicy")


def test_a_dotted_code_is_caught_as_itself_as_its_family_and_as_any() -> None:
    error = raised("UnsupportedOperation.VersionMismatch")
    for kind in (
        ApiError.UnsupportedOperation.VersionMismatch,
        ApiError.UnsupportedOperation,
        ApiError,
        ShimError,
    ):
        with pytest.raises(kind):
            raise error
    assert not isinstance(error, ApiError.UnsupportedOperation.InstanceState)
    assert not isinstance(error, ApiError.InvalidParameter)


def test_a_family_is_not_its_member() -> None:
    assert not isinstance(raised("UnsupportedOperation"), ApiError.UnsupportedOperation.VersionMismatch)


def test_a_code_has_one_class() -> None:
    assert api_error("A.B.C") is ApiError.A.B.C
    assert ApiError.A.B.C.__mro__[1:3] == (ApiError.A.B, ApiError.A)


def test_the_instance_tells_what_happened() -> None:
    error = raised("LimitExceeded")
    assert (error.code, error.message, error.request_id) == ("LimitExceeded", "moved", "req-1")
    assert str(error) == "ReplaceSecurityGroupPolicy was refused with LimitExceeded: moved (request id req-1)"


def test_lower_case_is_no_code() -> None:
    with pytest.raises(AttributeError, match="no unsupported"):
        _ = ApiError.unsupported


@pytest.mark.parametrize(
    ("sent", "consequence"),
    [(False, "was not sent."), (None, "may have been applied."), (True, "may have been applied.")],
)
def test_a_transport_error_says_whether_the_call_may_have_run(sent: bool | None, consequence: str) -> None:  # noqa: FBT001 - a value under test
    assert str(TransportError("CreateX", "it broke off", sent=sent)).endswith(consequence)


def test_a_parameter_error_lists_every_problem() -> None:
    error = ParameterError("CreateX", ["A is missing", "B is unknown"])
    assert error.problems == ("A is missing", "B is unknown")
    assert str(error) == "CreateX was not sent:\nA is missing\nB is unknown"
