"""Looks at what is deployed, and runs it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from deploy import inventory
from deploy.build import CONFIG, Places
from deploy.interpreter import find_interpreter
from deploy.service import Function, Service
from deploy.target import BUILD
from scfshim import ShimError, environment_credentials
from scfshim.credentials import SCF_VARIABLES, SDK_VARIABLES
from scfshim.runtime import FunctionRuntime
from sgguard.deployment import current
from sgguard.deployment.management_api import ManagementApi
from sgguard.errors import ConfigError, GuardError, Problem


def info(service: Service, _: Places, __: argparse.Namespace) -> int:
    """Print every function as it is in the cloud, as JSON."""
    cloud = ManagementApi(service.region)
    found = {}
    for function in service.functions:
        name = service.named(function.key)
        settings = current.function(cloud, name, service.namespace)
        timers = current.timers(cloud, name, service.namespace) if settings else {}
        found[function.key] = settings and {
            **_described(settings),
            "timers": {key: current.cron_of(each) for key, each in timers.items()},
        }
    print(
        json.dumps(
            {"account": current.account(cloud), "region": service.region, "functions": found}, indent=2
        )
    )
    return 0


def _described(settings: Mapping[str, object]) -> dict[str, object]:
    environment = current.variables(settings)
    shown = ("FunctionName", "Status", "Runtime", "MemorySize", "Timeout", "Role", "ModTime")
    return {
        **{name: settings.get(name) for name in shown},
        "mode": environment.get("SGGUARD_MODE"),
        "build": environment.get(BUILD),
        "variables": sorted(environment),
    }


def logs(service: Service, _: Places, options: argparse.Namespace) -> int:
    """Print the last invocations of a function, the newest first."""
    cloud = ManagementApi(service.region)
    name = service.named(_function(service, options.function).key)
    if current.function(cloud, name, service.namespace) is None:
        raise GuardError(f"There is no function {name}.", next_step="Deploy it first.")
    answer = cloud.call(
        "scf", "GetFunctionLogs", FunctionName=name, Namespace=service.namespace, Limit=20, Offset=0
    )
    entries = answer.get("Data")
    for entry in entries if isinstance(entries, list) else []:
        print(f"{entry.get('StartTime')} {entry.get('RequestId')} code {entry.get('RetCode')}")
        print(str(entry.get("Log") or "").rstrip())
    return 0


def invoke(service: Service, _: Places, options: argparse.Namespace) -> int:
    """Invoke a deployed function and print what it returns."""
    cloud = ManagementApi(service.region)
    name = service.named(_function(service, options.function).key)
    answer = cloud.call(
        "scf",
        "Invoke",
        FunctionName=name,
        Namespace=service.namespace,
        ClientContext=json.dumps(_event(options)),
        LogType="Tail",
    )
    result = answer.get("Result")
    told = result if isinstance(result, Mapping) else {}
    print(str(told.get("Log") or "").rstrip(), file=sys.stderr)
    print(told.get("RetMsg") or told.get("ErrMsg") or "")
    return 0 if told.get("InvokeResult") == 0 else 1


def invoke_local(service: Service, places: Places, options: argparse.Namespace) -> int:
    """Run a built zip once, on the runtime's interpreter, with what SCF would give it. It only observes."""
    function = _function(service, options.function)
    manifest = inventory.read(places.output)
    if function.key not in manifest.functions:
        raise GuardError(
            f"{places.output} has no zip of {function.key}.", next_step="Run python -m deploy build."
        )
    event = _event(options)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(places.output / manifest.functions[function.key].zip) as archive:
            archive.extractall(Path(folder) / "code")
        try:
            return _run(service, function, Path(folder), event, configured=bool(manifest.config))
        except ShimError as error:
            raise GuardError(str(error), next_step="Correct it in serverless.yml.") from error


def _run(service: Service, function: Function, folder: Path, event: object, *, configured: bool) -> int:
    named = any(os.environ.get(names[0]) for names in (SCF_VARIABLES, SDK_VARIABLES))
    endpoint = os.environ.get("TENCENTCLOUD_ENDPOINT")
    environment = {
        **function.variables,
        **({"SGGUARD_CONFIG": CONFIG} if configured else {}),
        **({"TENCENTCLOUD_ENDPOINT": endpoint} if endpoint else {}),
        "SGGUARD_MODE": "observe",
        "SGGUARD_STORE": str(folder / "state.sqlite"),
    }
    with FunctionRuntime(
        folder / "code",
        name=service.named(function.key),
        handler=function.handler,
        memory_mb=function.memory_mb,
        timeout_ms=function.timeout * 1000,
        environment=environment,
        credentials=environment_credentials() if named else None,
        region=service.region,
        python=find_interpreter(),
    ) as runtime:
        run = runtime.invoke(event)
    print("\n".join(run.log), file=sys.stderr)
    print(json.dumps(run.result if run.error is None else run.error, ensure_ascii=False, indent=2))
    return 0 if run.error is None else 1


def _function(service: Service, key: str) -> Function:
    for function in service.functions:
        if function.key == key:
            return function
    known = ", ".join(function.key for function in service.functions)
    raise ConfigError([Problem("--function", f"is {key!r}", f"There are: {known}.")])


def _event(options: argparse.Namespace) -> object:
    try:
        text = Path(options.path).read_text(encoding="utf-8") if options.path else options.data or "{}"
        return json.loads(text)
    except (OSError, ValueError) as error:
        where = f"--path {options.path}" if options.path else "--data"
        raise ConfigError([Problem(where, f"is no JSON that can be read: {error}", "Correct it.")]) from error
