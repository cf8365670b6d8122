"""Put the list of what tcmock emulates into docs/emulator.md, between its marks.

python tools/write_coverage_docs.py [--check]
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "emulator.md"
MARKED = re.compile(r"(<!-- coverage: python -m tcmock\.coverage -->\n).*?(<!-- /coverage -->)", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is current."""
    command = [sys.executable, "-m", "tcmock.coverage"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    page = PAGE.read_text(encoding="utf-8")
    current = MARKED.sub(lambda marks: marks[1] + listed + marks[2], page)
    if "--check" not in arguments:
        PAGE.write_text(current, encoding="utf-8")
    elif page != current:
        print("docs/emulator.md does not list what tcmock emulates. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
