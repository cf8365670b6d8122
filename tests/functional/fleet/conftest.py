"""A cloud in process, and readers over it as in production."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from readers import tencent_readers

from sgguard.facts import Readers
from tcmock import Cloud, mock_tencentcloud
from tcmock.region import Region

REGION = "ap-guangzhou"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_tencentcloud() as cloud:
        yield cloud


@pytest.fixture
def region(cloud: Cloud) -> Region:
    return cloud.account("100000000001").region(REGION)


@pytest.fixture
def readers(cloud: Cloud) -> Readers:
    assert cloud
    return tencent_readers()
