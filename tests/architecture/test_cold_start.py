"""What the function may not drag in when it starts: every import is paid for at each cold start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FUNCTION = Path(__file__).parents[2] / "functions" / "guard"

# structlog imports rich where it is installed; the function's zip does not have it.
PROBE = """
import sys
sys.modules["rich"] = None
sys.path.insert(0, sys.argv[1])
import index
heavy = {"yaml", "typer", "werkzeug", "responses", "sglab", "tcmock", "qcloud_cos", "multiprocessing"}
print(sorted(name for name in sys.modules if name in heavy or "v20170312" in name or "v20180525" in name))
"""


def test_no_emulator_no_command_line_no_generated_client() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROBE, str(FUNCTION)], capture_output=True, text=True, check=False
    )
    assert result.stderr == ""
    assert result.stdout.strip() == "[]"
