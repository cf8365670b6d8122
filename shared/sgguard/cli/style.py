"""Colours of words at a terminal."""

from __future__ import annotations

STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "dim",
    "info": "dim",
    "compliant": "green",
    "violating": "bold red",
    "undetermined": "yellow",
}
"""By severity and verdict."""
