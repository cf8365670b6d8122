"""One JSON document by HTTP POST, for whatever wants to read it."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec
import requests

from sgguard.model.notification import Delivery, Notification
from sgguard.report.document import notification_document

_TIMEOUT = (3.0, 5.0)
_RETRYABLE = {408, 425, 429, 500, 502, 503, 504}


def check_webhook_url(url: str) -> None:
    """Raise ValueError unless messages may be sent there: https, or http to this very machine.

    The message never repeats the URL, which often holds the secret that allows posting.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("has no host")
    if parts.username or parts.password:
        raise ValueError("holds a user name or password, which ends up in logs on the way")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("is not https; plain http is for receivers on this machine only")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Webhook:
    """Posts notifications to one URL. Only a 2xx answer is success: a redirect is none."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        check_webhook_url(url)
        self._url = url
        self._session = requests.Session()
        # Proxies and .netrc of the environment would see the message, or sign it.
        self._session.trust_env = False

    def deliver(self, notification: Notification) -> Delivery:
        """Post once."""
        try:
            with self._session.post(
                self._url,
                data=msgspec.json.encode(notification_document(notification)),
                headers={"Content-Type": "application/json", "User-Agent": "sgguard"},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,  # the answer's body is of no interest and could be endless
            ) as answer:
                status = answer.status_code
        except requests.RequestException as error:
            # Its text holds the URL.
            return self._delivery("retry", f"no answer: {type(error).__name__}")
        return self._judge(status)

    def _judge(self, status: int) -> Delivery:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._delivery("delivered", f"HTTP {status}")
        if status in _RETRYABLE:
            return self._delivery("retry", f"HTTP {status}")
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return self._delivery("dead", f"HTTP {status}: redirects are not followed; set the final URL")
        return self._delivery("dead", f"HTTP {status}: check SGGUARD_WEBHOOK")

    def _delivery(self, status: str, detail: str) -> Delivery:
        return msgspec.convert({"channel": self.name, "status": status, "detail": detail}, Delivery)
