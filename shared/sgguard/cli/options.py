"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated, Literal, Optional

import typer

from sgguard.wording import Language

OptionalText = Optional[str]  # noqa: UP045 (typer reads it on Python 3.10 too)

Group = Annotated[str, typer.Option(help="A DescribeSecurityGroupPolicies answer, or its policy set alone.")]
Cluster = Annotated[str, typer.Option(help="The cluster file: role and networks.")]
GroupId = Annotated[
    OptionalText,
    typer.Option(
        help="The group's id, by which waivers and rows name it. Default: of --bindings, else the file."
    ),
]
Templates = Annotated[
    OptionalText, typer.Option(help="Members of the templates and groups that rows refer to, by id.")
]
Config = Annotated[
    OptionalText, typer.Option(help="The site's config: what it asks for beyond the vendor's baseline.")
]
Bindings = Annotated[
    OptionalText, typer.Option(help="Which instances have which groups, to judge stacks of groups.")
]
Before = Annotated[
    OptionalText, typer.Option(help="The group as it was, to tell what the change opened and cut.")
]
TemplatesBefore = Annotated[
    OptionalText, typer.Option(help="With --before: the members as they were, where they changed.")
]
BindingsBefore = Annotated[
    OptionalText, typer.Option(help="With --before and --bindings: the bindings as they were.")
]
Output = Literal["table", "json"]
Spoken = Annotated[Language, typer.Option("--language", help="Language of explanations.")]
