"""Which services, actions and parameters exist: `spec.json`, as tools/derive_spec.py wrote it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from scfshim.errors import UnknownActionError, UnknownServiceError

Members = dict[str, str]
"""An object's members and their types: ``string``, ``[Filter]!``. `!` means required, `[…]` a list."""


class Action(msgspec.Struct, frozen=True):
    """One API action."""

    input: Members


class Service(msgspec.Struct, frozen=True):
    """One product: its API version, its actions, and the objects that their parameters are made of."""

    version: str
    actions: dict[str, Action]
    objects: dict[str, Members]

    def methods(self) -> dict[str, str]:
        """``describe_vpcs`` -> ``DescribeVpcs``, for every action."""
        return {method_name(action): action for action in self.actions}

    def action(self, method: str) -> str:
        """The action behind a method name.

        Raises:
            UnknownActionError: names the nearest method.
        """
        methods = self.methods()
        if method not in methods:
            raise UnknownActionError(f"no action is called {method}. {nearest(method, methods)}")
        return methods[method]


@functools.cache
def services() -> dict[str, Service]:
    """Every service by its name, as in its host name; ``tke/2022-05-01`` where that is a second version."""
    text = Path(__file__).with_name("spec.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Service])


def service(name: str, version: str | None = None) -> Service:
    """One service, in its first version where none is given.

    Raises:
        UnknownServiceError: names the nearest one.
    """
    name = f"{name}/{version}" if version else name
    if name not in services():
        raise UnknownServiceError(f"no service is called {name}. {nearest(name, services())}")
    return services()[name]


def method_name(action: str) -> str:
    """``DescribeSecurityGroupPolicies`` -> ``describe_security_group_policies``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower()


def nearest(name: object, names: Iterable[str]) -> str:
    """A sentence that helps whoever misspelt `name`."""
    import difflib  # only a mistake pays for it

    known = sorted(names)
    close = difflib.get_close_matches(str(name), known, n=1)
    return f"Nearest: {close[0]}" if close else f"Known: {', '.join(known)}"
