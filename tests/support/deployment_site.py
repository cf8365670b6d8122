"""A cloud, and a file that is deployed to it again and again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deploy.execution import carry_out
from deploy.inventory import Artefact, Manifest
from deploy.plan import Plan
from deploy.planning import Scope, plan_deployment, plan_removal
from deploy.reading import read_service
from deploy.service import Service
from scfshim import Retry
from sgguard.deployment import current
from sgguard.deployment.management_api import ManagementApi
from tcmock import Cloud

ROOT = Path(__file__).parents[2]
ZIP = b"PK\x05\x06" + bytes(18)


def guard_alone() -> Service:
    """The example of the documentation with one function and a store."""
    example = json.loads((ROOT / "docs" / "service.example.json").read_text())
    example["functions"] = {"guard": example["functions"]["guard"]}
    example["provider"]["environment"]["variables"]["SGGUARD_STORE"] = "/mnt/state"
    return read_service(example)


class Site:
    """A cloud, and a file that is deployed to it again and again."""

    def __init__(self, cloud: Cloud, package: Path) -> None:
        self.cloud = cloud
        self.api = ManagementApi("ap-guangzhou", retry=Retry(tries=1))
        self.package = package
        self.said: list[str] = []
        (package / "guard.zip").write_bytes(ZIP)
        self.build("a" * 64)

    def build(self, digest: str) -> None:
        artefact = Artefact(zip="guard.zip", sha256=digest, size=len(ZIP), files={})
        self.manifest = Manifest(version="1", requirements="r", config=None, functions={"guard": artefact})

    def plan(self, service: Service, **scope: Any) -> Plan:
        return plan_deployment(self.api, service, self.manifest, self.package, Scope(**scope))

    def deploy(self, service: Service, **scope: Any) -> list[str]:
        """What had to be done."""
        plan = self.plan(service, **scope)
        carry_out(plan, self.api, service.namespace, self.said.append, sleep=self.cloud.clock.advance)
        return [str(step) for step in plan.pending]

    def remove(self, service: Service) -> list[str]:
        plan = plan_removal(self.api, service)
        carry_out(plan, self.api, service.namespace, self.said.append, sleep=self.cloud.clock.advance)
        return [str(step) for step in plan.steps]

    def left(self) -> dict[str, int]:
        """How much of each kind there is."""
        bus = current.find_default_bus(self.api)
        return {
            "functions": len(current.functions(self.api, "", "default")),
            "roles": len(current.roles(self.api, "")),
            "policies": len(current.policies(self.api, "")),
            "rules": len(current.rules(self.api, bus, "")),
        }
