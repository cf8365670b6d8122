"""What a sweep of a fleet costs: wall time, API calls a group, peak memory, and how they grow.

    python benchmarks/fleet_sweep.py [--groups 100,1000,10000] [--regions 20] [--latency-ms 60] [--json FILE]

The embedded cloud runs in a process of its own, answers after the given latency, and enforces the documented
rates (a second, by action, region and account): 100 for security groups, 20 for everything else. The sweep is
the function's: real signatures over HTTP, no call repeated, observing. Each size is swept twice; the second
sweep is warm. Beside it: what Cloud Custodian's access pattern costs on as many groups, one call after the
other (c7n-tencentcloud, 1,163 calls for 1,000 groups and one policy: a listing with tags, then the rules of
each group), at the same latency, and the bound that the rates set
for the two regions that one instance works on at a time.

Bars: at most 1.1 calls a group in a warm sweep, wall time within 1.3 times the bound, memory flat.
Exit code 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from fleet_cloud import BROAD, REGIONS, cloud

CUSTODIAN = 1163 / 1000
"""Serial calls a group: 51 pages, 112 tag listings and 1,000 reads of rules for 1,000 groups."""
CALLS, WALL, MEMORY = 1.1, 1.3, 1.5
"""A group; times the bound; times the memory of the smallest fleet."""


# The sweep, in a process of its own for each size


def measure(groups: int, regions: int, latency: float, parallel: int) -> dict[str, object]:
    """Two sweeps of one fleet."""
    import structlog

    from sgguard import wiring
    from sgguard.settings import read_settings
    from sgguard.sweep import Limits, Place, Rounds

    wiring.configure_logging("error", sys.stderr)
    figures: dict[str, object] = {"groups": groups, "regions": regions}
    with cloud(groups, regions, latency) as served, tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"SGGUARD_MODE": "observe", "SGGUARD_STORE": f"{folder}/state"})
        guard = wiring.build_guard(settings, None, structlog.get_logger())
        places = [Place(region=name) for name in REGIONS[:regions]]
        for sort in ("cold", "warm"):
            rounds = Rounds(wiring.guards_of(guard, None), Limits(parallel=parallel), size=1000)
            _, _, before = served.asked()
            started, busy = time.perf_counter(), time.process_time()
            found = rounds.run(places, sort)
            wall, busy = time.perf_counter() - started, time.process_time() - busy
            calls, refused, after = served.asked()
            assert found.verdicts == {"compliant": groups}, found.verdicts
            figures[sort] = {
                "wall_s": round(wall, 1),
                "cpu_s": round(busy, 1),
                "cloud_cpu_s": round(after - before, 1),
                "calls": calls.total(),
                "calls_a_group": round(calls.total() / groups, 3),
                "refused": refused,
            }
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    figures["custodian_s"] = round(groups * CUSTODIAN * latency, 1)
    # An instance works on two regions at once, each at the rate of its reads of rules.
    figures["bound_s"] = round(groups / BROAD / min(2, regions), 1)
    return figures


def main(arguments: Sequence[str]) -> int:
    """Measure every size in a fresh process, print the table, compare with the bars."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--groups", default="100,1000,10000")
    parser.add_argument("--regions", type=int, default=20)
    parser.add_argument("--latency-ms", type=float, default=60.0)
    parser.add_argument("--parallel", type=int, default=12)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = []
    print("groups  calls/group      wall s         bound s  serial s  peak MiB  throttled")
    print("        cold   warm    cold    warm")
    for size in map(int, options.groups.split(",")):
        asked = [
            str(size),
            str(min(options.regions, size)),
            str(options.latency_ms / 1000),
            str(options.parallel),
        ]
        told = subprocess.run(
            [sys.executable, __file__, "--measure", *asked], stdout=subprocess.PIPE, text=True, check=True
        )
        one = json.loads(told.stdout)
        found.append(one)
        cold, warm = one["cold"], one["warm"]
        print(
            f"{size:6}  {cold['calls_a_group']:5.2f}  {warm['calls_a_group']:5.2f}"
            f"  {cold['wall_s']:6.1f}  {warm['wall_s']:6.1f}"
            f"  {one['bound_s']:8.1f}  {one['custodian_s']:8.1f}"
            f"  {one['peak_mib']:8.1f}  {warm['refused']:9}",
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))
    return judged(found)


def mib(figures: dict[str, object]) -> float:
    """The most memory that the sweep held."""
    return float(str(figures["peak_mib"]))


def judged(found: Sequence[dict[str, object]]) -> int:
    """Whether the bars hold for the largest fleet."""
    first, last = found[0], found[-1]
    warm = last["warm"]
    assert isinstance(warm, dict)
    ratios = {
        "calls a group": (warm["calls_a_group"], CALLS),
        "wall time / bound": (round(warm["wall_s"] / float(str(last["bound_s"])), 2), WALL),
        "memory / that of the smallest": (
            round(float(str(last["peak_mib"])) / float(str(first["peak_mib"])), 2),
            MEMORY,
        ),
    }
    for name, (value, bar) in ratios.items():
        print(f"{name}: {value} (bar {bar}) {'holds' if value <= bar else 'DOES NOT HOLD'}")
    return int(any(value > bar for value, bar in ratios.values()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        from fleet_server import serve

        serve(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    elif sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))))
    else:
        sys.exit(main(sys.argv[1:]))
