"""The calls that set up, look at and take away a deployment: products that the guard itself does not call."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from scfshim import ApiError, CredentialProvider, Retry, ShimError, TransportError, environment_credentials
from scfshim.connection import Connection
from scfshim.spec import services
from sgguard.errors import GuardError

VERSIONS: Final[Mapping[str, str]] = {
    "cam": "2019-01-16",
    "eb": "2021-04-16",
    "scf": "2018-04-16",
    "sts": "2018-08-13",
    **{name: service.version for name, service in services().items() if "/" not in name},
}
"""API version of each product; another is asked for as ``tke/2022-05-01``."""
PAGE = 100
"""Items of one page: what eb and scf give at most."""
_TIMEOUTS = (5.0, 60.0)  # a zip is sent in one call
_DENIED = re.compile(r"operation \(([a-z]+:\w+)\)")


class Cloud(Protocol):
    """What can be asked of the cloud."""

    def call(self, service: str, action: str, **params: object) -> Mapping[str, object]:
        """One call; the content of its `Response`.

        Raises CloudError if the API refuses it or cannot be asked.
        """


class CloudError(GuardError):
    """A call was refused, or has no answer."""

    def __init__(self, message: str, *, code: str, next_step: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.code = code
        """The vendor's, for example ``ResourceNotFound.Function``; empty where there is no answer."""


class ManagementApi:
    """The cloud of one account, in one region."""

    def __init__(
        self,
        region: str,
        *,
        endpoint: str | None = None,
        credentials: CredentialProvider = environment_credentials,
        retry: Retry | None = None,
    ) -> None:
        self._region = region
        self._endpoint = endpoint or os.environ.get("TENCENTCLOUD_ENDPOINT")
        self._credentials = credentials
        self._retry = retry or Retry()
        self._connections: dict[str, Connection] = {}

    def call(self, service: str, action: str, **params: object) -> Mapping[str, object]:
        """Make one call, again where that is safe."""
        try:
            connection = self._connection(service)
            return self._retry.run(
                action,
                lambda: connection.send(action, dict(params), self._credentials(), _TIMEOUTS),
                lambda: float("inf"),
            )
        except ApiError as error:
            raise CloudError(str(error), code=error.code, next_step=advice(service, error)) from error
        except TransportError as error:
            raise CloudError(
                str(error), code="", next_step="Check the network, then run it again."
            ) from error
        except ShimError as error:
            raise CloudError(
                str(error),
                code="",
                next_step="Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN).",
            ) from error

    def _connection(self, service: str) -> Connection:
        if service not in self._connections:
            product, _, version = service.partition("/")
            version = version or VERSIONS[product]
            self._connections[service] = Connection(product, version, self._region, self._endpoint)
        return self._connections[service]


def listed(
    cloud: Cloud, service: str, action: str, member: str, **params: object
) -> Iterator[dict[str, object]]:
    """Every item of a listing, by Offset and Limit."""
    offset = 0
    while True:
        answer = cloud.call(service, action, Offset=offset, Limit=PAGE, **params)
        items = answer.get(member)
        page = items if isinstance(items, list) else []
        yield from page
        offset += len(page)
        total = answer.get("TotalCount")
        if not page or not isinstance(total, int) or offset >= total:
            return


def missing_action(error: ApiError | CloudError) -> str:
    """The CAM action that a refusal asks for, such as ``scf:CreateFunction``; empty if it names none."""
    found = _DENIED.search(str(error))
    return found[1] if found else ""


def advice(service: str, error: ApiError) -> str:
    """What helps against a refusal."""
    if error.code.startswith(("UnauthorizedOperation", "AuthFailure.UnauthorizedOperation")):
        action = missing_action(error) or f"{service}:{error.action}"
        return (
            f'Add to the policy of whoever runs this: {{"effect": "allow", "action": ["{action}"], '
            '"resource": ["*"]}, then run it again.'
        )
    if error.code.startswith("AuthFailure"):
        return "The credentials are not accepted: check TENCENTCLOUD_SECRET_ID, _KEY, _TOKEN and the clock."
    if "LimitExceeded" in error.code and not error.code.startswith("RequestLimitExceeded"):
        return (
            f"A quota of {service} is reached: remove what is not needed, or ask for more by a ticket "
            "(https://console.cloud.tencent.com/workorder), then run it again."
        )
    if error.code.startswith("FailedOperation.PolicyActionNotExist") or "ActionNotExist" in error.message:
        return "The account knows no action of that name: docs/verify-live.md says how to find the right one."
    return ""
