"""What the first alert costs a function that is already running: imports beyond the guard's own.

    python benchmarks/alert_import.py [--runs N]

Fresh processes import the guard function's entry, then everything that a message needs on its way to a WeCom
group, the transport included. Bar: at most 15 ms over the guard's own, in processor time, which a busy
machine does not change much. Beside it, in the same run and in turn: Apprise. Exit code 1 if it does not
hold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BAR = 15.0
_GUARD = f"sys.path.insert(0, {str(ROOT / 'functions' / 'guard')!r}); import index"
_ALERT = """
from sgguard.adapters.channels.channel import vendor_of
vendor_of("wecom"); vendor_of("webhook")
import sgguard.adapters.channels.transport, sgguard.adapters.channels.plain_text, sgguard.notify.message
from sgguard.wording import messages; messages("zh")
"""
PROBE = """
import sys, time
sys.modules["rich"] = None  # structlog imports it where it is installed; the function's zip does not have it
started = time.process_time()
{guard}
guard = time.process_time()
before = len(sys.modules)
{alert}
print((guard - started) * 1000, (time.process_time() - guard) * 1000, len(sys.modules) - before)
"""


def _run(code: str, bytecode: str) -> str:
    """Bytecode is at hand, as it is in the function's zip; the first run writes it."""
    command = [sys.executable, "-X", f"pycache_prefix={bytecode}", "-c", code]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args(arguments)
    probes = {"alert path": _ALERT, "apprise": "import apprise; apprise.Apprise().add('wecombot://x')"}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in probes}
    with tempfile.TemporaryDirectory() as bytecode:
        for _ in range(options.runs):
            for name, alert in probes.items():
                told = _run(PROBE.format(guard=_GUARD, alert=alert), bytecode)
                guard, cost, modules = map(float, told.split())
                found[name].append((guard, cost, modules))
    for name, rows in found.items():
        costs = [cost for _, cost, _ in rows]
        guard = min(row[0] for row in rows)
        print(
            f"{name:>12}: {min(costs):6.1f} ms best, {statistics.median(costs):6.1f} ms median, "
            f"{rows[0][2]:.0f} modules; the guard's own import {guard:.1f} ms"
        )
    best = min(cost for _, cost, _ in found["alert path"])
    print(f"Bar: {BAR:g} ms {'holds' if best <= BAR else 'does not hold'}.")
    return 0 if best <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
