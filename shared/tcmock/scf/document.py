"""Functions as state documents write them.

`Code` is ``{"ZipFile": base64}`` as in calls, or ``{"Folder": path}``: a folder of this machine that holds
what a zip would, such as the working tree of whoever develops the function.
"""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec

from tcmock.errors import APIError, StateError
from tcmock.region import Region
from tcmock.scf.code import of_archive, of_folder
from tcmock.scf.executor import Code
from tcmock.scf.models import (
    DEFAULT_RETRIES,
    DEFAULT_TTL,
    LATEST,
    Alias,
    Configuration,
    DeadLetterQueue,
    Function,
    Trigger,
    Version,
)
from tcmock.scf.request import NAMESPACE, checked_name
from tcmock.scf.settings import check
from tcmock.scf.state import ScfState
from tcmock.scf.trigger_actions import schedule
from tcmock.structure import Fields, as_in_calls, check_unique, converted, under


class _Code(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    zip_file: str = ""
    folder: str = ""


class _Version(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    code: _Code
    handler: str = "index.main_handler"
    runtime: str = "Python3.10"
    memory_size: int = 128
    timeout: int = 3
    init_timeout: int = 65
    description: str = ""
    environment: dict[str, str] = {}
    role: str = ""
    dead_letter_config: DeadLetterQueue = DeadLetterQueue()


class _Published(_Version, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    version: str
    version_description: str = ""


class _Alias(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    name: str
    function_version: str
    description: str = ""
    weights: dict[str, float] = {}


class _Trigger(msgspec.Struct, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    trigger_name: str
    trigger_desc: str
    enable: bool = True
    qualifier: str = LATEST
    custom_argument: str = ""
    description: str = ""


class _Function(_Version, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    function_name: str
    function_id: str = ""
    versions: list[_Published] = []
    aliases: list[_Alias] = []
    triggers: list[_Trigger] = []
    tags: dict[str, str] = {}
    retry_num: int = DEFAULT_RETRIES
    msg_ttl: int = msgspec.field(name="MsgTTL", default=DEFAULT_TTL)
    reserved_concurrency_mem: int | None = None


def add_function(region: Region, fields: Fields) -> str:
    """A function; needs `FunctionName` and `Code`. Its role is looked up when it runs."""
    given, known, now = converted(fields, _Function), region[ScfState].functions, region.clock()
    with as_in_calls("FunctionName"):
        checked_name(given.function_name)
    check_unique("FunctionName", given.function_name, [name for _, name in known])
    versions = {LATEST: _version(LATEST, given, "", now)}
    for index, version in enumerate(given.versions):
        with under(f"Versions[{index}]"):
            versions[version.version] = _version(version.version, version, version.version_description, now)
    for index, alias in enumerate(given.aliases):
        if alias.function_version not in versions:
            raise StateError(
                f"Aliases[{index}].FunctionVersion", f"`{alias.function_version}` does not exist"
            )
    function = Function(
        function_id=given.function_id or region.ids.resource("lam"),
        name=given.function_name,
        namespace=NAMESPACE,
        added=now,
        modified=now,
        versions=versions,
        aliases={alias.name: _alias(alias, now) for alias in given.aliases},
        triggers={trigger.trigger_name: _trigger(trigger, now) for trigger in given.triggers},
        tags=given.tags,
        retries=given.retry_num,
        ttl=given.msg_ttl,
        reserved_memory=given.reserved_concurrency_mem,
    )
    known[NAMESPACE, function.name] = function
    return function.name


def dump_functions(region: Region) -> list[dict[str, object]]:
    """The entries that load as the functions."""
    return [_dumped(function) for function in region[ScfState].functions.values()]


def _version(name: str, given: _Version, description: str, now: float) -> Version:
    configuration = Configuration(
        handler=given.handler,
        runtime=given.runtime,
        memory=given.memory_size,
        timeout=given.timeout,
        init_timeout=given.init_timeout,
        description=given.description,
        environment=given.environment,
        role=given.role,
        dead_letters=given.dead_letter_config,
    )
    with as_in_calls():
        check(configuration)
    return Version(
        name=name,
        code=_code(given.code),
        configuration=configuration,
        description=description,
        added=now,
        modified=now,
    )


def _code(given: _Code) -> Code:
    if bool(given.zip_file) is bool(given.folder):
        raise StateError("Code", "takes either `ZipFile` or `Folder`")
    if given.folder:
        if not Path(given.folder).is_dir():
            raise StateError("Code.Folder", f"`{given.folder}` is no folder")
        return of_folder(Path(given.folder).absolute())
    try:
        return of_archive(base64.b64decode(given.zip_file))
    except (APIError, ValueError) as error:
        raise StateError("Code.ZipFile", str(error)) from error


def _alias(given: _Alias, now: float) -> Alias:
    return Alias(
        name=given.name,
        version=given.function_version,
        description=given.description,
        weights=given.weights,
        added=now,
        modified=now,
    )


def _trigger(given: _Trigger, now: float) -> Trigger:
    with as_in_calls(f"Triggers.{given.trigger_name}"):
        cron = schedule(given.trigger_desc)
    return Trigger(
        name=given.trigger_name,
        cron=cron,
        qualifier=given.qualifier,
        enabled=given.enable,
        argument=given.custom_argument,
        description=given.description,
        added=now,
        modified=now,
    )


def _dumped(function: Function) -> dict[str, object]:
    published = [version for version in function.versions.values() if version.name != LATEST]
    return {
        "FunctionName": function.name,
        "FunctionId": function.function_id,
        **_dumped_version(function.latest),
        "Versions": [
            {
                **_dumped_version(version),
                "Version": version.name,
                "VersionDescription": version.description,
            }
            for version in published
        ],
        "Aliases": [
            {
                "Name": alias.name,
                "FunctionVersion": alias.version,
                "Description": alias.description,
                "Weights": dict(alias.weights),
            }
            for alias in function.aliases.values()
        ],
        "Triggers": [_dumped_trigger(trigger) for trigger in function.triggers.values()],
        "Tags": dict(function.tags),
        "RetryNum": function.retries,
        "MsgTTL": function.ttl,
        "ReservedConcurrencyMem": function.reserved_memory,
    }


def _dumped_version(version: Version) -> dict[str, object]:
    configuration, code = version.configuration, version.code
    written = (
        {"Folder": str(code.folder)} if code.folder else {"ZipFile": base64.b64encode(code.archive).decode()}
    )
    return {
        "Code": written,
        "Handler": configuration.handler,
        "Runtime": configuration.runtime,
        "MemorySize": configuration.memory,
        "Timeout": configuration.timeout,
        "InitTimeout": configuration.init_timeout,
        "Description": configuration.description,
        "Environment": dict(configuration.environment),
        "Role": configuration.role,
        "DeadLetterConfig": msgspec.to_builtins(configuration.dead_letters),
    }


def _dumped_trigger(trigger: Trigger) -> dict[str, object]:
    return {
        "TriggerName": trigger.name,
        "TriggerDesc": trigger.cron.text,
        "Enable": trigger.enabled,
        "Qualifier": trigger.qualifier,
        "CustomArgument": trigger.argument,
        "Description": trigger.description,
    }
