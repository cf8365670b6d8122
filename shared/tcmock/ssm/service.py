"""Which actions of ssm exist here."""

from __future__ import annotations

from tcmock.invocation import Action, Permission, Product, Service
from tcmock.parameters import Params
from tcmock.section import Section
from tcmock.ssm import secrets


def _secret(params: Params) -> str:
    """How policies name it (https://www.tencentcloud.com/document/product/598/57199)."""
    return f"secret/creatorUin/*/{params.text('SecretName')}"


SSM = Product(
    services=(
        Service(
            "ssm",
            "2019-09-23",
            {"GetSecretValue": Action(secrets.get_value, permission=Permission(resource=_secret))},
        ),
    ),
    region_sections=(Section("secrets", secrets.add, secrets.dump),),
)
