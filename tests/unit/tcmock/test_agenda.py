"""What shall happen at a time of the clock."""

from __future__ import annotations

import threading

from tcmock.agenda import Agenda
from tcmock.clock import Clock


def test_what_is_due_runs_in_the_order_of_its_times() -> None:
    """With the clock's own move, whatever was planned first."""
    clock, told = Clock(), []
    clock.freeze()
    agenda, now = Agenda(clock), clock.now()
    agenda.at(now + 20, lambda: told.append("second"))
    agenda.at(now + 10, lambda: told.append("first"))
    agenda.at(now + 30, lambda: told.append("never"))
    clock.advance(9)
    assert told == []
    clock.advance(11)
    assert told == ["first", "second"]
    agenda.clear()
    clock.advance(60)
    assert told == ["first", "second"]


def test_what_plans_more() -> None:
    """Is seen in the same move."""
    clock, told = Clock(), []
    clock.freeze()
    agenda, now = Agenda(clock), clock.now()
    agenda.at(now + 1, lambda: agenda.at(now + 2, lambda: told.append("inner")))
    clock.advance(5)
    assert told == ["inner"]


def test_a_clock_that_runs_needs_nobody() -> None:
    """Also where it was frozen when the plan was made."""
    clock, told = Clock(), threading.Event()
    clock.freeze()
    agenda = Agenda(clock)
    agenda.at(clock.now() + 0.02, told.set)
    assert not told.wait(0.1)
    clock.run()
    assert told.wait(10)
