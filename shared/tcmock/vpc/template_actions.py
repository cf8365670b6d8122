"""Parameter templates and groups of them: the same four actions for each of the four kinds.

The vendor's changes and deletions are asynchronous and answer no more than the request id; here they are done
at once. None of them is a write on a security group, whatever becomes of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from tcmock.clock import china_time
from tcmock.errors import not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, number, ordered, page
from tcmock.parameters import Params
from tcmock.tag import Tag
from tcmock.vpc.errors import BAD_FILTER, BAD_RANGE, empty, over_quota, too_long
from tcmock.vpc.policy_set import DIRECTIONS
from tcmock.vpc.state import VpcState
from tcmock.vpc.template import KINDS, MAX_MEMBERS, MAX_TEMPLATES, Kind, Template
from tcmock.vpc.template_member import find, given_members, replace
from tcmock.vpc.template_view import described

MAX_NAME = 60
_ORDERS: Mapping[str, Callable[[Template], str]] = {
    "CreatedTime": lambda template: template.created_time,
    "UpdateTime": lambda template: template.updated_time,
}
_MEMBER_FILTERS = {"ipm": "address-ip", "ppm": "service-port"}


def create(kind: Kind, call: Invocation) -> Answer:
    """Make a template with at least one member."""
    state, now = call.region[VpcState], china_time(call.now)
    members = given_members(call, kind)
    if not members:
        raise empty(kind.given)
    if sum(template.kind is kind for template in state.templates.values()) >= MAX_TEMPLATES:
        raise over_quota(f"A region may have {MAX_TEMPLATES} of `{kind.noun}`")
    template = Template(
        kind=kind,
        template_id=call.region.ids.resource(kind.prefix),
        name=_name(call.params, kind),
        members=members,
        created_time=now,
        updated_time=now,
        tags=tuple(call.params.listed("Tags", Tag)),
    )
    state.templates[template.template_id] = template
    return {kind.noun: described(template, state.templates)}


def modify(kind: Kind, call: Invocation) -> Answer:
    """Give a template another name, other members, or both."""
    template = find(call.region[VpcState], kind, call.params.text(f"{kind.noun}Id"))
    name = _name(call.params, kind) or template.name
    return replace(call, template, name=name, members=given_members(call, kind) or template.members)


def delete(kind: Kind, call: Invocation) -> Answer:
    """Delete a template. Rows that use it go with it, and it leaves the groups that hold it."""
    state, now = call.region[VpcState], china_time(call.now)
    gone = find(state, kind, call.params.text(f"{kind.noun}Id")).template_id
    state.templates = {
        name: _without(template, gone, now) for name, template in state.templates.items() if name != gone
    }
    for group in state.security_groups.values():
        rows = {
            direction: [row for row in group.policies.rows(direction) if gone not in row.template_ids]
            for direction in DIRECTIONS
        }
        if sum(map(len, rows.values())) < len(group.policies.placed):
            group.policies = group.policies.updated(rows)
            group.about = msgspec.structs.replace(group.about, update_time=now)
    state.tasks.add(call.request_id)
    return {}


def describe(kind: Kind, call: Invocation) -> Answer:
    """Templates by name, id or member."""
    templates = call.region[VpcState].templates
    of_kind = [template for template in templates.values() if template.kind is kind]
    if "MemberOrderField" in call.params:
        raise not_emulated("`MemberOrderField`: members keep the order in which they came")
    found = filtered(of_kind, call.params, _filters(kind), code=BAD_FILTER)
    keys = {f"{kind.noun}Id": lambda template: template.template_id, **_ORDERS}
    found = ordered(found, call.params, keys, code=BAD_RANGE)
    offset, limit = (number(call.params.text(name), name) for name in ("Offset", "Limit"))
    shown = page(found, offset, limit, code=BAD_RANGE)
    return {
        "TotalCount": len(found),
        f"{kind.noun}Set": [described(template, templates) for template in shown],
    }


def describe_limits(call: Invocation) -> Answer:
    """How many members a template may have."""
    del call  # they are the same for everybody
    return {"TemplateLimit": {f"{kind.noun}MemberLimit": MAX_MEMBERS for kind in KINDS}}


def _without(template: Template, gone: str, now: str) -> Template:
    if not template.kind.holds or gone not in template.texts:
        return template
    rest = tuple(member for member in template.members if member.text != gone)
    return msgspec.structs.replace(template, members=rest, updated_time=now)


def _name(params: Params, kind: Kind) -> str:
    name = params.text(f"{kind.noun}Name")
    if len(name) > MAX_NAME:
        raise too_long(f"{kind.noun}Name", MAX_NAME)
    return name


def _filters(kind: Kind) -> Mapping[str, Filter[Template]]:
    word = re.sub("(?<=[a-z])(?=[A-Z])", "-", kind.noun).lower()
    filters: dict[str, Filter[Template]] = {
        f"{word}-name": lambda template, value: template.name == value,
        f"{word}-id": lambda template, value: template.template_id == value,
    }
    if not kind.holds:
        filters[_MEMBER_FILTERS[kind.prefix]] = lambda template, value: value in template.texts
    return filters
