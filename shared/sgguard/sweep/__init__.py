"""The round over every covered group: what events missed is found, whatever happened to them."""

from sgguard.sweep.heartbeat import Sweep, sweep
from sgguard.sweep.pending import kept_batches
from sgguard.sweep.places import Place, places_of, survey_of, view_of
from sgguard.sweep.poll import Polled, poll
from sgguard.sweep.ports import Guards, HandoverError, Invoker, Limits, TooLongError
from sgguard.sweep.round import PlaceReport, Progress, Round, Rounds
from sgguard.sweep.trigger import DAILY_QUOTA, EventLog

__all__ = [
    "DAILY_QUOTA",
    "EventLog",
    "Guards",
    "HandoverError",
    "Invoker",
    "Limits",
    "Place",
    "PlaceReport",
    "Polled",
    "Progress",
    "Round",
    "Rounds",
    "Sweep",
    "TooLongError",
    "kept_batches",
    "places_of",
    "poll",
    "survey_of",
    "sweep",
    "view_of",
]
