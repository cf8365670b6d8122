"""Looks a deployment over, reading only: each line says ok, problem or unknown, and how to fix it."""

from sgguard.deployment.checkup.checkup import check_up
from sgguard.deployment.checkup.line import Line, Status
from sgguard.deployment.checkup.patient import Patient

__all__ = ["Line", "Patient", "Status", "check_up"]
