"""Triggers: timers, which is all that is emulated of them. EventBridge's stand on its side, as targets."""

from __future__ import annotations

import re

import msgspec

from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, ordered_page
from tcmock.parameters import Params
from tcmock.scf.cron import Cron, parse
from tcmock.scf.models import LATEST, Function, Trigger
from tcmock.scf.request import function_of, resolved
from tcmock.scf.view import shown_trigger

MAX_TRIGGERS = 10
"""Of one type and function (https://www.tencentcloud.com/document/product/583/11637)."""
ARGUMENT_BYTES = 4096
_TYPES = ("timer", "cos", "cls", "ckafka", "http")
_NAME = re.compile(r"[A-Za-z][\w-]{0,99}", re.ASCII)
_SWITCH = {"OPEN": True, "CLOSE": False}


def create(call: Invocation) -> Answer:
    """A timer. It is on unless told otherwise."""
    function, params = function_of(call), call.params
    _check_type(params)
    name = params.text("TriggerName")
    if not _NAME.fullmatch(name):
        raise APIError(
            "InvalidParameterValue.TriggerName",
            f"`{name}` must have 1 to 100 letters, digits, hyphens and underscores and start with a letter.",
        )
    if name in function.triggers:
        raise APIError("ResourceInUse.TriggerName", f"`{function.name}` has a trigger `{name}` already.")
    if len(function.triggers) >= MAX_TRIGGERS:
        raise APIError("LimitExceeded.Trigger", f"A function may have {MAX_TRIGGERS} timers.")
    qualifier = params.text("Qualifier") or LATEST
    resolved(function, qualifier)
    trigger = Trigger(
        name=name,
        cron=schedule(params.text("TriggerDesc")),
        qualifier=qualifier,
        enabled=_switch(params, default=True),
        argument=_argument(params),
        description=params.text("Description"),
        added=call.now,
        modified=call.now,
    )
    function.triggers[name] = trigger
    return {"TriggerInfo": shown_trigger(trigger)}


def update(call: Invocation) -> Answer:
    """Change what is named of a timer."""
    function, params = function_of(call), call.params
    trigger = _trigger(function, params)
    function.triggers[trigger.name] = msgspec.structs.replace(
        trigger,
        cron=schedule(params.text("TriggerDesc")) if "TriggerDesc" in params else trigger.cron,
        enabled=_switch(params, default=trigger.enabled),
        argument=_argument(params) if "CustomArgument" in params else trigger.argument,
        description=params.text("Description") if "Description" in params else trigger.description,
        modified=call.now,
    )
    return {}


def switch(call: Invocation) -> Answer:
    """Switch a timer on or off."""
    function = function_of(call)
    trigger = _trigger(function, call.params)
    enabled = _switch(call.params, default=trigger.enabled)
    function.triggers[trigger.name] = msgspec.structs.replace(trigger, enabled=enabled, modified=call.now)
    return {}


def delete(call: Invocation) -> Answer:
    """Delete a timer."""
    function = function_of(call)
    del function.triggers[_trigger(function, call.params).name]
    return {}


def describe(call: Invocation) -> Answer:
    """All triggers of a function."""
    found = filtered(
        function_of(call).triggers.values(),
        call.params,
        {
            "Qualifier": lambda trigger, value: trigger.qualifier == value,
            "TriggerName": lambda trigger, value: trigger.name == value,
            "Description": lambda trigger, value: trigger.description == value,
        },
        code="InvalidParameterValue.Filters",
    )
    shown = ordered_page(
        found,
        call.params,
        {"add_time": lambda trigger: trigger.added, "mod_time": lambda trigger: trigger.modified},
    )
    return {
        "TotalCount": len(found),
        "Triggers": [{**shown_trigger(trigger), "BoundResources": ""} for trigger in shown],
    }


def schedule(text: str) -> Cron:
    """The schedule that a description means: a bare expression, or the object that answers show.

    Raises:
        APIError: it is none.
    """
    try:
        written = msgspec.json.decode(text, type=dict[str, str])["cron"] if text.startswith("{") else text
        return parse(written)
    except (msgspec.DecodeError, KeyError, ValueError) as error:
        raise APIError(
            "InvalidParameterValue.TriggerDesc", f"`TriggerDesc` is no schedule: {error}."
        ) from error


def _trigger(function: Function, params: Params) -> Trigger:
    _check_type(params)
    name = params.text("TriggerName")
    trigger = function.triggers.get(name)
    if trigger is None or params.text("Qualifier") not in ("", trigger.qualifier):
        raise APIError("ResourceNotFound.Trigger", f"`{function.name}` has no such trigger `{name}`.")
    return trigger


def _check_type(params: Params) -> None:
    kind = params.text("Type")
    if kind not in _TYPES:
        raise APIError("InvalidParameterValue.Type", f"`Type` must be one of {', '.join(_TYPES)}.")
    if kind != "timer":
        raise not_emulated(f"triggers of type `{kind}`")


def _switch(params: Params, *, default: bool) -> bool:
    given = params.text("Enable")
    if given and given not in _SWITCH:
        raise APIError("InvalidParameterValue.Enable", "`Enable` must be OPEN or CLOSE.")
    return _SWITCH[given] if given else default


def _argument(params: Params) -> str:
    text = params.text("CustomArgument")
    if len(text.encode()) > ARGUMENT_BYTES:
        raise APIError("InvalidParameterValue.CustomArgument", f"It may have {ARGUMENT_BYTES} bytes.")
    return text
