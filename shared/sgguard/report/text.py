"""Foreign text made safe, rows in one line."""

from __future__ import annotations

import unicodedata

from sgguard.model.security_group import Direction, SecurityGroupPolicy

_SHORT = 120


def plain(text: str, limit: int = _SHORT) -> str:
    """Foreign text without control, format and private characters, and of bounded length.

    Row descriptions, group and user names are written by the people who are watched. Bidirectional controls
    and newlines would let them rewrite the lines around theirs.
    """
    kept = "".join(character if unicodedata.category(character)[0] != "C" else "\ufffd" for character in text)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def row_text(policy: SecurityGroupPolicy, direction: Direction) -> str:
    """For example ``ACCEPT tcp 30000-32768 from 0.0.0.0/0``. The description is left out."""
    service = policy.service_id or policy.service_group_id
    if not service:
        service = policy.protocol
        if policy.port and policy.protocol.upper() in {"TCP", "UDP"}:
            service = f"{policy.protocol} {policy.port}"
    peer = (
        policy.cidr
        or policy.ipv6_cidr
        or policy.group_id
        or policy.address_id
        or policy.address_group_id
        or "nowhere"
    )
    preposition = "from" if direction == "ingress" else "to"
    return plain(f"{policy.action.upper()} {service} {preposition} {peer}")
