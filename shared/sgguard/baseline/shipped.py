"""The vendor's baseline as shipped: stated in `tke-*.yaml`, read from `compiled.json`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from sgguard.baseline.requirement import Baseline
from sgguard.model.cluster import Role

SOURCES = ("tke-node.yaml", "tke-master.yaml")
_FOLDER = Path(__file__).parent


def source_path(name: str) -> Path:
    """Where one of `SOURCES` lies."""
    return _FOLDER / name


@lru_cache(maxsize=1)
def shipped() -> Mapping[Role, Baseline]:
    """The shipped baseline of each role."""
    compiled = msgspec.json.decode((_FOLDER / "compiled.json").read_bytes(), type=list[Baseline])
    return {baseline.role: baseline for baseline in compiled}
