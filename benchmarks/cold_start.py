"""What a cold start of the guard costs: import time and peak memory of the zip's entry, beside its peers.

    python benchmarks/cold_start.py [--runs N] [--json FILE]

Builds the zip, unpacks it, and starts fresh CPython 3.10 processes as SCF does: no site packages, no
bytecode written, the folder on PYTHONPATH. Peers in the same run, taken in turn so that a busy machine is
busy for all: the vendor's bare CommonClient, the same entry without the shipped bytecode, and the same entry
on the vendor's typed clients for vpc, tke and cvm. Bars (docs/adr/0003-function-dependencies.md): at most 1.5
times CommonClient, at most 48 MiB resident, at most 2.5 MB of zip. Exit code 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # `deploy` belongs to the checkout

from deploy.build import Places, build  # noqa: E402
from deploy.bytecode import compile_bytecode  # noqa: E402
from deploy.interpreter import find_interpreter  # noqa: E402
from deploy.reading import read_service  # noqa: E402
from deploy.vendoring import runtime_wheels  # noqa: E402

RATIO, MEMORY, SIZE = 1.5, 48.0, 2_500_000
"""Times CommonClient, MiB, bytes."""
TYPED = {"vpc": "v20170312", "tke": "v20180525", "cvm": "v20170312"}
COMMON = "from tencentcloud.common.common_client import CommonClient"
PROBE = """
import time
started = time.process_time()
{imports}
elapsed = (time.process_time() - started) * 1000
import sys
generated = [name for name in sys.modules if name.startswith("tencentcloud.") and ".v20" in name]
status = open("/proc/self/status").read()
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(elapsed, peak, len(generated))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the bars."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15, help="fresh processes of each (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    python = find_interpreter()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        size = unpacked(base / "zip", base)
        variants = {
            "bare interpreter": (base, "pass"),
            "CommonClient": (vendor(python, base), COMMON),
            "guard": (base / "zip", "import index"),
            "guard, no .pyc": (without_bytecode(base), "import index"),
            "guard on typed clients": typed(python, base),
        }
        measured: dict[str, list[tuple[float, float, int]]] = {name: [] for name in variants}
        for _ in range(options.runs):
            for name, (path, imports) in variants.items():
                measured[name].append(started(python, path, imports))
    return report(measured, size, options.json)


def unpacked(target: Path, base: Path) -> int:
    """Build the guard and unpack it; the zip's size."""
    service = read_service(json.loads((ROOT / "docs" / "service.example.json").read_text(encoding="utf-8")))
    manifest = build(service, Places(ROOT, base / "build"))
    artefact = manifest.functions["guard"]
    with zipfile.ZipFile(base / "build" / artefact.zip) as archive:
        archive.extractall(target)
    return artefact.size


def vendor(python: Path, base: Path) -> Path:
    """The vendor's client and what it needs, as pip installs them, compiled as the zip is."""
    requirements = ROOT / "requirements" / "runtime.txt"
    shutil.copytree(runtime_wheels(python, requirements, ROOT / ".serverless" / "work"), base / "vendor")
    compile_bytecode(python, base / "vendor")
    return base / "vendor"


def without_bytecode(base: Path) -> Path:
    """The same without what the build compiled."""
    target = base / "sources"
    shutil.copytree(base / "zip", target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def typed(python: Path, base: Path) -> tuple[Path, str]:
    """The same with the vendor's generated clients, which the entry imports besides."""
    import tencentcloud

    target, installed = base / "typed", Path(tencentcloud.__path__[0])
    shutil.copytree(base / "zip", target)
    for product, version in TYPED.items():
        shutil.copytree(
            installed / product / version,
            target / "tencentcloud" / product / version,
            ignore=shutil.ignore_patterns("__pycache__", "*async*"),
        )
        (target / "tencentcloud" / product / "__init__.py").touch()
    compile_bytecode(python, target)
    clients = [f"from tencentcloud.{p}.{v} import {p}_client, models" for p, v in TYPED.items()]
    return target, "\n".join(["import index", *clients])


def started(python: Path, folder: Path, imports: str) -> tuple[float, float, int]:
    """One fresh process: milliseconds, peak MiB, generated modules loaded."""
    printed = subprocess.run(
        [python, "-S", "-s", "-c", PROBE.format(imports=imports)],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "x", "LANG": "en_US.UTF8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return float(printed[0]), float(printed[1]), int(printed[2])


def report(measured: dict[str, list[tuple[float, float, int]]], size: int, file: Path | None) -> int:
    """Print the table and say whether the bars hold."""
    # the fastest: whatever else the machine does can only add
    times = {name: min(run[0] for run in runs) for name, runs in measured.items()}
    peaks = {name: max(run[1] for run in runs) for name, runs in measured.items()}
    print(
        f"{'fastest of ' + str(len(measured['guard'])):<24}{'CPU ms':>8}{'x':>7}{'MiB':>8}{'over bare':>11}"
    )
    for name in measured:
        over, ratio = peaks[name] - peaks["bare interpreter"], times[name] / times["CommonClient"]
        print(f"{name:<24}{times[name]:>8.1f}{ratio:>7.2f}{peaks[name]:>8.1f}{over:>11.1f}")
    print(f"{'zip':<24}{size / 1e6:>8.2f} MB")
    ratio = times["guard"] / times["CommonClient"]
    held = {
        f"import <= {RATIO} x CommonClient": ratio <= RATIO,
        f"peak <= {MEMORY:g} MiB": peaks["guard"] <= MEMORY,
        f"zip <= {SIZE / 1e6:g} MB": size <= SIZE,
        "no generated SDK module": not any(run[2] for run in measured["guard"]),
    }
    for bar, holds in held.items():
        print(f"{'holds' if holds else 'MISSED'}: {bar}")
    if file:
        figures = {name: {"ms": times[name], "mib": peaks[name]} for name in measured}
        file.write_text(json.dumps({"figures": figures, "zip": size, "bars": held}, indent=1) + "\n")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
