"""Reads the resolved serverless.yml, and says everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping

from deploy.interpreter import RUNTIME
from deploy.service import DeadLetter, EventRule, Function, Logs, Retry, Service, Timer
from sgguard.config.reader import Reader
from sgguard.model.plan import MODES, Mode

SOURCE = "serverless.yml"
EVENT_REGION = "ap-guangzhou"
"""The one region with the cloud-service bus, which carries the events of all regions
(https://www.tencentcloud.com/document/product/1108/42284)."""
EVENT_SECONDS = 300
"""EventBridge waits no longer (https://cloud.tencent.com/document/product/248/87558)."""
ENVIRONMENT_BYTES = 4096
"""https://www.tencentcloud.com/document/product/583/11637."""
FOR_THE_FRAMEWORK = ("configValidationMode", "plugins", "package")
"""What `osls print` shows besides."""
SET_BY_DEPLOY = ("SGGUARD_MODE", "SGGUARD_CONFIG", "SGGUARD_ROLE", "SGGUARD_BUILD")
_MODES: Mapping[str, Mode] = dict(zip(MODES, MODES, strict=True))
_NAME = r"[a-z][a-z0-9-]*[a-z0-9]"
_PROVIDER = (
    "name", "runtime", "region", "stage", "namespace", "account", "mode", "config", "role", "logs", "tags",
    "memorySize", "timeout", "environment",
)  # fmt: skip
_FUNCTION = (
    "handler", "description", "memorySize", "timeout", "environment", "asyncRetry", "deadLetter",
    "reservedInstances", "events",
)  # fmt: skip


def read_service(document: object) -> Service:
    """The service that a resolved serverless.yml describes. Raises ConfigError with all that is wrong."""
    root = Reader(document, SOURCE)
    root.only(("service", "provider", "functions", *FOR_THE_FRAMEWORK))
    provider = root.section("provider")
    provider.only(_PROVIDER)
    functions = root.section("functions")
    service = Service(
        name=_matching(root, "service", _NAME, "small letters, digits and hyphens"),
        stage=_matching(provider, "stage", "[a-z0-9]+", "small letters and digits"),
        region=_matching(provider, "region", "[a-z]+-[a-z0-9-]+", f"a region, such as {EVENT_REGION}"),
        namespace=provider.text("namespace", "default"),
        account=_matching(provider, "account", r"\d*", "the account's number (UIN)", ""),
        mode=_mode(provider),
        config=_optional(provider, "config"),
        role=_role(provider),
        logs=_logs(provider),
        tags=_texts(provider.section("tags")),
        functions=tuple(_function(functions.section(key), key, provider) for key in functions.names()),
    )
    provider.choice("name", {"tencent": None}, None)
    if not service.functions:
        root.problem("functions", "has no function", "Add at least guard.")
    provider.choice("runtime", {RUNTIME: None}, None)
    for function in service.functions:
        _check(functions.section(function.key), function, service)
    root.finish()
    return service


def _mode(provider: Reader) -> Mode:
    if not provider.has("mode"):
        fix = "Write observe (alerts only) or enforce (may change security groups); there is no default."
        provider.problem("mode", "is missing", fix)
        return "observe"
    return provider.choice("mode", _MODES, "observe")


def _role(provider: Reader) -> str:
    role = provider.text("role", "managed")
    return "" if role == "managed" else role


def _logs(provider: Reader) -> Logs | None:
    logs = provider.section("logs")
    logs.only(("logset", "topic"))
    logset, topic = _optional(logs, "logset"), _optional(logs, "topic")
    if bool(logset) is not bool(topic):
        provider.problem("logs", "names one of logset and topic", "Name both, or neither.")
    return Logs(logset=logset, topic=topic) if logset and topic else None


def _function(reader: Reader, key: str, provider: Reader) -> Function:
    reader.only(_FUNCTION)
    variables = {**_variables(provider), **_variables(reader)}
    events = reader.sections("events")
    for event in events:
        if len(event.names()) != 1 or event.names()[0] not in {"timer", "eventbridge"}:
            event.problem("", "is no event that is known here", "Write `- timer:` or `- eventbridge:`.")
    return Function(
        key=key,
        handler=reader.text("handler"),
        description=_optional(reader, "description"),
        memory_mb=_number(reader if reader.has("memorySize") else provider, "memorySize", 64, 3072, 128),
        timeout=_number(reader if reader.has("timeout") else provider, "timeout", 1, 900, 60),
        variables=variables,
        retry=_retry(reader.section("asyncRetry")),
        dead_letter=_dead_letter(reader),
        reserved_instances=_reserved(reader),
        timers=tuple(_timer(event.section("timer")) for event in events if event.has("timer")),
        rules=tuple(_rule(event.section("eventbridge")) for event in events if event.has("eventbridge")),
    )


def _retry(reader: Reader) -> Retry:
    reader.only(("attempts", "maxAge"))
    return Retry(
        attempts=_number(reader, "attempts", 0, 2, 2), max_age=_number(reader, "maxAge", 60, 21600, 21600)
    )


def _dead_letter(reader: Reader) -> DeadLetter | None:
    letter = reader.section("deadLetter")
    letter.only(("type", "name", "filter"))
    if not any(letter.value(name) for name in ("type", "name", "filter")):
        return None
    return DeadLetter(type=letter.text("type"), name=letter.text("name"), filter=_optional(letter, "filter"))


def _reserved(reader: Reader) -> int | None:
    return _number(reader, "reservedInstances", 1, 1000, 1) if reader.has("reservedInstances") else None


def _timer(reader: Reader) -> Timer:
    reader.only(("name", "cron", "enable", "message"))
    return Timer(
        name=_matching(reader, "name", "[A-Za-z][A-Za-z0-9_-]{0,99}", "letters, digits, - and _"),
        cron=_matching(reader, "cron", r"\S+( \S+){6}", "seven fields, seconds first"),
        enable=_flag(reader, "enable"),
        message=_optional(reader, "message"),
    )


def _rule(reader: Reader) -> EventRule:
    reader.only(("rule", "pattern", "enable"))
    pattern = reader.value("pattern")
    if not isinstance(pattern, Mapping) or not pattern:
        reader.problem("pattern", "is no pattern", "Write pattern: ${file(deploy/pattern.json)}.")
        pattern = {}
    return EventRule(
        name=_matching(reader, "rule", _NAME, "small letters, digits and hyphens"),
        pattern={str(key): value for key, value in pattern.items()},
        enable=_flag(reader, "enable"),
    )


def _variables(reader: Reader) -> dict[str, str]:
    environment = reader.section("environment")
    environment.only(("variables",))
    return {name: text for name, text in _texts(environment.section("variables")).items() if text}


def _texts(reader: Reader) -> dict[str, str]:
    values = {name: reader.value(name) for name in reader.names()}
    for name, value in values.items():
        if not isinstance(value, str):
            reader.problem(name, "is no text", "Put it in quotes.")
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _optional(reader: Reader, key: str) -> str:
    return reader.text(key) if reader.value(key) else ""


def _matching(reader: Reader, key: str, form: str, said: str, default: str | None = None) -> str:
    if default is not None and not reader.value(key):
        return default
    text = reader.text(key)
    if text and not re.fullmatch(form, text):
        reader.problem(key, f"is {text!r}", f"Write {said}.")
    return text


def _number(reader: Reader, key: str, low: int, high: int, default: int) -> int:
    value = reader.value(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        reader.problem(key, f"is {value!r}", f"Write a whole number from {low} to {high}.")
        return default
    return value


def _flag(reader: Reader, key: str) -> bool:
    value = reader.value(key)
    if value is None:
        return True
    if not isinstance(value, bool):
        reader.problem(key, f"is {value!r}", "Write true or false.")
    return value is True


def _check(reader: Reader, function: Function, service: Service) -> None:
    """What only the parts together tell."""
    if function.handler != "index.main_handler":
        reader.problem("handler", f"is {function.handler!r}", "Write index.main_handler, which the zip has.")
    if function.memory_mb != 64 and function.memory_mb % 128:  # noqa: PLR2004 - the one step below 128
        reader.problem("memorySize", f"is {function.memory_mb}", "Write 64 or a multiple of 128.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]", service.named(function.key)):
        fix = "Shorten service, stage or function: 60 characters in all."
        reader.problem("", f"would be called {service.named(function.key)!r}", fix)
    _check_variables(reader, function)
    if function.rules and service.region != EVENT_REGION:
        fix = f"Set the region to {EVENT_REGION}: the events of all regions arrive there."
        reader.problem(
            "events", f"needs EventBridge's cloud-service bus, which {service.region} has not", fix
        )
    if function.rules and function.timeout > EVENT_SECONDS:
        fix = f"Write at most {EVENT_SECONDS}: EventBridge waits no longer."
        reader.problem("timeout", f"is {function.timeout}", fix)


def _check_variables(reader: Reader, function: Function) -> None:
    for name in function.variables:
        if name in SET_BY_DEPLOY:
            reader.problem("environment", f"sets {name}", "Remove it: provider.mode, config and role say it.")
        elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name.startswith(
            ("SCF_", "QCLOUD_", "TENCENTCLOUD_")
        ):
            reader.problem("environment", f"sets {name!r}, which SCF refuses", "Choose another name.")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in function.variables.items())
    if size > ENVIRONMENT_BYTES - 200:  # what deploy sets comes on top
        reader.problem("environment", f"takes {size} bytes", f"SCF allows {ENVIRONMENT_BYTES}: shorten it.")
