"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

Group = Annotated[str, typer.Option(help="A DescribeSecurityGroupPolicies answer, or its policy set alone.")]
Cluster = Annotated[str, typer.Option(help="The cluster file: role and networks.")]
Templates = Annotated[
    Optional[str],  # noqa: UP045 (typer reads it on Python 3.10 too)
    typer.Option(help="Members of the templates and groups that rows refer to, by id."),
]
Config = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="The site's config: what it asks for beyond the vendor's baseline."),
]
Output = Literal["table", "json"]
