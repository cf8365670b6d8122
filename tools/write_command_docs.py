"""Put the help of every command into docs/commands.md, between its marks.

python tools/write_command_docs.py [--check]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
MARKED = re.compile(r"<!-- help (.+?) -->\n.*?<!-- end -->", re.DOTALL)


def help_of(command: str) -> str:
    """The marked block of one command."""
    program = Path(sys.executable).with_name("sgguard")
    shown = subprocess.run(  # noqa: S603 (this project's own command)
        [str(program), *command.split(), "--help"],
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    text = "\n".join(line.rstrip() for line in shown.strip().splitlines())
    return f"<!-- help {command} -->\n```text\n{text}\n```\n<!-- end -->"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is current."""
    page = PAGE.read_text(encoding="utf-8")
    current = MARKED.sub(lambda match: help_of(match[1]), page)
    if "--check" not in arguments:
        PAGE.write_text(current, encoding="utf-8")
    elif page != current:
        print("docs/commands.md is not what --help says. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
