"""Versions, which never change once published, and the aliases that point at them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import number, ordered_page, page
from tcmock.scf.models import DEFAULT, LATEST, Alias, Function, Version
from tcmock.scf.request import begin, function_of, idle_function_of

_NAME = re.compile(r"[A-Za-z][\w-]{0,63}", re.ASCII)
_LIMIT = "InvalidParameterValue.Limit"


def publish(call: Invocation) -> Answer:
    """Keep ``$LATEST`` as it is under the next number."""
    function = idle_function_of(call)
    version = add_version(function, call.params.text("Description"), call.now)
    begin(function, "Publishing", call.now)
    configuration = version.configuration
    return {
        "FunctionVersion": version.name,
        "CodeSize": version.code.size,
        "MemorySize": configuration.memory,
        "Description": version.description,
        "Handler": configuration.handler,
        "Timeout": configuration.timeout,
        "Runtime": configuration.runtime,
        "Namespace": function.namespace,
    }


def add_version(function: Function, description: str, now: float) -> Version:
    """The next version, which is what ``$LATEST`` is now."""
    numbers = [int(name) for name in function.versions if name != LATEST]
    name = str(max(numbers, default=0) + 1)
    version = msgspec.structs.replace(
        function.latest, name=name, description=description, added=now, modified=now
    )
    function.versions[name] = version
    return version


def describe_versions(call: Invocation) -> Answer:
    """All versions of a function."""
    function = function_of(call)
    shown = ordered_page(
        list(function.versions.values()),
        call.params,
        {"AddTime": lambda version: version.added, "ModTime": lambda version: version.modified},
    )
    return {
        "FunctionVersion": [version.name for version in shown],
        "Versions": [
            {
                "Version": version.name,
                "Description": version.description,
                "AddTime": china_time(version.added),
                "ModTime": china_time(version.modified),
                "Status": "Active",
            }
            for version in shown
        ],
        "TotalCount": len(function.versions),
    }


def create_alias(call: Invocation) -> Answer:
    """Another name for a version."""
    function, name = function_of(call), call.params.text("Name")
    if not _NAME.fullmatch(name):
        raise APIError(
            "InvalidParameterValue.Alias",
            f"`{name}` must have 1 to 64 letters, digits, hyphens and underscores and start with a letter.",
        )
    if name in function.aliases:
        raise APIError("ResourceInUse.Alias", f"`{function.name}` has an alias `{name}` already.")
    blank = Alias(name=name, version=LATEST, added=call.now, modified=call.now)
    function.aliases[name] = _pointed(call, function, blank)
    return {}


def update_alias(call: Invocation) -> Answer:
    """Point an alias at another version; ``$DEFAULT`` is there without being made."""
    function = function_of(call)
    alias = _alias(function, call.params.text("Name"))
    function.aliases[alias.name] = _pointed(call, function, alias)
    return {}


def get_alias(call: Invocation) -> Answer:
    """One alias."""
    return _described(_alias(function_of(call), call.params.text("Name")))


def describe_aliases(call: Invocation) -> Answer:
    """All aliases of a function, or those of one version."""
    function, wanted = function_of(call), call.params.text("FunctionVersion")
    found = [
        alias
        for alias in (_alias(function, DEFAULT), *function.aliases.values())
        if wanted in ("", alias.version, *alias.weights)
    ]
    unique = list({alias.name: alias for alias in found}.values())
    offset, limit = (number(call.params.text(name), name) for name in ("Offset", "Limit"))
    shown = page(unique, offset, limit, code=_LIMIT)
    return {"Aliases": [_described(alias) for alias in shown], "TotalCount": len(unique)}


def delete_alias(call: Invocation) -> Answer:
    """Delete an alias that no trigger names."""
    function = function_of(call)
    alias = _alias(function, call.params.text("Name"))
    users = [trigger.name for trigger in function.triggers.values() if trigger.qualifier == alias.name]
    if alias.name == DEFAULT or users:
        what = f"Triggers use it: {', '.join(users)}." if users else "It belongs to every function."
        raise APIError("FailedOperation.DeleteAlias", f"The alias `{alias.name}` cannot be deleted. {what}")
    del function.aliases[alias.name]
    return {}


def _alias(function: Function, name: str) -> Alias:
    if name == DEFAULT and name not in function.aliases:
        return Alias(name=DEFAULT, version=LATEST, added=function.added, modified=function.added)
    if name not in function.aliases:
        raise APIError("ResourceNotFound.Alias", f"`{function.name}` has no alias `{name}`.")
    return function.aliases[name]


def _pointed(call: Invocation, function: Function, alias: Alias) -> Alias:
    params, version = call.params, call.params.text("FunctionVersion")
    weights = _weights(call)
    for name in (version, *weights):
        if name not in function.versions:
            raise APIError("ResourceNotFound.Version", f"`{function.name}` has no version `{name}`.")
    if version in weights or sum(weights.values()) > 1 or any(share < 0 for share in weights.values()):
        raise APIError(
            "InvalidParameterValue.AdditionalVersionWeights",
            "Shares of additional versions lie within 0 and 1, and the main version is none of these.",
        )
    return msgspec.structs.replace(
        alias,
        version=version,
        weights=weights,
        description=params.text("Description") if "Description" in params else alias.description,
        modified=call.now,
    )


def _weights(call: Invocation) -> Mapping[str, float]:
    routing = call.params.child("RoutingConfig")
    if routing.children("AddtionVersionMatchs"):
        raise not_emulated("rules that route calls to versions by key")
    return {
        given.text("Version"): given.fraction("Weight")
        for given in routing.children("AdditionalVersionWeights")
    }


def _described(alias: Alias) -> Answer:
    return {
        "FunctionVersion": alias.version,
        "Name": alias.name,
        "RoutingConfig": {
            "AdditionalVersionWeights": [
                {"Version": version, "Weight": share} for version, share in alias.weights.items()
            ],
            "AddtionVersionMatchs": [],
        },
        "Description": alias.description,
        "AddTime": china_time(alias.added),
        "ModTime": china_time(alias.modified),
    }
