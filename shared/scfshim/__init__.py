"""A boto-style shim for the Tencent Cloud API and, in `scfshim.runtime`, for the SCF runtime."""

from scfshim.credentials import CredentialProvider, Credentials, environment_credentials
from scfshim.deadline import Deadline
from scfshim.errors import (
    ApiError,
    CredentialsError,
    DeadlineError,
    PaginationError,
    ParameterError,
    SettingError,
    ShimError,
    TransportError,
    UnknownActionError,
    UnknownServiceError,
)
from scfshim.hooks import Call, Outcome
from scfshim.retry import Retry
from scfshim.session import Client, Session

__all__ = [
    "ApiError",
    "Call",
    "Client",
    "CredentialProvider",
    "Credentials",
    "CredentialsError",
    "Deadline",
    "DeadlineError",
    "Outcome",
    "PaginationError",
    "ParameterError",
    "Retry",
    "Session",
    "SettingError",
    "ShimError",
    "TransportError",
    "UnknownActionError",
    "UnknownServiceError",
    "environment_credentials",
]
