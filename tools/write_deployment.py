"""Write what the deployment takes from the code: the EventBridge pattern, the API actions of each function.

python tools/write_deployment.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import msgspec
import yaml

from sgguard.deployment.cam_names import document
from sgguard.deployment.policies import (
    BY_TIMER,
    FILE,
    Permissions,
    Reach,
    function_resources,
    read_policy,
    split,
    trust_of_account,
    trust_of_functions,
    write_policy,
)
from sgguard.event.rule_pattern import rule_pattern

_FOR_THE_FRAMEWORK: Final = ("configValidationMode", "plugins")
_VARIABLE: Final = re.compile(r"\$\{(.+)\}")
_DEFAULT: Final = re.compile(r"'([^']*)'\}")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # `deploy` is not installed: it belongs to the checkout

from deploy.permissions import actions_of, functions  # noqa: E402


def documents() -> Mapping[Path, object]:
    """Every generated file and its content: JSON, or a text as it is."""
    serverless = yaml.safe_load((ROOT / "serverless.yml").read_text(encoding="utf-8"))
    permissions = {name: split(actions_of(ROOT, name)) for name in functions(ROOT)}
    return {
        ROOT / "deploy" / "pattern.json": rule_pattern(),
        ROOT / "docs" / "service.example.json": resolved(serverless, serverless),
        ROOT / "docs" / "permissions.md": page(permissions),
        FILE: {name: msgspec.to_builtins(needed) for name, needed in permissions.items()},
    }


def page(needed: Mapping[str, Permissions]) -> str:
    """The policies as a reviewer reads them."""
    parts = [_PAGE]
    for name, actions in sorted(needed.items()):
        functions = () if name in BY_TIMER else function_resources(*_OWN, f"sgguard-dev-{name}")
        reach = Reach(functions=functions, roles=(_ROLE,))
        parts += [f"## The function {name}", "Read, always:", _block(read_policy(actions, reach))]
        parts += ["Write, in `enforce` only:", _block(write_policy(actions, "100000000001"))]
    used = {action for each in needed.values() for action in (*each.reads, *each.writes)}
    together = split(sorted(used - {_SECRETS}))
    member = document(
        *cast("list[dict[str, object]]", read_policy(together)["statement"]),
        *cast("list[dict[str, object]]", write_policy(together, "200000000002")["statement"]),
    )
    parts += ["## Who may be the function", _block(trust_of_functions())]
    parts += ["## A role in another account", _MEMBER, _block(trust_of_account("100000000001"))]
    parts += [_POLICY, _block(member)]
    return "\n\n".join(parts) + "\n"


def _block(policy: object) -> str:
    return f"```json\n{json.dumps(policy, indent=1)}\n```"


_PAGE: Final = """# Permissions

Made by `make generate` from the code: every API method that an adapter in reach of a function names. A
security group is served by vpc and checked under names of vpc and cvm, so both are granted; listings are
checked without a resource. The names that CAM checks are documented in part only
([unverified.md](unverified.md)); a missing one is named by `sgguard doctor`.

Only the function itself may be invoked, with what an invocation has no time for, and the function that the
config's `fleet.guard` names; only the roles of `fleet.accounts` may be taken on. Where there is none, the
statement is left out.

`100000000001` stands for the account. `python -m deploy` makes these roles and policies by itself; they are
here to be read, and for who makes them by hand and deploys with `role: NAME`."""
_OWN: Final = ("ap-guangzhou", "100000000001", "default")
_ROLE: Final = "qcs::cam::uin/200000000002:roleName/sgguard"
_SECRETS: Final = "ssm:GetSecretValue"
"""They are those of the account that the guard runs in."""
_MEMBER: Final = """For an account `200000000002` whose clusters a guard in `100000000001` looks after.
Who may take it on:"""
_POLICY: Final = "What it may do; leave the second statement out while the guard only observes there:"


def resolved(value: object, whole: Mapping[str, object]) -> object:
    """What serverless.yml says when nothing is set but ``mode``, which has no default.

    Knows as much of the framework's variables as that file uses; what it makes is only an example.
    """
    if isinstance(value, Mapping):
        kept = {key: resolved(each, whole) for key, each in value.items() if key not in _FOR_THE_FRAMEWORK}
        return {key: each for key, each in kept.items() if each not in ("", {})}
    if isinstance(value, list):
        return [resolved(each, whole) for each in value]
    if not isinstance(value, str) or not (found := _VARIABLE.fullmatch(value)):
        return value
    source, _, rest = found[1].partition(":")
    if source.startswith("file("):
        return rule_pattern()
    if source == "self":
        section, _, name = rest.partition(".")
        return resolved(cast("Mapping[str, object]", whole[section])[name], whole)
    default = _DEFAULT.search(value)
    return default[1] if default else "observe"


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` say whether they are current."""
    stale = []
    for path, content in documents().items():
        text = content if isinstance(content, str) else json.dumps(content, indent=2) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"{', '.join(stale)}: not what the code says. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
