"""`python -m tcmock.coverage`: what is emulated, as a Markdown table."""

from __future__ import annotations

import sys

from tcmock.catalogue import SERVICES
from tcmock.cos.operations import OPERATIONS
from tcmock.spec import products


def table() -> str:
    """One line an emulated action, and for each product how many exist."""
    lines = ["| product | version | action | kind |", "|---|---|---|---|"]
    for (name, version), service in SERVICES.items():
        for action, entry in sorted(service.actions.items()):
            kind = "write, audited" if entry.changes else "read"
            lines.append(f"| {name} | {version} | {action} | {kind} |")
        total = len(service.actions) + len(products()[name][version].others)
        lines.append(f"| {name} | {version} | *{len(service.actions)} of {total} actions* | |")
    for name, operation in OPERATIONS.items():
        lines.append(f"| cos | XML API | {name} | {'write, not audited' if operation.writes else 'read'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
