"""`make simulate`: many histories at once, or one again."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from rich.console import Console
from rich.progress import track

from simulation.history import History
from simulation.mutants import MUTANTS
from simulation.tally import Tally, play
from simulation.watch import BrokenInvariantError
from simulation.weather import FAULTS

_BATCH = 250
_RARE = 0.01
"""Share of histories that every kind of fault must come up in."""
_ENOUGH = 5000
"""Histories within which a planted defect must be found."""


def main(arguments: list[str]) -> int:
    """Exit code 0 if every invariant held, every fault was frequent enough and every defect was found."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--histories", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play one history and print it")
    parser.add_argument("--mutants", action="store_true", help="plant defects instead, one after another")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        return _replay(given.seed)
    return _hunt() if given.mutants else _long_run(given.first, given.histories)


def _replay(seed: int) -> int:
    history, code = History(seed), 0
    try:
        history.play()
    except BrokenInvariantError as error:
        history.tell(f"BROKEN {error}")
        code = 1
    sys.stdout.write("\n".join(history.people.story) + "\n")
    return code


def _long_run(first: int, count: int) -> int:
    starts = range(first, first + count, _BATCH)
    tallies: list[Tally] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        batches = pool.map(play, starts, [_BATCH] * len(starts))
        tallies.extend(track(batches, "histories", total=len(starts), console=Console(stderr=True)))
    faults, seen = _sum(t.faults for t in tallies), _sum(t.seen for t in tallies)
    broken = [each for tally in tallies for each in tally.broken]
    histories = sum(tally.histories for tally in tallies)
    rare = [fault for fault in FAULTS if faults[fault] < histories * _RARE]
    out = Console()
    out.print(f"{histories} histories from seed {first}, {len(broken)} broken")
    for fault in FAULTS:
        out.print(f"  {fault:20} in {faults[fault] / histories:6.1%} of them")
    for name, number in sorted(seen.items()):
        out.print(f"  {name:20} {number}")
    for seed, what in broken[:10]:
        out.print(f"seed {seed}: {what}\n  make simulate SEED={seed}", markup=False)
    for fault in rare:
        out.print(f"{fault} is too rare to show anything")
    return 1 if broken or rare else 0


def _hunt() -> int:
    """Plant each defect and see which invariant gives it away."""
    out, missed = Console(), 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = {name: pool.submit(play, 0, _ENOUGH, name, stop=True) for name in MUTANTS}
        for name, future in found.items():
            tally = future.result()
            if tally.broken:
                _, what = tally.broken[0]
                out.print(f"{name:28} after {tally.histories:5} histories: {what[:80]}", markup=False)
            else:
                out.print(f"{name:28} NOT FOUND in {tally.histories} histories")
                missed += 1
    out.print(f"{len(MUTANTS) - missed} of {len(MUTANTS)} planted defects found")
    return 1 if missed else 0


def _sum(counters: Iterator[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
