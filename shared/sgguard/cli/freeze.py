"""`sgguard freeze` and `sgguard unfreeze`: the stored kill switch."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sgguard.adapters.clock import system_time
from sgguard.cli.store import Person, Where, opened, person
from sgguard.errors import ConfigError, Problem
from sgguard.state import Freeze, JournalError, keep_freeze, lift_freeze

_Group = Annotated[str, typer.Option("--group", help="One security group.")]
_All = Annotated[bool, typer.Option("--all", help="Every group.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; alerts and journal repeat it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("freeze")(_freeze)
    app.command("unfreeze")(_unfreeze)


def _freeze(
    group: _Group = "", every: _All = False, reason: _Reason = "", by: Person = "", store: Where = ""
) -> None:
    """Stop all writing to one group, or to all of them, at once and until it is lifted.

    Findings are alerted all the same. Whoever freezes is named in every alert that is held back by it.
    """
    group_id = _which(group, every)
    with opened(store) as found:
        freeze = Freeze(group_id=group_id, by=person(by), why=reason, at=system_time())
        try:
            written = keep_freeze(found, freeze)
        except JournalError as error:
            print(f"Frozen, but not on record: {error.diagnostics()}", file=sys.stderr)
            return
    print(
        f"{group_id or 'Every group'} is frozen ({written.id}). Lift it: sgguard unfreeze {_flag(group_id)}"
    )


def _unfreeze(
    group: _Group = "", every: _All = False, reason: _Reason = "", by: Person = "", store: Where = ""
) -> None:
    """Lift a freeze. A freeze of all and one of a group are lifted one by one."""
    group_id = _which(group, every)
    with opened(store) as found:
        lifted = Freeze(group_id=group_id, by=person(by), why=reason, at=system_time())
        written = lift_freeze(found, lifted)
    name = group_id or "Every group"
    if written is None:
        print(f"{name} was not frozen by sgguard freeze {_flag(group_id)}.", file=sys.stderr)
        return
    print(f"{name} is judged and written to again ({written.id}).")


def _flag(group_id: str) -> str:
    return f"--group {group_id}" if group_id else "--all"


def _which(group: str, every: bool) -> str:
    if bool(group) == every:
        what = "are both given" if group else "are both missing"
        raise ConfigError([Problem("--group and --all", what, "Name one group, or all.")])
    if group and not group.startswith("sg-"):
        raise ConfigError([Problem("--group", f"is {group!r}, no id of a group", "Ids start with sg-.")])
    return group
