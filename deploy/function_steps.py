"""What is done about functions and their settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from deploy.plan import Call, Change, Kind, Step, Verb, changes
from deploy.service import Function
from deploy.target import BUILD, RUNTIME, Target, is_built_for
from sgguard.deployment import current
from sgguard.errors import GuardError

UNRESERVED = 0


class There(msgspec.Struct, frozen=True):
    """A function as it is in the cloud."""

    settings: Mapping[str, object] | None
    """The answer of GetFunction, None if there is none."""
    invocation: Mapping[str, object]
    reserved: int
    """MB."""
    timers: Mapping[str, Mapping[str, object]]


def function_steps(target: Target, function: Function, there: There) -> Iterator[Step]:
    """A function, its code, what happens to asynchronous invocations, and how many run at once."""
    name = target.service.named(function.key)
    if there.settings is None:
        yield _creation(target, function, name)
    else:
        _check_own(target, there.settings, name)
        yield _update(target, function, name, there.settings)
    yield _invocation(target, function, name, there.invocation)
    yield _concurrency(target, function, name, there.reserved)


def notes(target: Target, function: Function, there: There) -> Iterator[str]:
    """What a person should know: tags can be set here at creation only."""
    if there.settings is None:
        return
    tags = there.settings.get("Tags")
    pairs = tags if isinstance(tags, list) else []
    before = {str(tag.get("Key")): str(tag.get("Value")) for tag in pairs if isinstance(tag, Mapping)}
    for change in changes(before, target.service.tags):
        name = target.service.named(function.key)
        yield f"{name} has the tag {change.what}={change.before}, not {change.after}: set it in the console."


def _creation(target: Target, function: Function, name: str) -> Step:
    params = {
        "FunctionName": name,
        "Namespace": target.service.namespace,
        "Runtime": RUNTIME,
        "Handler": function.handler,
        "Type": "Event",
        **target.settings_of(function),
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(target.service.tags.items())],
        "Code": {"ZipFile": target.zip_of(function)},
    }
    if not target.service.logs:
        del params["ClsLogsetId"], params["ClsTopicId"]
    if not function.dead_letter:
        del params["DeadLetterConfig"]
    hidden = {"Code", "FunctionName", "Environment"}
    environment = {f"Environment.{key}": value for key, value in target.variables_of(function).items()}
    shown = {key: value for key, value in {**params, **environment}.items() if key not in hidden and value}
    call = Call("scf", "CreateFunction", params, secret=("Code",), settles=name)
    return Step(verb="create", kind="function", name=name, changes=changes({}, shown), calls=(call,))


def _update(target: Target, function: Function, name: str, settings: Mapping[str, object]) -> Step:
    own = {"FunctionName": name, "Namespace": target.service.namespace}
    calls = []
    wanted = target.settings_of(function)
    different = _differences(settings, wanted)
    if current.variables(settings).get(BUILD) != target.variables_of(function)[BUILD]:
        # before the settings, whose SGGUARD_BUILD says that it was done
        code = {**own, "Handler": function.handler, "ZipFile": target.zip_of(function)}
        calls.append(Call("scf", "UpdateFunctionCode", code, secret=("ZipFile",), settles=name))
    if different:
        calls.append(Call("scf", "UpdateFunctionConfiguration", {**own, **wanted}, settles=name))
    verb: Verb = "update" if calls else "keep"
    return Step(verb=verb, kind="function", name=name, changes=different, calls=tuple(calls))


def _differences(settings: Mapping[str, object], wanted: Mapping[str, object]) -> tuple[Change, ...]:
    plain = {key: value for key, value in wanted.items() if key not in {"Environment", "DeadLetterConfig"}}
    before = {key: settings.get(key) or plain[key].__class__() for key in plain}
    environment, letter = current.variables(settings), settings.get("DeadLetterConfig")
    named = {f"Environment.{name}": value for name, value in current.variables(wanted).items()}
    gone = {f"Environment.{name}": "" for name in environment if f"Environment.{name}" not in named}
    letter_before = dict(letter) if isinstance(letter, Mapping) else {}
    letter_after = wanted["DeadLetterConfig"]
    return (
        *changes(before, plain),
        *changes({f"Environment.{name}": value for name, value in environment.items()}, {**named, **gone}),
        *_letter(letter_before, letter_after if isinstance(letter_after, Mapping) else {}),
    )


def _letter(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    names = ("Type", "Name", "FilterType")
    return changes(
        {f"DeadLetterConfig.{name}": before.get(name) or "" for name in names},
        {f"DeadLetterConfig.{name}": after.get(name) or "" for name in names},
    )


def _invocation(target: Target, function: Function, name: str, before: Mapping[str, object]) -> Step:
    wanted = {"RetryNum": function.retry.attempts, "MsgTTL": function.retry.max_age}
    settings = {"RetryConfig": [{"RetryNum": wanted["RetryNum"]}], "MsgTTL": wanted["MsgTTL"]}
    call = Call(
        "scf",
        "UpdateFunctionEventInvokeConfig",
        {"FunctionName": name, "Namespace": target.service.namespace, "AsyncTriggerConfig": settings},
    )
    return _kept_or_updated("invocation", name, changes(before, wanted), call)


def _concurrency(target: Target, function: Function, name: str, before: int) -> Step:
    wanted = (function.reserved_instances or UNRESERVED) * function.memory_mb
    own = {"FunctionName": name, "Namespace": target.service.namespace}
    call = (
        Call("scf", "PutReservedConcurrencyConfig", {**own, "ReservedConcurrencyMem": wanted})
        if wanted
        else Call("scf", "DeleteReservedConcurrencyConfig", own)
    )
    return _kept_or_updated("concurrency", name, changes({"MB": before}, {"MB": wanted}), call)


def _kept_or_updated(kind: Kind, name: str, different: tuple[Change, ...], call: Call) -> Step:
    if not different:
        return Step(verb="keep", kind=kind, name=name)
    return Step(verb="update", kind=kind, name=name, changes=different, calls=(call,))


def _check_own(target: Target, settings: Mapping[str, object], name: str) -> None:
    if settings.get("Runtime") != RUNTIME or not is_built_for(settings, target.service):
        raise GuardError(
            f"There is a function {name} already, which this deployment did not make: nothing was changed.",
            next_step="Delete it, or deploy under another service name or stage.",
        )
