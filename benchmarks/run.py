"""Every benchmark of this folder, one after the other, with what it ran on.

    python benchmarks/run.py [NAME …]

A benchmark is a script here that runs without arguments and prints tables; helpers have no
``if __name__ == "__main__"``. One that fails is told of at the end, and the others run all the same.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def benchmarks() -> list[Path]:
    """The scripts, by name."""
    return [
        path
        for path in sorted(FOLDER.glob("*.py"))
        if path != Path(__file__).resolve() and '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    ]


def machine() -> Iterator[str]:
    """What the figures depend on."""
    cpu = Path("/proc/cpuinfo")
    names = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    model = next((line.partition(":")[2].strip() for line in names if line.startswith("model name")), "")
    yield f"{model or platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    yield f"{platform.system()} {platform.release()}"
    yield f"{platform.python_implementation()} {platform.python_version()}"
    if hasattr(os, "getloadavg"):
        yield f"load {os.getloadavg()[0]:.1f}"


def main(names: Sequence[str]) -> int:
    """Run those that are named, or all."""
    print(f"Machine: {'; '.join(machine())}\n", flush=True)
    chosen = [path for path in benchmarks() if not names or path.stem in names]
    if unknown := set(names) - {path.stem for path in chosen}:
        print(f"There is no benchmark {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    failed = []
    for path in chosen:
        print(f"## {path.stem}\n", flush=True)
        if subprocess.run([sys.executable, str(path)], check=False).returncode:
            failed.append(path.stem)
        print(flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
