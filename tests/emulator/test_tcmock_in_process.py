"""`mock_tencentcloud` in all its forms, and what it leaves alone."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential, EnvironmentVariableCredential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tcmock import Cloud, ThreadedServer, mock_tencentcloud

VARIABLES = (
    "TENCENTCLOUD_SECRETID",
    "TENCENTCLOUD_SECRETKEY",
    "TENCENTCLOUD_SESSIONTOKEN",
    "TENCENTCLOUD_SECRET_ID",
    "TENCENTCLOUD_SECRET_KEY",
)


def count() -> int:
    """How many groups a client sees that takes its keys from the environment."""
    key = EnvironmentVariableCredential().get_credential()
    client = CommonClient("vpc", "2017-03-12", key, "ap-guangzhou")
    return int(client.call_json("DescribeSecurityGroups", {})["Response"]["TotalCount"])


def cloud_of(groups: int) -> Cloud:
    """A cloud with that many groups."""
    cloud = Cloud()
    for _ in range(groups):
        cloud.account("100000000001").region("ap-guangzhou").add_security_group()
    return cloud


def test_as_a_context_manager() -> None:
    """It gives the cloud that answers."""
    with mock_tencentcloud() as cloud:
        assert count() == 0
        cloud.account("100000000001").region("ap-guangzhou").add_security_group()
        assert count() == 1


@mock_tencentcloud
def test_as_a_bare_decorator() -> None:
    """Every call of the function gets a new cloud."""
    assert count() == 0


@mock_tencentcloud()
def test_as_a_called_decorator() -> None:
    """The same, with brackets."""
    assert count() == 0


@mock_tencentcloud(cloud_of(3))
def test_as_a_decorator_with_a_cloud() -> None:
    """The cloud that was made before answers."""
    assert count() == 3


@pytest.mark.parametrize("number", [1, 2])
@mock_tencentcloud
def test_arguments_and_fixtures_pass(number: int, tmp_path: Any) -> None:
    """The signature stays visible to pytest."""
    assert count() == 0
    assert number in (1, 2)
    assert tmp_path.exists()


@mock_tencentcloud
class TestDecoratedClass:
    """Each test method gets a cloud of its own."""

    def test_method(self) -> None:
        """Methods keep `self`."""
        assert isinstance(self, TestDecoratedClass)
        assert count() == self.helper()

    def helper(self) -> int:
        """Not a test: left alone."""
        assert not hasattr(TestDecoratedClass.helper, "__wrapped__")
        assert hasattr(TestDecoratedClass.test_method, "__wrapped__")
        return 0


def test_as_a_fixture(tencentcloud: Cloud) -> None:
    """From the plug-in, without any import."""
    tencentcloud.account("100000000001").region("ap-guangzhou").add_security_group()
    assert count() == 1


def test_each_call_of_a_decorated_function_starts_anew() -> None:
    """Nothing is left over from the one before."""

    @mock_tencentcloud
    def make() -> int:
        key = EnvironmentVariableCredential().get_credential()
        client = CommonClient("vpc", "2017-03-12", key, "ap-guangzhou")
        client.call_json("CreateSecurityGroup", {"GroupName": "x", "GroupDescription": ""})
        return count()

    assert [make(), make()] == [1, 1]


def test_generators_and_coroutines_are_refused() -> None:
    """Their bodies would run after the mock is gone."""

    def generator() -> Iterator[int]:
        yield 1

    async def coroutine() -> None: ...

    for function in (generator, coroutine):
        with pytest.raises(TypeError, match=function.__name__):
            mock_tencentcloud(function)
    assert inspect.isgenerator(generator())
    with pytest.raises(TypeError, match="not int"):
        mock_tencentcloud(5)  # type: ignore[call-overload]


def test_the_innermost_answers_and_leaves_the_outer_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clouds and variables, also when the block is left by an exception."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TENCENTCLOUD_SECRETID", "mine")
    before = requests.adapters.HTTPAdapter.send
    inner = Cloud()
    inner.load({"schema": "tcmock/state/v1", "accounts": {"100000000002": {}}})

    @mock_tencentcloud(inner)
    def fail() -> None:
        assert count() == 0
        assert os.environ["TENCENTCLOUD_SECRET_ID"] == inner.credentials.secret_id
        raise LookupError

    with mock_tencentcloud(cloud_of(1)) as outer:
        with pytest.raises(LookupError):
            fail()
        assert count() == 1
        assert os.environ["TENCENTCLOUD_SECRET_ID"] == outer.credentials.secret_id
    assert requests.adapters.HTTPAdapter.send is before
    assert {name: os.environ.get(name) for name in VARIABLES} == {
        **dict.fromkeys(VARIABLES),
        "TENCENTCLOUD_SECRETID": "mine",
    }


def test_one_mock_may_be_entered_twice() -> None:
    """Each entry has its own end."""
    mock = mock_tencentcloud()
    with mock as first, mock as second:
        assert first is not second
        assert count() == 0


def test_both_spellings_of_the_variables_are_set() -> None:
    """SCF's names and those of the SDK; a token is there even when it is empty."""
    cloud = Cloud()
    key = cloud.credentials
    with mock_tencentcloud(cloud):
        found = [os.environ[name] for name in VARIABLES]
    assert found == [key.secret_id, key.secret_key, "", key.secret_id, key.secret_key]


@pytest.mark.parametrize(
    ("product", "code"), [("cbs", "NoSuchProduct"), ("lighthouse", "NoSuchProduct"), ("vpc", "InvalidAction")]
)
def test_nothing_of_tencent_cloud_reaches_the_net(product: str, code: str) -> None:
    """What is not emulated is answered, with an error."""
    with mock_tencentcloud() as cloud:
        key = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
        client = CommonClient(product, "2017-03-12", key, "ap-guangzhou")
        with pytest.raises(TencentCloudSDKException) as caught:
            client.call_json("DescribeSomething", {})
    assert caught.value.get_code() == code


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    "url",
    [
        "https://tencentcloudapi.com",
        "http://vpc.internal.tencentcloudapi.com:80/x",
        "https://VPC.tencentcloudapi.com?a",
    ],
)
def test_every_method_and_host_of_the_domain_is_caught(method: str, url: str) -> None:
    """Unsigned, at any level of the domain, on any port."""
    with mock_tencentcloud():
        answer = requests.request(method, url, timeout=1)
    assert "Error" in answer.json()["Response"]


def test_other_hosts_are_left_alone(cloud: Cloud) -> None:
    """They reach whatever they would reach without the mock: the net, or another mock."""
    with ThreadedServer(cloud) as server, mock_tencentcloud():
        assert (
            requests.get(server.endpoint, timeout=5).json()["Response"]["Error"]["Code"] == "MissingParameter"
        )
    with responses.RequestsMock() as others:
        others.get("https://hooks.example.org/x", json={"ok": True})
        with mock_tencentcloud():
            assert requests.get("https://hooks.example.org/x", timeout=1).json() == {"ok": True}
            assert count() == 0
    assert cloud.calls


def test_a_host_that_only_looks_like_it_is_another_host() -> None:
    """The domain must end the host name."""
    url = "https://tencentcloudapi.com.example.org/"
    with responses.RequestsMock() as others:
        others.get(url, json={"ok": True})
        with mock_tencentcloud() as cloud:
            assert requests.get(url, timeout=1).json() == {"ok": True}
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("tcmock", ["tcmock.cloud", "msgspec", "responses", "werkzeug", "requests"]),
        ("tcmock.pytest_plugin", ["tcmock.cloud", "msgspec", "responses", "werkzeug", "requests"]),
        (
            "tcmock.cloud",
            ["responses", "werkzeug", "requests", "sgguard", "scfshim", "sglab", "tencentcloud"],
        ),
        ("tcmock.in_process", ["werkzeug", "responses"]),
        ("tcmock.server", ["responses", "requests"]),
        ("tcmock.proxy", ["responses", "requests", "trustme"]),
        ("tcmock.replay", ["responses", "requests", "werkzeug"]),
    ],
)
def test_what_importing_does_not_bring_along(module: str, absent: list[str]) -> None:
    """Every pytest run loads the plug-in; nobody pays for a face that is not used."""
    code = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there() -> None:
    """The lazy package says so like any other."""
    import tcmock

    assert sorted(tcmock.__all__) == tcmock.__all__
    assert all(getattr(tcmock, name) for name in tcmock.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'mock_aws'"):
        tcmock.mock_aws  # noqa: B018 - the access is the test
