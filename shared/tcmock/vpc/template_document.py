"""Parameter templates in state documents: as they are answered, but groups hold no more than ids."""

from __future__ import annotations

from functools import partial

import msgspec

from tcmock.clock import china_time
from tcmock.errors import StateError
from tcmock.region import Region
from tcmock.section import Section
from tcmock.structure import (
    Fields,
    as_in_calls,
    check_known,
    check_new_id,
    check_reference,
    converted,
    text,
    under,
)
from tcmock.tag import Tag
from tcmock.vpc.state import VpcState
from tcmock.vpc.template import KINDS, Kind, Member, Template, checked_members

_NAMES = {
    "ipm": "address_templates",
    "ipmg": "address_template_groups",
    "ppm": "service_templates",
    "ppmg": "service_template_groups",
}


def sections() -> tuple[Section[Region], ...]:
    """One list for each kind."""
    return tuple(Section(_NAMES[kind.prefix], partial(add, kind), partial(dump, kind)) for kind in KINDS)


def add(kind: Kind, region: Region, fields: Fields) -> str:
    """A template; needs its members, as texts or as objects with a description."""
    templates, now = region[VpcState].templates, china_time(region.clock())
    name, key = f"{kind.noun}Name", f"{kind.noun}Id"
    times = ("CreatedTime", "UpdatedTime")
    check_known(fields, (name, key, kind.answered, kind.answered_extra, "TagSet", *times))
    template_id = text({key: region.ids.resource(kind.prefix), **fields}, key)
    check_new_id(key, kind.prefix, template_id, templates)
    created, updated = (text({member: now, **fields}, member) for member in times)
    template = Template(
        kind=kind,
        template_id=template_id,
        name=text({name: template_id, **fields}, name),
        members=_members(kind, fields, updated),
        created_time=created,
        updated_time=updated,
        tags=tuple(converted(fields.get("TagSet", []), list[Tag])),
    )
    if kind.holds:
        for index, member in enumerate(template.texts):
            check_reference(f"{kind.answered}[{index}]", member, templates, _NAMES[kind.holds])
    templates[template_id] = template
    return template_id


def dump(kind: Kind, region: Region) -> list[dict[str, object]]:
    """The entries that load as the templates of that kind."""
    return [
        {
            f"{kind.noun}Id": template.template_id,
            f"{kind.noun}Name": template.name,
            kind.answered_extra: [
                {
                    kind.member: member.text,
                    "Description": member.description,
                    "UpdatedTime": member.updated_time,
                }
                for member in template.members
            ],
            "CreatedTime": template.created_time,
            "UpdatedTime": template.updated_time,
            "TagSet": msgspec.to_builtins(template.tags),
        }
        for template in region[VpcState].templates.values()
        if template.kind is kind
    ]


def _members(kind: Kind, fields: Fields, updated: str) -> tuple[Member, ...]:
    """From the objects if there are any, else from the texts; where both are there they must agree."""
    texts = converted(fields.get(kind.answered, []), list[str])
    objects = converted(fields.get(kind.answered_extra, []), list[dict[str, str]])
    listed: list[Fields] = [*objects] or [{kind.member: member} for member in texts]
    members = []
    for index, item in enumerate(listed):
        with under(f"{kind.answered_extra if objects else kind.answered}[{index}]"):
            members.append(_member(kind, item, updated))
    if texts and [member.text for member in members] != texts:
        raise StateError(kind.answered, f"contradicts {kind.answered_extra}: leave one out")
    with as_in_calls(kind.answered):
        return checked_members(kind, members)


def _member(kind: Kind, item: Fields, updated: str) -> Member:
    check_known(item, (kind.member, "Description", "UpdatedTime"))
    with as_in_calls():
        read = kind.read(text(item, kind.member))
    return Member(
        read,
        text({"Description": "", **item}, "Description"),
        text({"UpdatedTime": updated, **item}, "UpdatedTime"),
    )
