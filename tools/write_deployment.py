"""Write what the deployment takes from the code: the EventBridge pattern.

python tools/write_deployment.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from sgguard.event.rule_pattern import rule_pattern

ROOT = Path(__file__).resolve().parent.parent


def documents() -> Mapping[Path, object]:
    """Every generated file and its content."""
    return {ROOT / "deploy" / "pattern.json": rule_pattern()}


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` say whether they are current."""
    stale = []
    for path, document in documents().items():
        text = json.dumps(document, indent=2) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"{', '.join(stale)}: not what the code says. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
