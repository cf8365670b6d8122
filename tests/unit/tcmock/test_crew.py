"""Threads that do what nobody waits for."""

from __future__ import annotations

import threading

import pytest

from tcmock.scf.crew import Crew


def test_jobs_are_done_and_waited_for() -> None:
    """All of them, side by side up to the size."""
    crew, done, together = Crew(size=2), [], threading.Barrier(2, timeout=10)
    for number in range(4):
        crew.do(lambda number=number: (together.wait(), done.append(number)))
    assert crew.settle(10)
    assert sorted(done) == [0, 1, 2, 3]


def test_waiting_ends_with_its_time() -> None:
    """And what was forgotten is not done."""
    crew, gate, done = Crew(size=1), threading.Event(), []
    crew.do(gate.wait)
    crew.do(lambda: done.append("late"))
    assert not crew.settle(0.05)
    crew.clear()
    gate.set()
    assert crew.settle(10)
    assert done == []


def test_a_job_that_raises_takes_no_thread_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is loud, and the next ones are done all the same."""
    crew, done, heard = Crew(size=1), [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: heard.set())
    crew.do(lambda: 1 / 0)
    assert crew.settle(10)
    assert heard.wait(10)
    crew.do(lambda: done.append("next"))
    assert crew.settle(10)
    assert done == ["next"]
