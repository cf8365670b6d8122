"""What requests of scf have in common: which function, which version, which page."""

from __future__ import annotations

import re
from collections.abc import Callable

from tcmock.errors import APIError
from tcmock.invocation import Invocation
from tcmock.parameters import Params
from tcmock.scf.models import DEFAULT, LATEST, Function, Version
from tcmock.scf.state import ScfState

NAMESPACE = "default"
PROVISIONING_SECONDS = 0.1
"""How long a function is busy with a change, on the cloud's clock; nothing is promised of that."""
_NAME = re.compile(r"[A-Za-z][\w-]{0,58}[A-Za-z0-9]", re.ASCII)


def namespace_of(params: Params) -> str:
    """The namespace; the one that every account has is all that there is. Raises APIError."""
    name = params.text("Namespace") or NAMESPACE
    if name != NAMESPACE:
        raise APIError("ResourceNotFound.Namespace", f"The namespace `{name}` does not exist.")
    return name


def checked_name(name: str) -> str:
    """A function's name. Raises APIError."""
    if not _NAME.fullmatch(name):
        raise APIError(
            "InvalidParameterValue.FunctionName",
            f"`{name}` must have 2 to 60 letters, digits, hyphens and underscores, start with a letter and "
            "end with a letter or digit.",
        )
    return name


def function_of(call: Invocation) -> Function:
    """The function that the call names. Raises APIError."""
    return find(call.region[ScfState], namespace_of(call.params), call.params.text("FunctionName"))


def find(state: ScfState, namespace: str, name: str) -> Function:
    """A function by its name. Raises APIError."""
    function = state.functions.get((namespace, name))
    if function is None:
        raise APIError("ResourceNotFound.FunctionName", f"The function `{name}` does not exist.")
    return function


def idle_function_of(call: Invocation) -> Function:
    """The same, if nothing else is going on with it. Raises APIError."""
    function = function_of(call)
    status = function.status(call.now)
    if status != "Active":
        raise APIError(
            "FailedOperation.FunctionStatusError",
            f"The function `{function.name}` is {status}. Wait until it is Active.",
        )
    return function


def begin(function: Function, phase: str, now: float) -> None:
    """Be busy for a while."""
    function.phase, function.ready, function.modified = phase, now + PROVISIONING_SECONDS, now


def resolved(function: Function, qualifier: str, chance: Callable[[], float] = lambda: 1.0) -> Version:
    """The version that a number or an alias stands for.

    Args:
        function: whose.
        qualifier: ``""`` is ``$LATEST``.
        chance: gives a number from 0 to 1, for aliases that share their calls out.

    Raises:
        APIError: there is no such version.
    """
    alias = function.aliases.get(qualifier)
    name = qualifier or LATEST
    if alias:
        drawn, name = chance(), alias.version
        for other, share in alias.weights.items():
            if drawn < share:
                name = other
                break
            drawn -= share
    elif qualifier == DEFAULT:
        name = LATEST
    version = function.versions.get(name)
    if version is None:
        raise APIError(
            "ResourceNotFound.Qualifier", f"`{function.name}` has no version or alias `{qualifier}`."
        )
    return version
