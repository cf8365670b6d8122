"""Functions: made, shown, changed and deleted."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, ordered_page
from tcmock.scf import version_actions
from tcmock.scf.code import given_code
from tcmock.scf.models import LATEST, Configuration, Function, Version
from tcmock.scf.request import (
    begin,
    checked_name,
    function_of,
    idle_function_of,
    namespace_of,
    resolved,
)
from tcmock.scf.settings import DEFAULT_RUNTIME, configured
from tcmock.scf.state import ScfState
from tcmock.scf.view import described, listed

MAX_FUNCTIONS = 50
"""In one namespace (https://www.tencentcloud.com/document/product/583/11637)."""
_FILTERS: Mapping[str, Filter[Function]] = {
    "Role": lambda function, value: function.latest.configuration.role == value,
    "Runtime": lambda function, value: function.latest.configuration.runtime == value,
}


def create(call: Invocation) -> Answer:
    """A function, whose only version is ``$LATEST``."""
    params, state, namespace = call.params, call.region[ScfState], namespace_of(call.params)
    name = checked_name(params.text("FunctionName"))
    if (namespace, name) in state.functions:
        raise APIError("ResourceInUse.Function", f"The function `{name}` is there already.")
    if sum(where == namespace for where, _ in state.functions) >= MAX_FUNCTIONS:
        raise APIError("LimitExceeded.Function", f"A namespace may have {MAX_FUNCTIONS} functions.")
    runtime = params.text("Runtime") or DEFAULT_RUNTIME
    blank = Configuration(handler="index.main_handler", runtime=runtime)
    version = Version(
        name=LATEST,
        code=given_code(call, params),
        configuration=configured(call.account, params, blank),
        added=call.now,
        modified=call.now,
    )
    function = Function(
        function_id=call.region.ids.resource("lam"),
        name=name,
        namespace=namespace,
        added=call.now,
        modified=call.now,
        versions={LATEST: version},
        tags={tag.text("Key"): tag.text("Value") for tag in params.children("Tags")},
    )
    begin(function, "Creating", call.now)
    state.functions[namespace, name] = function
    return {}


def update_code(call: Invocation) -> Answer:
    """Give ``$LATEST`` other code, and another handler with it if one is named."""
    function, params = idle_function_of(call), call.params
    latest = function.latest
    handler = params.text("Handler") or latest.configuration.handler
    changed = msgspec.structs.replace(
        latest,
        code=given_code(call, params),
        configuration=msgspec.structs.replace(latest.configuration, handler=handler),
        revision=latest.revision + 1,
        modified=call.now,
    )
    return _updated(call, function, changed)


def update_configuration(call: Invocation) -> Answer:
    """Change what is named of the configuration of ``$LATEST``. The runtime stays what it was."""
    function, params = idle_function_of(call), call.params
    latest = function.latest
    if params.text("Runtime") not in ("", latest.configuration.runtime):
        raise APIError("InvalidParameterValue.Runtime", "The runtime of a function cannot be changed.")
    changed = msgspec.structs.replace(
        latest,
        configuration=configured(call.account, params, latest.configuration),
        revision=latest.revision + 1,
        modified=call.now,
    )
    return _updated(call, function, changed)


def delete(call: Invocation) -> Answer:
    """Delete a function with its versions, aliases and triggers."""
    if "Qualifier" in call.params:
        raise not_emulated("deleting one version of a function")
    function = function_of(call)
    del call.region[ScfState].functions[function.namespace, function.name]
    return {}


def get(call: Invocation) -> Answer:
    """One function, as one of its versions has it."""
    if call.params.text("ShowCode") == "TRUE":
        raise not_emulated("`ShowCode`")
    function = function_of(call)
    return described(function, resolved(function, call.params.text("Qualifier")), call.now)


def describe(call: Invocation) -> Answer:
    """All functions of a namespace whose name and description have the words."""
    namespace, params = namespace_of(call.params), call.params
    named = [
        function
        for (where, name), function in call.region[ScfState].functions.items()
        if where == namespace
        and params.text("SearchKey") in name
        and params.text("Description") in function.latest.configuration.description
    ]
    by_status: Filter[Function] = lambda function, value: function.status(call.now) == value  # noqa: E731
    found = filtered(named, params, {**_FILTERS, "Status": by_status}, code="InvalidParameterValue.Filters")
    shown = ordered_page(
        found,
        params,
        {
            "AddTime": lambda function: function.added,
            "ModTime": lambda function: function.modified,
            "FunctionName": lambda function: function.name,
        },
        member="Orderby",
    )
    return {"Functions": [listed(function, call.now) for function in shown], "TotalCount": len(found)}


def address(call: Invocation) -> Answer:
    """Where the code could be fetched: the digest is right, but nobody serves the address."""
    function = function_of(call)
    version = resolved(function, call.params.text("Qualifier"))
    host = f"cos.{call.region.name}.myqcloud.com"
    return {
        "Url": f"https://{host}/{function.function_id}/{version.name}/{china_time(version.modified)[:10]}.zip",
        "CodeSha256": version.code.digest,
    }


def _updated(call: Invocation, function: Function, changed: Version) -> Answer:
    function.versions[LATEST] = changed
    begin(function, "Updating", call.now)
    if call.params.text("Publish").upper() == "TRUE":
        version_actions.add_version(function, "", call.now)
    return {}
