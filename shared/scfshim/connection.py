"""One attempt of one call, through the vendor's CommonClient, and the truth about how it ended.

The generated clients are not used: they cost memory and time. Neither are the SDK's retryer and region
breaker, which repeat calls that have succeeded or hide the error.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import msgspec
import requests
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from urllib3.exceptions import ConnectTimeoutError

from scfshim.credentials import Credentials
from scfshim.errors import ApiError, SettingError, TransportError, api_error

for _name in ("tencentcloud_sdk_common", "urllib3"):
    logging.getLogger(_name).setLevel(max(logging.getLogger(_name).level, logging.WARNING))
# At DEBUG the SDK logs Authorization and X-TC-Token, so its level alone is not trusted: anybody may lower it.
logging.getLogger("tencentcloud_sdk_common").addFilter(lambda record: record.levelno >= logging.WARNING)


class Envelope(msgspec.Struct, frozen=True, rename="pascal"):
    """What every API answer is wrapped in."""

    response: dict[str, object]


class Failure(msgspec.Struct, frozen=True, rename="pascal"):
    """The `Error` member of a refused call."""

    code: str
    message: str


class Connection:
    """Kept-alive connections to one product in one region.

    Credentials and timeouts come with each call, so a connection outlives both. For one thread at a time.
    """

    def __init__(self, service: str, version: str, region: str, endpoint: str | None) -> None:
        scheme, host = split_endpoint(endpoint) if endpoint else ("https", f"{service}.tencentcloudapi.com")
        profile = ClientProfile(
            httpProfile=HttpProfile(protocol=scheme, endpoint=host, keepAlive=True), language="en-US"
        )
        self._host = host
        self._client = CommonClient(service, version, None, region, profile)
        # The SDK has read HTTPS_PROXY by now. A .netrc would put its own password in place of the signature,
        # and looking through the environment again costs more than the signature does.
        self._client.request.conn._session.trust_env = False  # noqa: SLF001

    def send(
        self,
        action: str,
        params: dict[str, object],
        credentials: Credentials,
        timeouts: tuple[float, float],
    ) -> dict[str, object]:
        """Make one call, once. Returns the content of `Response`, RequestId included.

        `timeouts`: seconds to connect, and seconds between two pieces of the answer.

        Raises:
            ApiError: the API answered with an error.
            TransportError: there is no answer that can be read.
        """
        self._client.credential = credentials
        self._client.request.conn.timeout = timeouts
        try:
            answer = msgspec.convert(self._client.call_json(action, params), Envelope).response
            # The SDK raises it only under exactly "application/json"
            failure = msgspec.convert(answer.get("Error"), Failure | None)
        except TencentCloudSDKException as error:
            # "from None": the SDK's text may quote a header
            raise self._translated(action, error, credentials) from None
        except requests.RequestException as error:  # the SDK reads the body outside its own try
            reason = f"the answer of {self._host} broke off ({type(error).__name__})"
            raise TransportError(action, reason, sent=True) from None
        except (ValueError, LookupError, TypeError, msgspec.ValidationError):
            reason = f"what {self._host} answered is no API answer"
            raise TransportError(action, reason, sent=True) from None
        if failure:
            raise _refusal(action, failure, str(answer.get("RequestId")), credentials)
        return answer

    def _translated(
        self, action: str, error: TencentCloudSDKException, credentials: Credentials
    ) -> ApiError | TransportError:
        if error.code == "ClientNetworkError":
            cause = error.__context__
            reason = f"{self._host} could not be asked ({_names(cause)})"
            return TransportError(action, reason, sent=False if never_connected(cause) else None)
        if error.code == "ServerNetworkError":
            return TransportError(action, f"{self._host} answered with an HTTP error status", sent=True)
        failure = Failure(str(error.code), str(error.message))
        return _refusal(action, failure, str(error.requestId), credentials)


def split_endpoint(endpoint: str) -> tuple[str, str]:
    """``http://127.0.0.1:8801`` -> scheme and host with port.

    Raises:
        SettingError: no scheme, or more than scheme, host and port. Never quotes what may hold a password.
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError(
            "the endpoint (argument or TENCENTCLOUD_ENDPOINT) has no scheme; write it as http://127.0.0.1:8801"
        )
    if "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingError(f"the endpoint takes no more than {parts.scheme}://{parts.hostname} and a port")
    return parts.scheme, parts.netloc


def never_connected(cause: BaseException | None) -> bool:
    """Whether a `requests` error proves that no connection was made: refused, unresolved, or timed out.

    Looks at urllib3's stated reason only. The chain of contexts is no proof: it also holds whatever else the
    caller was handling, such as an earlier call.
    """
    return isinstance(_reason(cause), ConnectTimeoutError)


def _reason(cause: BaseException | None) -> object:
    return getattr(cause.args[0], "reason", None) if cause and cause.args else None


def _names(cause: BaseException | None) -> str:
    # names, not texts: a text may quote a header or a proxy's password
    return ", ".join(type(error).__name__ for error in (cause, _reason(cause)) if error)


def _refusal(action: str, failure: Failure, request_id: str, credentials: Credentials) -> ApiError:
    message = credentials.hide_in(failure.message)
    return api_error(failure.code)(failure.code, message, request_id, action)
