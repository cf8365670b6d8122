"""Which actions of eb exist here, and what they change (version 2021-04-16)."""

from __future__ import annotations

from tcmock.eventbridge import bus_actions, document, event_actions, rule_actions, target_actions
from tcmock.invocation import Action, Answer, Permission, Product, Resource, Service
from tcmock.parameters import Params
from tcmock.section import Section

_MEMBERS = ("EventBusId", "RuleId", "TargetId")
_KINDS = ("eventbusid", "ruleid", "targetid")


def _name(kind: str, params: Params, answer: Answer) -> str:
    """Like ``ruleid/eb-l65vlc2u/rule-fdltium8``: a bus, then what is on it."""
    depth = _KINDS.index(kind) + 1
    ids = [params.text(name) or Params(answer).text(name) for name in _MEMBERS[:depth]]
    return "/".join((kind, *ids))


def _changes(kind: str) -> Resource:
    return Resource(
        f"QCS::EB::{kind.removesuffix('id').title()}", lambda params, answer: [_name(kind, params, answer)]
    )


def _on(kind: str) -> Permission:
    """What a role needs to be allowed (https://www.tencentcloud.com/document/product/598/98127)."""
    return Permission(resource=lambda params: _name(kind, params, {}))


_BUS, _RULE, _TARGET = (_changes(kind) for kind in _KINDS)
_ON_BUS, _ON_RULE, _ON_TARGET = (_on(kind) for kind in _KINDS)

EVENTBRIDGE = Product(
    services=(
        Service(
            "eb",
            "2021-04-16",
            {
                "CheckRule": Action(rule_actions.check),
                "CreateEventBus": Action(bus_actions.create, _BUS),
                "CreateRule": Action(rule_actions.create, _RULE, _ON_BUS),
                "CreateTarget": Action(target_actions.create, _TARGET, _ON_RULE),
                "DeleteEventBus": Action(bus_actions.delete, _BUS, _ON_BUS),
                "DeleteRule": Action(rule_actions.delete, _RULE, _ON_RULE),
                "DeleteTarget": Action(target_actions.delete, _TARGET, _ON_TARGET),
                "GetEventBus": Action(bus_actions.get, permission=_ON_BUS),
                "GetRule": Action(rule_actions.get, permission=_ON_RULE),
                "ListEventBuses": Action(bus_actions.describe),
                "ListRules": Action(rule_actions.describe, permission=_ON_BUS),
                "ListTargets": Action(target_actions.describe, permission=_ON_RULE),
                "PutEvents": Action(event_actions.put, permission=_ON_BUS),
                "UpdateRule": Action(rule_actions.update, _RULE, _ON_RULE),
                "UpdateTarget": Action(target_actions.update, _TARGET, _ON_TARGET),
            },
        ),
    ),
    region_sections=(Section("event_buses", document.add_bus, document.dump_buses),),
)
