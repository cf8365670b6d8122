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

from sgguard.deployment.policies import FILE, split
from sgguard.event.rule_pattern import rule_pattern

_FOR_THE_FRAMEWORK: Final = ("configValidationMode", "plugins")
_VARIABLE: Final = re.compile(r"\$\{(.+)\}")
_DEFAULT: Final = re.compile(r"'([^']*)'\}")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # `deploy` is not installed: it belongs to the checkout

from deploy.permissions import actions_of, functions  # noqa: E402


def documents() -> Mapping[Path, object]:
    """Every generated file and its content."""
    serverless = yaml.safe_load((ROOT / "serverless.yml").read_text(encoding="utf-8"))
    permissions = {name: split(actions_of(ROOT, name)) for name in functions(ROOT)}
    return {
        ROOT / "deploy" / "pattern.json": rule_pattern(),
        ROOT / "docs" / "service.example.json": resolved(serverless, serverless),
        FILE: {name: msgspec.to_builtins(needed) for name, needed in permissions.items()},
    }


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
    for path, document in documents().items():
        text = json.dumps(document, indent=2) + "\n"
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
