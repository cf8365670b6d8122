"""What a deployment says, from its environment.

| variable | meaning |
| --- | --- |
| SGGUARD_MODE | `observe` or `enforce`; must be written down |
| SGGUARD_CONFIG | path of the compiled config, from the function's folder; else the vendor's baseline holds |
| SGGUARD_MIN_SEVERITY | takes the place of the config's `revert.min_severity` |
| SGGUARD_FREEZE | any value but 0, false, no and off: nothing is written, whatever else is set |
| SGGUARD_ROLE | name of the function's role, by which its own changes are labelled |
| SGGUARD_STORE | an SQLite file or `cos://bucket/prefix`: journal, snapshots, limits, messages |
| SGGUARD_WEBHOOK | URL that messages are posted to as CloudEvents, beside the channels of the config |
| SGGUARD_DOOR_SECRET | where the secrets of the function's URL are kept, `ssm:NAME` or the like |
| SGGUARD_LOG_LEVEL | `debug`, `info` (default), `warning` or `error` |

Anything that is missing or wrong here means that nothing is written: the guard observes, and says why.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sgguard.errors import Problem
from sgguard.model.finding import SEVERITIES, Severity
from sgguard.model.plan import MODES, Mode
from sgguard.model.secret import Reference, Secret, read_reference

_OFF = ("", "0", "false", "no", "off")
LOG_LEVELS = ("debug", "info", "warning", "error")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings as far as they could be read."""

    mode: Mode
    """`observe` wherever `problems` is not empty."""
    min_severity: Severity | None
    """Takes the place of the site's; None if it is not set."""
    config: str
    """Path of the site's compiled config; empty if none is set."""
    frozen: bool
    """The kill switch: nothing is written."""
    role: str
    """Name of the function's role; empty if it is not set."""
    account: str
    """UIN of the account that the function runs in, as SCF tells it; empty elsewhere."""
    store: str
    """Path of the store; empty if none is set."""
    webhook: Secret | None
    door: tuple[Reference, ...]
    """Where the secrets of the function's URL are kept, two while one changes; without any it is closed."""
    log_level: str
    problems: tuple[Problem, ...]
    """Everything that is wrong."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the environment. Never raises: a guard whose settings are broken must still observe."""
    problems: list[Problem] = []
    mode = _choice(environment, "SGGUARD_MODE", MODES, None, problems)
    severity = _choice(environment, "SGGUARD_MIN_SEVERITY", SEVERITIES, "", problems)
    level = _choice(environment, "SGGUARD_LOG_LEVEL", LOG_LEVELS, "info", problems)
    store = environment.get("SGGUARD_STORE", "")
    if not store:
        problems.append(
            Problem(
                "SGGUARD_STORE",
                "is not set, so nothing could be undone",
                "Set it to a file path, or to cos://bucket/prefix.",
            )
        )
    webhook = environment.get("SGGUARD_WEBHOOK", "")
    door = _references(environment, "SGGUARD_DOOR_SECRET", problems)
    return Settings(
        mode=msgspec.convert("observe" if problems else mode, Mode),
        min_severity=msgspec.convert(severity, Severity) if severity else None,
        config=environment.get("SGGUARD_CONFIG", "").strip(),
        frozen=environment.get("SGGUARD_FREEZE", "").strip().lower() not in _OFF,
        role=environment.get("SGGUARD_ROLE", "").strip(),
        account=environment.get("TENCENTCLOUD_UIN", "").strip(),
        store=store,
        webhook=Secret(webhook) if webhook else None,
        door=door,
        log_level=level,
        problems=tuple(problems),
    )


def _references(environment: Mapping[str, str], name: str, problems: list[Problem]) -> tuple[Reference, ...]:
    """Places of secrets. A text that is none may be a secret itself and is not repeated."""
    written = [text.strip() for text in environment.get(name, "").split(",")]
    try:
        return tuple(read_reference(text) for text in written if text)
    except ValueError as error:
        fix = "Keep the secret elsewhere and write where, such as ssm:NAME."
        problems.append(Problem(name, str(error), fix))
        return ()


def _choice(
    environment: Mapping[str, str],
    name: str,
    allowed: tuple[str, ...],
    default: str | None,
    problems: list[Problem],
) -> str:
    value = environment.get(name, "").strip().lower()
    if not value and default is not None:
        return default
    if value in allowed:
        return value
    found = f"is {value!r}" if value else "is not set"
    problems.append(Problem(name, found, f"Set it to one of {', '.join(allowed)}."))
    return allowed[0] if default is None else default
