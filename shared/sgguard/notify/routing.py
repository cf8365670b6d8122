"""Which channels are told, and until when what can wait is held."""

from __future__ import annotations

from collections.abc import Sequence

from sgguard.config.alerts import Alerts, Route
from sgguard.model.notification import Notification

_DAY_MINUTES = 24 * 60


def routed(told: Notification, alerts: Alerts, names: Sequence[str]) -> tuple[str, ...]:
    """Names of the channels to tell, of those that there are: never none while there is one.

    The first route that matches decides. What no route speaks of goes everywhere: silence has to be written
    down. The channel of SGGUARD_WEBHOOK, which no route can name, is always told.
    """
    route = next((route for route in alerts.routes if _matches(route, told)), None)
    if route is None:
        # A fallback that is named in no route is for what others do not take.
        spare = alerts.fallback if len(names) > 1 else ""
        return tuple(name for name in names if name != spare)
    written = {entry.name for entry in alerts.channels}
    chosen = tuple(name for name in names if name in route.channels or name not in written)
    return chosen or tuple(names)


def _matches(route: Route, told: Notification) -> bool:
    clusters = {scope.cluster_id for scope in told.clusters}
    return (
        (not route.severities or told.severity in route.severities)
        and (not route.clusters or bool(clusters & set(route.clusters)))
        and (not route.accounts or told.account in route.accounts)
    )


def quiet_until(told: Notification, alerts: Alerts, now: float) -> float | None:
    """When the quiet hours end that hold a message; None if nothing does. What is critical is never held."""
    quiet = alerts.quiet
    if quiet is None or told.severity == "critical" or told.action == "test":
        return None
    minute = (now / 60 + alerts.utc_offset) % _DAY_MINUTES
    length = (quiet.until - quiet.since) % _DAY_MINUTES
    passed = (minute - quiet.since) % _DAY_MINUTES
    return now + (length - passed) * 60 if passed < length else None
