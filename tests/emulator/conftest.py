"""Clients of the emulator that know nothing of it: the official typed SDK, and requests signed by hand.

`TCMOCK_FACE=in-process|server|proxy` sends every test's calls that way. Without it, `api` takes the first
two in turn and `local` the first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tcmock import Cloud, Request, ThreadedProxy, ThreadedServer, mock_tencentcloud
from tcmock.proxy import Authority

ACCOUNT = "100000000001"
REGION = "ap-guangzhou"
SERVICES = {
    "vpc": ("tencentcloud.vpc.v20170312", "VpcClient"),
    "cvm": ("tencentcloud.cvm.v20170312", "CvmClient"),
    "tke": ("tencentcloud.tke.v20180525", "TkeClient"),
}
FACE = os.environ.get("TCMOCK_FACE", "")
SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


class Api:
    """Calls by name: typed request in, typed answer out, both as plain JSON."""

    def __init__(self, cloud: Cloud, http: HttpProfile, face: str) -> None:
        self.cloud = cloud
        self.http = http
        self.face = face

    def client(self, service: str, *, region: str = REGION, key: Any = None, **profile: Any) -> Any:
        """An SDK client with the cloud's own key unless another is given."""
        module, name = SERVICES[service]
        key = key or self.cloud.credentials
        about = ClientProfile(httpProfile=self.http)
        for attribute, value in profile.items():
            setattr(about, attribute, value)
        credential = Credential(key.secret_id, key.secret_key, key.token or None)
        return getattr(import_module(f"{module}.{service}_client"), name)(credential, region, about)

    def __call__(self, service: str, action: str, /, **params: Any) -> dict[str, Any]:
        """The answer to a call, as the typed models understand it."""
        models = import_module(f"{SERVICES[service][0]}.models")
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(params))
        with (
            warnings.catch_warnings()
        ):  # the SDK warns of every member it does not know, such as the recorded Diff
            warnings.filterwarnings("ignore", message=".* fileds are useless", category=UserWarning)
            return json.loads(getattr(self.client(service), action)(request).to_json_string())

    def raw(self, service: str, action: str, /, **params: Any) -> dict[str, Any]:
        """The answer to a call, with members that the models do not know."""
        return self.client(service).call_json(action, params)["Response"]

    def error(self, service: str, action: str, /, **params: Any) -> str:
        """The error code of a call that must fail."""
        with pytest.raises(TencentCloudSDKException) as caught:
            self.raw(service, action, **params)
        assert caught.value.get_request_id()
        return caught.value.get_code()

    def silence(self, service: str, action: str, /, **params: Any) -> str:
        """The client's own error code for a call that gets no answer at all."""
        self.http.reqTimeout = 3
        with pytest.raises(TencentCloudSDKException) as caught:
            self.raw(service, action, **params)
        assert not caught.value.get_request_id()
        assert "timed out" not in str(caught.value)
        return caught.value.get_code()

    def rows(self, group_id: str, direction: str = "Ingress") -> list[dict[str, Any]]:
        """The rows of one direction."""
        return self.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group_id)[
            "SecurityGroupPolicySet"
        ][direction]

    def version(self, group_id: str) -> str:
        """The version of a group's rows."""
        return self.raw("vpc", "DescribeSecurityGroupPolicies", SecurityGroupId=group_id)[
            "SecurityGroupPolicySet"
        ]["Version"]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """A cloud with one account and nothing in it; what its functions have started ends with the test."""
    with Cloud(seed=1) as cloud:
        yield cloud


@pytest.fixture
def region(cloud: Cloud) -> Any:
    """The builder of the region that clients use."""
    return cloud.account(ACCOUNT).region(REGION)


@contextmanager
def through(face: str, cloud: Cloud) -> Iterator[Api]:
    """Calls through one way in."""
    if face == "in-process":
        with mock_tencentcloud(cloud):
            yield Api(cloud, HttpProfile(), face)
    elif face == "server":
        with ThreadedServer(cloud) as server:
            http = HttpProfile(endpoint=server.endpoint.removeprefix("http://"), protocol="http")
            yield Api(cloud, http, face)
    elif face == "proxy":
        with ThreadedProxy(cloud, authority=authority()) as proxy:
            http = HttpProfile(proxy=proxy.endpoint, certification=str(proxy.ca_file))
            yield Api(cloud, http, face)
    else:
        raise pytest.UsageError(f"TCMOCK_FACE is `{face}`; set it to in-process, server or proxy")


@cache
def authority() -> Authority:
    """One for all tests: it has no state."""
    return Authority()


@pytest.fixture(params=[FACE] if FACE else ["in-process", "server"])
def api(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Api]:
    """The same calls through more than one way in."""
    with through(request.param, cloud) as api:
        yield api


@pytest.fixture
def local(cloud: Cloud) -> Iterator[Api]:
    """Calls through the cheapest way in, where the way does not matter."""
    with through(FACE or "in-process", cloud) as api:
        yield api


@pytest.fixture(params=["in-process", "server", "proxy"])
def everywhere(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Api]:
    """The same calls through all ways in, whatever `TCMOCK_FACE` says."""
    with through(request.param, cloud) as api:
        yield api


def hand_signed(cloud: Cloud, action: str, params: Any = None, **changes: Any) -> Request:
    """A request signed without the SDK or the emulator; `changes` replace what would be right.

    Names of headers act after signing, and None removes one. `host`, `service`, `body`, `content_type`,
    `secret_key`, `secret_id`, `timestamp`, `date`, `signed` and `authorization` act before.
    """
    key = cloud.credentials
    now = int(changes.pop("timestamp", time.time()))  # noqa: TID251 - a client signs with the real clock
    service = changes.pop("service", "vpc")
    host = changes.pop("host", f"{service}.tencentcloudapi.com")
    body = changes.pop("body", json.dumps(params or {}).encode())
    date = changes.pop("date", time.strftime("%Y-%m-%d", time.gmtime(now)))
    signed = changes.pop("signed", "content-type;host")
    content_type = changes.pop("content_type", "application/json")
    values = {"content-type": content_type, "host": host, "x-tc-action": action.lower()}
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            *(f"{name}:{values[name]}" for name in signed.split(";")),
            "",
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{date}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = f"TC3{changes.pop('secret_key', key.secret_key)}".encode()
    for part in (date, service, "tc3_request"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    proof = hmac.digest(secret, text.encode(), "sha256").hex()
    secret_id = changes.pop("secret_id", key.secret_id)
    authorization = (
        f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={proof}"
    )
    headers = {
        "Authorization": changes.pop("authorization", authorization),
        "Content-Type": content_type,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": "2017-03-12",
        "X-TC-Timestamp": str(now),
        "X-TC-Region": REGION,
    }
    headers.update(changes)
    return Request(
        "POST", "/", "", {name: value for name, value in headers.items() if value is not None}, body
    )


@pytest.fixture
def sign(cloud: Cloud) -> Callable[..., Request]:
    """`hand_signed` for the cloud of the test."""
    return lambda action, params=None, **changes: hand_signed(cloud, action, params, **changes)


@pytest.fixture
def recording() -> Callable[[str], Any]:
    """Reads a recorded answer, or skips the test where the recordings are absent."""

    def read(name: str) -> Any:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip("recorded answers are not part of the project")
        return json.loads(path.read_text(encoding="utf-8"))

    return read


def tcp(port: str, source: str = "10.0.0.0/8", action: str = "ACCEPT", **more: Any) -> dict[str, Any]:
    """A row."""
    return {"Protocol": "TCP", "Port": port, "CidrBlock": source, "Action": action, **more}


@pytest.fixture(name="tcp")
def tcp_fixture() -> Callable[..., dict[str, Any]]:
    """Makes rows for TCP."""
    return tcp
