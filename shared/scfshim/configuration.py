"""What a function finds around it on SCF: environment variables and context.

Sources: https://www.tencentcloud.com/document/product/583/32748 (environment),
https://www.tencentcloud.com/document/product/583/11637 (limits).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from scfshim.credentials import SCF_VARIABLES, Credentials
from scfshim.errors import SettingError

ENVIRONMENT_BYTES = 4096
RESERVED = ("SCF_", "QCLOUD_", "TENCENTCLOUD_")
LOCAL_ONLY = "TENCENTCLOUD_ENDPOINT"
"""The one reserved name that may be set here: it leads a function to an emulator."""
VERSION = "$LATEST"
RUNTIME = "Python3.10"


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """A function's settings, under the names and units of `scfshim.runtime.FunctionRuntime`."""

    folder: Path
    name: str
    handler: str
    memory_mb: int
    timeout_ms: int
    init_timeout_ms: int
    environment: Mapping[str, str]
    region: str
    app_id: str
    uin: str
    namespace: str
    version: str = VERSION
    runtime: str = RUNTIME
    """Like ``Python3.10``, whatever interpreter stands in for it."""

    def __post_init__(self) -> None:
        """Refuse what SCF would refuse."""
        if not self.folder.is_dir():
            raise SettingError(f"there is no folder {self.folder}")
        size = sum(len(name.encode()) + len(value.encode()) for name, value in self.environment.items())
        if size > ENVIRONMENT_BYTES:
            raise SettingError(
                f"the environment takes {size} bytes, SCF allows {ENVIRONMENT_BYTES}; shorten it"
            )
        for name in self.environment:
            if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
                raise SettingError(f"{name!r} cannot name an environment variable; use letters, digits and _")
            if name.startswith(RESERVED) and name != LOCAL_ONLY:
                raise SettingError(f"{name} is reserved by SCF; rename it or use the argument that sets it")

    def variables(self, paths: Iterable[Path]) -> dict[str, str]:
        """All environment variables but the credentials; `paths` follow the folder, as layers in /opt do."""
        return {
            "HOME": "/home/qcloud",
            "LANG": "en_US.UTF8",
            "LC_ALL": "en_US.UTF8",
            "LOGNAME": "qcloud",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PWD": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "x",
            "PYTHONPATH": ":".join(map(str, [self.folder, *paths])),
            "SCF_FUNCTIONNAME": self.name,
            "SCF_FUNCTIONVERSION": self.version,
            "SCF_NAMESPACE": self.namespace,
            "SCF_RUNTIME": self.runtime,
            "SHELL": "/bin/bash",
            "TENCENTCLOUD_APPID": self.app_id,
            "TENCENTCLOUD_REGION": self.region,
            "TENCENTCLOUD_RUNENV": "SCF",
            "TENCENTCLOUD_TZ": "UTC",
            "TENCENTCLOUD_UIN": self.uin,
            "USER": "qcloud",
            "USER_CODE_ROOT": f"{self.folder}/",
            "_SCF_SERVER_PORT": "28902",
            **self.environment,
        }

    def context(self, request_id: str, credentials: Mapping[str, str]) -> dict[str, object]:
        """The second argument of the handler.

        `environ` holds live credentials, as it has on SCF: a function must never log its context.
        """
        own = {"SCF_NAMESPACE": self.namespace, **self.environment}
        return {
            "memory_limit_in_mb": self.memory_mb,
            "time_limit_in_ms": self.timeout_ms,
            "request_id": request_id,
            "environment": json.dumps(own, separators=(",", ":")),
            "environ": ";".join(f"{name}={value}" for name, value in {**credentials, **own}.items()),
            "function_version": self.version,
            "function_name": self.name,
            "namespace": self.namespace,
            "tencentcloud_region": self.region,
            "tencentcloud_appid": self.app_id,
            "tencentcloud_uin": self.uin,
        }


def credential_variables(credentials: Credentials | None) -> dict[str, str]:
    """What an execution role puts into the environment; nothing without one."""
    return dict(zip(SCF_VARIABLES, credentials.get_credential_info(), strict=True)) if credentials else {}
