"""What importing the shim must not pull in."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"asyncio", "multiprocessing", "subprocess", "difflib", "dataclasses", "argparse", "scfshim.runtime"}

PROGRAM = """
import sys
import tencentcloud.common.common_client
before = set(sys.modules)
import scfshim
print(*sorted(set(sys.modules) - before))
"""


def test_importing_scfshim_adds_little_to_what_the_sdk_brings() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    added = set(done.stdout.split())
    assert "scfshim.session" in added
    assert not added & HEAVY
    assert not [name for name in added if name.startswith("tencentcloud.")]
