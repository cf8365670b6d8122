"""A cloud with one cluster, and the guard wired to it as in production."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from sgguard import wiring
from sgguard.pipeline import Guard
from sgguard.settings import read_settings
from sglab.case import read_json
from sglab.inbox import Inbox
from sglab.places import demo_state
from sglab.stage import Stage
from tcmock import Cloud, mock_tencentcloud

GROUP = "sg-demonode"


@pytest.fixture
def state() -> Any:
    """The demo's cloud."""
    return read_json(demo_state(), dict)


@pytest.fixture
def cloud(state: Any) -> Iterator[Cloud]:
    """In process: the vendor's SDK talks to it, no socket is opened to it."""
    with mock_tencentcloud() as cloud:
        cloud.load(state)
        yield cloud


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


@pytest.fixture
def captured() -> LogCapture:
    return LogCapture()


@pytest.fixture
def guard(cloud: Cloud, inbox: Inbox, tmp_path: Path, captured: LogCapture) -> Iterator[Guard]:
    """Enforcing, with a store and a webhook."""
    assert cloud
    environment = {
        "SGGUARD_MODE": "enforce",
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
        "SGGUARD_WEBHOOK": inbox.url,
    }
    structlog.configure(processors=[captured], cache_logger_on_first_use=False)
    yield wiring.build_guard(read_settings(environment), None, structlog.get_logger())
    wiring.forget_instance()


@pytest.fixture
def stage(state: Any) -> Iterator[Stage]:
    """The function in a process of its own, over HTTP."""
    with Stage(mode="enforce", state=state) as stage:
        yield stage
