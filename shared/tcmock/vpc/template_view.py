"""Parameter templates as they are answered, which is also how state documents write them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.vpc.template import SERVICE_GROUPS, Template


def described(template: Template, templates: Mapping[str, Template]) -> dict[str, object]:
    """A template as Describe… answers it; a group shows what it holds."""
    kind = template.kind
    return {
        f"{kind.noun}Name": template.name,
        f"{kind.noun}Id": template.template_id,
        kind.answered: template.texts,
        kind.answered_extra: _extra(template, templates),
        "CreatedTime": template.created_time,
        "UpdatedTime": template.updated_time,
        "TagSet": msgspec.to_builtins(template.tags),
    }


def _extra(template: Template, templates: Mapping[str, Template]) -> list[dict[str, object]]:
    kind = template.kind
    if kind is SERVICE_GROUPS:
        return [described(templates[text], templates) for text in template.texts]
    listed: list[dict[str, object]] = [
        {kind.member: member.text, "Description": member.description, "UpdatedTime": member.updated_time}
        for member in template.members
    ]
    if kind.holds:  # members of a published example that the description does not know
        for item, text in zip(listed, template.texts, strict=True):
            item |= {f"{kind.noun.removesuffix('Group')}Name": templates[text].name, "From": "", "To": ""}
    return listed
