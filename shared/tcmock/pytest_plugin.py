"""The fixture `tencentcloud`. Every pytest run loads this, so the emulator is imported on first use only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tcmock.cloud import Cloud


@pytest.fixture
def tencentcloud() -> Iterator[Cloud]:
    """A fresh `tcmock.Cloud` that answers every call to Tencent Cloud made during the test."""
    from tcmock.in_process import mock_tencentcloud

    with mock_tencentcloud() as cloud:
        yield cloud
