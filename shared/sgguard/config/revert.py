"""The section `revert`: what enforce may touch."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.config.reader import Reader
from sgguard.config.schema import Schema, a_choice, an_object, keys
from sgguard.model.finding import SEVERITIES, Severity

SCHEMA: Schema = an_object(
    {
        "min_severity": a_choice(
            SEVERITIES,
            about="Findings at least this severe are reverted, milder ones alerted. Default: high.",
        ),
    },
    about="What enforce may touch.",
)
_SEVERITIES: Mapping[str, Severity] = {severity: severity for severity in SEVERITIES}


class Revert(msgspec.Struct, frozen=True, kw_only=True):
    """What enforce may touch."""

    min_severity: Severity = "high"


def read_revert(reader: Reader) -> Revert:
    """The section. Notes what is wrong."""
    reader.only(keys(SCHEMA))
    severity: Severity = "high"
    if reader.has("min_severity"):
        severity = reader.choice("min_severity", _SEVERITIES, severity)
    return Revert(min_severity=severity)
