"""What the cloud should hold: the parameters of the calls, made from the service and its build."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.build import CONFIG
from deploy.inventory import Manifest
from deploy.service import EventRule, Function, Service, Timer
from sgguard.deployment import current
from sgguard.deployment.policies import BY_TIMER, Reach, function_resources
from sgguard.errors import GuardError

BUILD = "SGGUARD_BUILD"
"""Variable that tells which build a function runs, and that it is of this project."""
RUNTIME = "Python3.10"
QUALIFIER = "$LATEST"


class Target(msgspec.Struct, frozen=True):
    """A service, the build of it, and the account that it goes to."""

    service: Service
    manifest: Manifest
    package: Path
    account: str

    @property
    def mark(self) -> str:
        """Description of everything that is made here; nothing without it is changed or removed."""
        return f"Made by sgguard for {self.service.prefix}."

    def build_of(self, function: Function) -> str:
        """Which build a function is to run. Raises GuardError if the package has none."""
        artefact = self.manifest.functions.get(function.key)
        if artefact is None:
            raise GuardError(
                f"{self.package} has no zip of {function.key}.", next_step="Run python -m deploy build first."
            )
        return artefact.build

    def zip_of(self, function: Function) -> str:
        """The zip in base64, which is how scf takes it."""
        artefact = self.manifest.functions[function.key]
        return base64.b64encode((self.package / artefact.zip).read_bytes()).decode()

    def role_of(self, function: Function) -> str:
        """The role that a function takes on."""
        return self.service.role or self.service.named(function.key)

    def reach_of(self, function: Function) -> Reach:
        """Itself, unless a timer calls it, and what the config names."""
        service, handed = self.service, self.manifest.hands_to
        own = () if function.key in BY_TIMER else (service.named(function.key),)
        names = dict.fromkeys((*own, handed) if handed else own)
        return Reach(
            functions=tuple(
                resource
                for name in names
                for resource in function_resources(service.region, self.account, service.namespace, name)
            ),
            roles=self.manifest.assumes,
        )

    def settings_of(self, function: Function) -> dict[str, object]:
        """Of UpdateFunctionConfiguration and GetFunction alike; every field is said, so that none stays."""
        service, letter = self.service, function.dead_letter
        return {
            "Description": function.description,
            "MemorySize": function.memory_mb,
            "Timeout": function.timeout,
            "Role": self.role_of(function),
            "Environment": _variables(self.variables_of(function)),
            "ClsLogsetId": service.logs.logset if service.logs else "",
            "ClsTopicId": service.logs.topic if service.logs else "",
            "DeadLetterConfig": {
                "Type": letter.type if letter else "",
                "Name": letter.name if letter else "",
                "FilterType": letter.filter if letter else "",
            },
        }

    def variables_of(self, function: Function) -> dict[str, str]:
        """The function's environment."""
        config = {"SGGUARD_CONFIG": CONFIG} if self.manifest.config else {}
        return {
            **function.variables,
            "SGGUARD_MODE": self.service.mode,
            "SGGUARD_ROLE": self.role_of(function),
            **config,
            BUILD: f"{self.service.prefix}:{self.build_of(function)}",
        }

    def timer_of(self, timer: Timer) -> dict[str, object]:
        """Of CreateTrigger and UpdateTrigger."""
        return {
            "TriggerName": timer.name,
            "Type": "timer",
            "TriggerDesc": timer.cron,
            "Enable": "OPEN" if timer.enable else "CLOSE",
            "Qualifier": QUALIFIER,
            "CustomArgument": timer.message,
        }

    def rule_name(self, rule: EventRule) -> str:
        """In the cloud."""
        return self.service.named(rule.name)

    def resource_of(self, function: Function) -> str:
        """How EventBridge names the function that it calls
        (https://cloud.tencent.com/document/product/1359/58258)."""  # noqa: D209
        service = self.service
        return (
            f"qcs::scf:{service.region}:uin/{self.account}:namespace/{service.namespace}"
            f"/function/{service.named(function.key)}/{QUALIFIER}"
        )


def is_built_for(settings: Mapping[str, object], service: Service) -> bool:
    """Whether a function was made by a deployment of that service and stage."""
    return current.variables(settings).get(BUILD, "").startswith(f"{service.prefix}:")


def _variables(values: Mapping[str, str]) -> dict[str, object]:
    return {"Variables": [{"Key": name, "Value": values[name]} for name in sorted(values)]}


def compact(document: object) -> str:
    """JSON as the API takes it for documents and patterns."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
