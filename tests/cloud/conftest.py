"""One body for two clouds: the emulated one always, a real account when it is asked for.

    SGGUARD_VERIFY=1 TENCENTCLOUD_SECRET_ID=… TENCENTCLOUD_SECRET_KEY=… \
        python -m pytest -m cloud_verified tests/cloud

What a test makes in an account is called ``sgguard-verify-…`` and removed again (docs/verify-live.md).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sgguard.deployment.management_api import ManagementApi
from tcmock import Cloud, ThreadedServer

REGION = "ap-guangzhou"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Without an account only the emulator is a cloud."""
    if "place" in metafunc.fixturenames:
        account = pytest.param("account", marks=pytest.mark.cloud_verified)
        metafunc.parametrize("place", ["emulator", *([account] if os.environ.get("SGGUARD_VERIFY") else [])])


@pytest.fixture
def api(place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagementApi]:
    """The cloud, with credentials that may do everything that the tests do."""
    if place == "account":
        yield ManagementApi(REGION)
        return
    cloud = Cloud()
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", cloud.credentials.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", cloud.credentials.secret_key)
    with ThreadedServer(cloud) as server:
        yield ManagementApi(REGION, endpoint=server.endpoint)


@pytest.fixture
def name() -> str:
    """Of whatever a test makes, nobody else's."""
    return f"sgguard-verify-{secrets.token_hex(4)}"


@pytest.fixture
def undo() -> Iterator[ExitStack]:
    """What takes away again whatever was made; runs however the test ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def pattern() -> Path:
    return Path(__file__).parents[2] / "deploy" / "pattern.json"
