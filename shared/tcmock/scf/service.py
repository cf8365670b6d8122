"""Which actions of scf exist here, and what they change (version 2018-04-16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tcmock.invocation import Action, Answer, Invocation, Later, Permission, Product, Resource, Service
from tcmock.parameters import Params
from tcmock.scf import (
    concurrency_actions,
    document,
    function_actions,
    invoke_actions,
    log_actions,
    trigger_actions,
    version_actions,
)
from tcmock.scf.request import NAMESPACE
from tcmock.section import Section


def _named(params: Params, _: Answer) -> Sequence[str]:
    return [f"function/{params.text('FunctionName')}"]


def _resource(params: Params) -> str:
    """How policies name it (https://www.tencentcloud.com/document/product/598/57195)."""
    return f"namespace/{params.text('Namespace') or NAMESPACE}/function/{params.text('FunctionName')}"


Run = Callable[[Invocation], Answer | Later]
_FUNCTION = Resource("QCS::SCF::Function", _named)
_ON_FUNCTION = Permission(resource=_resource)


def _read(run: Run) -> Action:
    return Action(run, permission=_ON_FUNCTION)


def _write(run: Run) -> Action:
    return Action(run, _FUNCTION, _ON_FUNCTION)


SCF = Product(
    services=(
        Service(
            "scf",
            "2018-04-16",
            {
                "CreateAlias": _write(version_actions.create_alias),
                "CreateFunction": _write(function_actions.create),
                "CreateTrigger": _write(trigger_actions.create),
                "DeleteAlias": _write(version_actions.delete_alias),
                "DeleteFunction": _write(function_actions.delete),
                "DeleteReservedConcurrencyConfig": _write(concurrency_actions.release),
                "DeleteTrigger": _write(trigger_actions.delete),
                "GetAlias": _read(version_actions.get_alias),
                "GetFunction": _read(function_actions.get),
                "GetFunctionAddress": _read(function_actions.address),
                "GetFunctionEventInvokeConfig": _read(concurrency_actions.get_events),
                "GetFunctionLogs": _read(log_actions.describe),
                "GetReservedConcurrencyConfig": _read(concurrency_actions.get_reserved),
                "Invoke": _read(invoke_actions.invoke),
                "InvokeFunction": _read(invoke_actions.invoke_function),
                "ListAliases": _read(version_actions.describe_aliases),
                "ListFunctions": Action(function_actions.describe),
                "ListTriggers": _read(trigger_actions.describe),
                "ListVersionByFunction": _read(version_actions.describe_versions),
                "PublishVersion": _write(version_actions.publish),
                "PutReservedConcurrencyConfig": _write(concurrency_actions.reserve),
                "UpdateAlias": _write(version_actions.update_alias),
                "UpdateFunctionCode": _write(function_actions.update_code),
                "UpdateFunctionConfiguration": _write(function_actions.update_configuration),
                "UpdateFunctionEventInvokeConfig": _write(concurrency_actions.update_events),
                "UpdateTrigger": _write(trigger_actions.update),
                "UpdateTriggerStatus": _write(trigger_actions.switch),
            },
        ),
    ),
    region_sections=(Section("functions", document.add_function, document.dump_functions),),
)
