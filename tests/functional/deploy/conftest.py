from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.build import Places, build
from deploy.interpreter import find_interpreter
from deploy.inventory import Manifest
from deploy.reading import read_service
from deploy.service import Service
from sgguard.errors import GuardError

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def python310() -> Path:
    """The runtime's interpreter."""
    try:
        return find_interpreter()
    except GuardError as error:
        pytest.skip(error.diagnostics())


@pytest.fixture(scope="session")
def service() -> Service:
    return read_service(json.loads((ROOT / "docs" / "service.example.json").read_text()))


@pytest.fixture(scope="session")
def built(
    python310: Path,  # noqa: ARG001 - skips where there is none
    service: Service,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, Manifest]:
    """The zips of this checkout."""
    output = tmp_path_factory.mktemp("build")
    return output, build(service, Places(ROOT, output))
