"""CPU time of verdicts, beside Cloud Custodian on the same rows in the same run, and how it grows.

    python benchmarks/verdict.py [--quick] [--picture docs/pictures/growth.svg]

Custodian runs in an environment of its own (`make .e2e/custodian/ready`); without that it is left out. Only
process CPU time counts, the smallest of several runs: the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import dataset
import growth
from difference import differences
from sgguard.baseline import default_site
from sgguard.cli.batch import judge_lines

ROOT = Path(__file__).resolve().parent.parent
CUSTODIAN = ROOT / ".e2e" / "custodian" / "bin" / "python"
SEED = 2026
GROUPS, ROWS = 1_000, 100
BAR_SECONDS, BAR_RATIO, BAR_ROW_SECONDS = 1.2, 0.4, 0.250
SIZES = (10, 20, 50, 100, 200, 500, 1_000, 2_000)


class Peer(NamedTuple):
    """Cloud Custodian with one policy."""

    policy: str
    seconds: float
    matched: int


def seconds(data: bytes, repeats: int) -> float:
    """The CPU time of everything from the JSON lines to findings with witnesses and readable ranges."""
    site, lines = default_site(), data.decode().splitlines()
    return smallest(lambda: [len(judged.evaluation.findings) for judged in judge_lines(lines, site)], repeats)


def difference_seconds(data: bytes, repeats: int) -> float:
    """The CPU time from the JSON lines to both differences, each a set with a witness and readable ranges."""
    site, lines = default_site(), data.decode().splitlines()
    return smallest(lambda: [len(differences(line, site)) for line in lines], repeats)


def smallest(work: Callable[[], object], repeats: int) -> float:
    """The smallest CPU time of several runs."""
    found = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def peers(data: bytes, repeats: int) -> list[Peer]:
    """What Custodian needs for the same lines; nothing where it is not installed."""
    if not CUSTODIAN.exists():
        print("Cloud Custodian is not installed: make .e2e/custodian/ready", file=sys.stderr)
        return []
    judge = Path(__file__).parent / "custodian" / "judge.py"
    answer = subprocess.run(
        [str(CUSTODIAN), str(judge), str(repeats)], input=data, capture_output=True, check=True
    )
    return [Peer(**one) for one in json.loads(answer.stdout)["found"]]


def compare(groups: int, repeats: int) -> None:
    """Many random groups, by us and by the peer, in turn."""
    data = dataset.lines(groups, ROWS, SEED)
    rounds = [
        (difference_seconds(data, 1), seconds(data, 1), {peer.policy: peer for peer in peers(data, 1)})
        for _ in range(repeats)
    ]
    sets, ours = min(one[0] for one in rounds), min(one[1] for one in rounds)
    print(f"{groups:,} groups x {ROWS} random rows (dataset {dataset.digest(data)})\n")
    print("| who | CPU s | verdict / peer | exact |\n| --- | ---: | ---: | --- |")
    print(f"| sgguard, the differences alone | {sets:.2f} | | yes |")
    print(f"| sgguard, the whole verdict | {ours:.2f} | | yes |")
    for policy in rounds[0][2]:
        theirs = min(found[policy].seconds for *_, found in rounds)
        print(f"| Cloud Custodian, policy `{policy}` | {theirs:.2f} | {ours / theirs:.2f} | no |")
    scaled = BAR_SECONDS * groups / GROUPS
    print(f"\nBars: {scaled:.2f} s for the differences; {BAR_RATIO} of the nearest policy for the verdict.")
    print(f"This machine adds one number in a loop of Python in {loop_nanoseconds():.0f} ns.\n")


def loop_nanoseconds() -> float:
    """What tells how fast a machine is, beside the figures: CPU time of one round of the simplest loop."""
    rounds = 1_000_000

    def loop() -> int:
        total = 0
        for number in range(rounds):
            total += number
        return total

    return smallest(loop, 5) / rounds * 1e9


def many_rows(repeats: int) -> None:
    """2,000 rows in one direction: as they are, and as 100 rows of templates of 20 members."""
    plain = seconds(dataset.open_lines(2_000, SEED), repeats)
    templates = seconds(dataset.template_lines(100, 20, SEED), repeats)
    bar = f"{BAR_ROW_SECONDS * 1000:.0f}"
    print("| 2,000 expanded rows in one direction | CPU ms | bar |\n| --- | ---: | ---: |")
    print(f"| 2,000 rows | {plain * 1000:.0f} | {bar} |")
    print(f"| 100 rows that name a template of 20 networks each | {templates * 1000:.0f} | {bar} |\n")


def grow(repeats: int) -> list[growth.Point]:
    """One group of more and more rows; none of them is dead because another one takes everything."""
    points = [growth.Point(rows, seconds(dataset.open_lines(rows, SEED), repeats) * 1000) for rows in SIZES]
    print("| rows | CPU ms | us a row |\n| ---: | ---: | ---: |")
    for point in points:
        print(f"| {point.rows:,} | {point.milliseconds:.2f} | {point.milliseconds / point.rows * 1000:.0f} |")
    return points


def main(arguments: Sequence[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the groups, once")
    parser.add_argument("--picture", type=Path, help="draw the growth into this SVG file")
    options = parser.parse_args(arguments)
    repeats = 1 if options.quick else 4
    compare(GROUPS // 10 if options.quick else GROUPS, repeats)
    many_rows(repeats)
    points = grow(repeats)
    if options.picture:
        options.picture.write_text(growth.picture(points), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
