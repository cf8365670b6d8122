"""The members of parameter templates: read from requests, added, exchanged and taken out."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tcmock.clock import china_time
from tcmock.errors import APIError
from tcmock.ids import is_resource_id
from tcmock.invocation import Answer, Invocation
from tcmock.vpc import quota
from tcmock.vpc.errors import coexist, empty, malformed, not_found
from tcmock.vpc.state import VpcState
from tcmock.vpc.template import KINDS, Kind, Member, Template, checked_members


def add(call: Invocation) -> Answer:
    """Append members to a template of any kind."""
    template = _named(call)
    new = _read(call, template.kind, _listed(call, "TemplateMember"))
    return replace(call, template, members=checked_members(template.kind, (*template.members, *new)))


def modify(call: Invocation) -> Answer:
    """Put members in the places of others, pair by pair."""
    template = _named(call)
    old, new = _listed(call, "OriginalTemplateMember"), _listed(call, "TemplateMember")
    if len(old) != len(new):
        raise APIError(
            "InvalidParameterValue", "Name as many in `OriginalTemplateMember` as in `TemplateMember`."
        )
    places = [_place(template, text) for text, _ in old]
    exchanged = dict(zip(places, _read(call, template.kind, new), strict=True))
    members = [exchanged.get(place, member) for place, member in enumerate(template.members)]
    return replace(call, template, members=checked_members(template.kind, members))


def delete(call: Invocation) -> Answer:
    """Take members out of a template, which may be empty afterwards."""
    template = _named(call)
    gone = {_place(template, text) for text, _ in _listed(call, "TemplateMember")}
    rest = [member for place, member in enumerate(template.members) if place not in gone]
    return replace(call, template, members=tuple(rest))


def find(state: VpcState, kind: Kind, template_id: str) -> Template:
    """The template of that kind and id.

    Raises:
        APIError: the id has the wrong shape or nobody has it.
    """
    if not is_resource_id(kind.prefix, template_id):
        raise malformed(f"{kind.noun}Id", template_id)
    if template_id not in state.templates:
        raise not_found(f"`{template_id}`")
    return state.templates[template_id]


def given_members(call: Invocation, kind: Kind) -> tuple[Member, ...]:
    """The members that a request for a whole template names, none if it names none.

    Raises:
        APIError: one is malformed or does not exist, or there are too many.
    """
    pairs = [(text, "") for text in call.params.texts(kind.given)]
    extra = call.params.children(kind.given_extra) if kind.given_extra else []
    if pairs and extra:
        raise coexist(f"{kind.given} and {kind.given_extra}")
    pairs += [(item.text(kind.member), item.text("Description")) for item in extra]
    return checked_members(kind, _read(call, kind, pairs))


def replace(call: Invocation, template: Template, *, members: tuple[Member, ...], name: str = "") -> Answer:
    """Put a changed template in the place of the old one; ``""`` keeps its name.

    Raises:
        APIError: a security group that uses it would be too large.
    """
    state = call.region[VpcState]
    changed = msgspec.structs.replace(
        template, name=name or template.name, members=members, updated_time=china_time(call.now)
    )
    templates = {**state.templates, template.template_id: changed}
    for group in state.security_groups.values():
        quota.check_expanded(group.policies, templates, code="LimitExceeded")
    state.templates = templates
    state.tasks.add(call.request_id)
    return {}


def _named(call: Invocation) -> Template:
    template_id = call.params.text("TemplateId")
    kind = next((kind for kind in KINDS if kind.prefix == template_id.partition("-")[0]), None)
    if kind is None:
        raise malformed("TemplateId", template_id)
    return find(call.region[VpcState], kind, template_id)


def _listed(call: Invocation, name: str) -> list[tuple[str, str]]:
    listed = [(item.text("Member"), item.text("Description")) for item in call.params.children(name)]
    if not listed:
        raise empty(name)
    return listed


def _place(template: Template, text: str) -> int:
    read = template.kind.read(text)
    if read not in template.texts:
        raise not_found(f"member `{text}` of `{template.template_id}`")
    return template.texts.index(read)


def _read(call: Invocation, kind: Kind, given: Iterable[tuple[str, str]]) -> list[Member]:
    now, templates = china_time(call.now), call.region[VpcState].templates
    members = [Member(kind.read(text), description, now) for text, description in given]
    for member in members:
        if kind.holds and member.text not in templates:
            raise not_found(f"`{member.text}`")
    return members
