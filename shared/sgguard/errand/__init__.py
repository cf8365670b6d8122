"""What a person asks for by name: carry out a plan that waits for approval, take back what was written."""

from sgguard.errand.approval import apply_plan
from sgguard.errand.undo import undo
from sgguard.errand.work import Done, ErrandError

__all__ = ["Done", "ErrandError", "apply_plan", "undo"]
