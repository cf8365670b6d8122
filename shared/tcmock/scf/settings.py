"""A function's configuration, checked as the API checks it.

Limits: https://www.tencentcloud.com/document/product/583/11637.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from tcmock.account import Account
from tcmock.cam.state import CamState
from tcmock.errors import APIError, not_emulated
from tcmock.parameters import Params
from tcmock.scf.models import Configuration, DeadLetterQueue

RUNTIMES = ("Python2.7", "Python3.6", "Python3.7", "Python3.9", "Python3.10")
DEFAULT_RUNTIME = "Python2.7"
ENVIRONMENT_BYTES = 4096
SCF_SERVICE = "scf.qcloud.com"
"""Whom a function's role must trust."""
_RESERVED = ("SCF_", "QCLOUD_", "TENCENTCLOUD_")
_KEY = re.compile(r"[A-Za-z]\w*", re.ASCII)
_HANDLER = re.compile(r"[A-Za-z][\w/-]*\.[A-Za-z]\w*", re.ASCII)
_MEMORY = (64, *range(128, 3073, 128))
_LEFT_OUT = (
    *("Layers", "CfsConfig", "ProtocolType", "ProtocolParams", "InstanceConcurrencyConfig", "IntranetConfig"),
    *("L5Enable", "EnvId"),
)
_OFF = ("AsyncRunEnable", "TraceEnable", "InstallDependency", "AutoCreateClsTopic", "DnsCache")


def configured(account: Account, params: Params, before: Configuration) -> Configuration:
    """The configuration once a request has changed what it names.

    Raises:
        APIError: it cannot be.
    """
    _refuse_the_rest(params)
    after = msgspec.structs.replace(
        before,
        handler=params.text("Handler") or before.handler,
        memory=_number(params, "MemorySize", before.memory),
        timeout=_number(params, "Timeout", before.timeout),
        init_timeout=_number(params, "InitTimeout", before.init_timeout),
        description=params.text("Description") if "Description" in params else before.description,
        environment=_environment(params) if "Environment" in params else before.environment,
        role=params.text("Role") if "Role" in params else before.role,
        dead_letters=_dead_letters(params) if "DeadLetterConfig" in params else before.dead_letters,
        vpc_id=params.child("VpcConfig").text("VpcId") or before.vpc_id,
        subnet_id=params.child("VpcConfig").text("SubnetId") or before.subnet_id,
        cls_logset_id=params.text("ClsLogsetId") or before.cls_logset_id,
        cls_topic_id=params.text("ClsTopicId") or before.cls_topic_id,
        public_net=params.child("PublicNetConfig").text("PublicNetStatus") or before.public_net,
    )
    check(after)
    if after.role:
        _check_role(account, after.role)
    return after


def check(given: Configuration) -> None:
    """Refuse a configuration that the API would refuse, whatever its role. Raises APIError."""
    if given.runtime not in RUNTIMES:
        raise APIError(
            "InvalidParameterValue.Runtime",
            f"`{given.runtime}` does not exist or is not emulated, unlike {', '.join(RUNTIMES)}.",
        )
    if not _HANDLER.fullmatch(given.handler):
        raise APIError(
            "InvalidParameterValue.Handler", f"`{given.handler}` must read like `index.main_handler`."
        )
    if given.memory not in _MEMORY:
        raise APIError(
            "InvalidParameterValue.MemorySize", "`MemorySize` is 64, or 128 to 3072 in steps of 128."
        )
    if not 1 <= given.timeout <= 900:  # noqa: PLR2004 - documented, and named in the message
        raise APIError("LimitExceeded.Timeout", "`Timeout` goes from 1 to 900 seconds.")
    if not 1 <= given.init_timeout <= 300:  # noqa: PLR2004 - the same
        raise APIError("LimitExceeded.InitTimeout", "`InitTimeout` goes from 1 to 300 seconds.")
    _check_environment(given.environment)


def _check_environment(variables: Mapping[str, str]) -> None:
    for name in variables:
        if not _KEY.fullmatch(name):
            raise APIError("InvalidParameterValue.Environment", f"`{name}` cannot name a variable.")
        if name.startswith(_RESERVED):
            raise APIError(
                "InvalidParameterValue.EnvironmentSystemProtect",
                f"`{name}` is a name that SCF keeps for itself.",
            )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > ENVIRONMENT_BYTES:
        raise APIError(
            "InvalidParameterValue.EnvironmentExceededLimit",
            f"The variables take {size} bytes of {ENVIRONMENT_BYTES}.",
        )


def _check_role(account: Account, name: str) -> None:
    role = account[CamState].role_named(name)
    if role is None:
        raise APIError("ResourceNotFound.Role", f"The role `{name}` does not exist.")
    if SCF_SERVICE not in role.trusted:
        raise APIError("InvalidParameter.RoleCheck", f"The role `{name}` does not trust {SCF_SERVICE}.")


def _refuse_the_rest(params: Params) -> None:
    for name in _LEFT_OUT:
        if name in params:
            raise not_emulated(f"`{name}` of functions")
    for name in _OFF:
        if params.text(name) not in ("", "FALSE"):
            raise not_emulated(f"`{name}` of functions")
    if params.text("Type") not in ("", "Event"):
        raise not_emulated("functions of type `HTTP`")


def _number(params: Params, name: str, before: int) -> int:
    given = params.number(name)
    return before if given is None else given


def _environment(params: Params) -> Mapping[str, str]:
    variables = params.child("Environment").children("Variables")
    return {variable.text("Key"): variable.text("Value") for variable in variables}


def _dead_letters(params: Params) -> DeadLetterQueue:
    given = params.child("DeadLetterConfig")
    return DeadLetterQueue(given.text("Type"), given.text("Name"), given.text("FilterType"))
