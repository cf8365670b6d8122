from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[3] / "docs" / "service.example.json"
DOCUMENT = json.loads(EXAMPLE.read_text())


@pytest.fixture
def document() -> dict[str, Any]:
    """The example of the documentation, to be changed."""
    return copy.deepcopy(DOCUMENT)
