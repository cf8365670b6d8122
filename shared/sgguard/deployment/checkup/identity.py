"""Who asks, and whether the clock is right."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

import requests

from sgguard.deployment.checkup.line import Line, ok, problem, unknown
from sgguard.deployment.management_api import Cloud, CloudError

CHECK, CLOCK = "credentials", "clock"
SKEW = 60
"""Seconds. The API refuses what is signed more than 300 away from its own clock
(https://www.tencentcloud.com/document/product/215/33200)."""
HOST = "https://sts.tencentcloudapi.com"
_EXPIRED = "AuthFailure.SignatureExpire"


def credentials(cloud: Cloud) -> Iterator[Line]:
    """Whether the API knows who asks."""
    try:
        answer = cloud.call("sts", "GetCallerIdentity")
    except CloudError as error:
        if error.code == _EXPIRED:
            fix = "Set this machine's clock, for example with NTP, and run it again."
            yield problem(CLOCK, "The API refuses the signature as too old or too new.", fix)
        fix = error.next_step or "Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY."
        yield problem(CHECK, str(error), fix)
        return
    yield ok(CHECK, f"account {answer.get('AccountId')}, {answer.get('Type')}")


def clock(now: Callable[[], float]) -> Iterator[Line]:
    """How far this machine's clock is from the API's."""
    endpoint = os.environ.get("TENCENTCLOUD_ENDPOINT") or HOST
    try:
        answered = requests.head(endpoint, timeout=5, allow_redirects=False).headers["Date"]
        skew = now() - parsedate_to_datetime(answered).timestamp()
    except (requests.RequestException, KeyError, ValueError) as error:
        fix = "Check the network; calls more than 300 seconds off are refused."
        yield unknown(CLOCK, f"The API's clock could not be read ({type(error).__name__}).", fix)
        return
    if abs(skew) > SKEW:
        fix = "Set this machine's clock, for example with NTP: more than 300 seconds off, calls are refused."
        yield problem(CLOCK, f"This machine's clock is {skew:+.0f} s off.", fix)
    else:
        yield ok(CLOCK, f"{skew:+.0f} s off")
