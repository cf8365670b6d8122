"""Plays many histories and adds up what came of them."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from typing import NamedTuple

from simulation.history import History
from simulation.mutants import MUTANTS
from simulation.recollection import recollected
from simulation.watch import BrokenInvariantError, check_verdict


class Tally(NamedTuple):
    """What came of some histories."""

    histories: int
    broken: tuple[tuple[int, str], ...]
    """Seed and what broke."""
    faults: Counter[str]
    """Histories in which a fault came up."""
    seen: Counter[str]


def play(first: int, count: int, mutant: str = "", *, stop: bool = False) -> Tally:
    """Play so many histories from a seed on; `stop` at the first that breaks."""
    broken: list[tuple[int, str]] = []
    faults: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    done = 0
    with MUTANTS[mutant]() if mutant else nullcontext(), recollected(check_verdict):
        for seed in range(first, first + count):
            history, done = History(seed), done + 1
            try:
                history.play()
            except BrokenInvariantError as error:
                broken.append((seed, str(error)))
            except Exception as error:  # noqa: BLE001 (a guard that ends in a traceback is broken too)
                broken.append((seed, f"I0: {type(error).__name__}: {error}"))
            faults.update(history.weather.seen.keys())
            seen.update(history.watch.seen)
            if stop and broken:
                break
    return Tally(done, tuple(broken), faults, seen)
