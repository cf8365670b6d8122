"""Whom a check-up is about."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.deployment.management_api import Cloud


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """One function of a deployment, as it is in the cloud."""

    cloud: Cloud
    account: str
    """UIN."""
    region: str
    prefix: str
    """Service and stage, which every name begins with."""
    key: str
    """``guard`` or ``sweep``."""
    namespace: str
    settings: Mapping[str, object]
    """The answer of GetFunction."""
    variables: Mapping[str, str]
    """The function's environment. May hold secrets: only names are shown."""

    @property
    def name(self) -> str:
        """Of the function."""
        return f"{self.prefix}-{self.key}"

    @property
    def role(self) -> str:
        """That the function takes on; empty if it has none."""
        role = self.settings.get("Role")
        return role if isinstance(role, str) else ""
