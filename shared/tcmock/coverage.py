"""`python -m tcmock.coverage`: what is emulated, as a Markdown table."""

from __future__ import annotations

import sys

from tcmock.catalogue import SERVICES
from tcmock.spec import services


def table() -> str:
    """One line an emulated action, and for each product how many exist."""
    lines = ["| product | version | action | kind |", "|---|---|---|---|"]
    for name, service in SERVICES.items():
        described = services()[name]
        for action, entry in sorted(service.actions.items()):
            kind = "write, audited" if entry.changes else "read"
            lines.append(f"| {name} | {described.version} | {action} | {kind} |")
        total = len(service.actions) + len(described.others)
        lines.append(f"| {name} | {described.version} | *{len(service.actions)} of {total} actions* | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
