"""Compile the shipped baseline into the JSON that the function reads, so that no YAML parser ships with it.

python tools/compile_baseline.py [--check]
"""

from __future__ import annotations

import sys

import msgspec
import yaml

from sgguard.baseline.requirement import read_baseline
from sgguard.baseline.shipped import SOURCES, source_path


def main(arguments: list[str]) -> int:
    """Write `compiled.json`, or with ``--check`` say whether it is current."""
    baselines = [
        read_baseline(yaml.safe_load(source_path(name).read_text(encoding="utf-8")), name) for name in SOURCES
    ]
    compiled = msgspec.json.format(msgspec.json.encode(baselines), indent=1) + b"\n"
    target = source_path("compiled.json")
    if "--check" not in arguments:
        target.write_bytes(compiled)
    elif target.read_bytes() != compiled:
        print(f"{target.name} is not what the YAML files say. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
