"""Which actions of sts exist here."""

from __future__ import annotations

from tcmock.invocation import Action, Permission, Product, Service
from tcmock.sts import role_actions

STS = Product(
    services=(
        Service(
            "sts",
            "2018-08-13",
            {
                "AssumeRole": Action(
                    role_actions.assume,
                    permission=Permission(resource=lambda params: params.text("RoleArn")),
                ),
                "GetCallerIdentity": Action(role_actions.get_caller_identity),
            },
            regional=False,
        ),
    ),
)
