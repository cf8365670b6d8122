"""Every unit test of the shim runs without sockets and without the caller's settings."""

import pytest


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    request.getfixturevalue("socket_disabled")
    for name in ("TENCENTCLOUD_ENDPOINT", "TENCENTCLOUD_REGION"):
        monkeypatch.delenv(name, raising=False)
