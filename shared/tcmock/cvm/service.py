"""Which actions of cvm exist here, and what they change."""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.cvm import binding_actions, document, instance_actions, launch_actions
from tcmock.invocation import Action, Answer, Product, Resource, Service
from tcmock.parameters import Params
from tcmock.section import Section

_CLASS = "QCS::CVM::Instance"


def _named(params: Params, _: Answer) -> Sequence[str]:
    return [f"instance/{instance_id}" for instance_id in params.texts("InstanceIds")]


def _launched(_: Params, answer: Answer) -> Sequence[str]:
    return [f"instance/{instance_id}" for instance_id in Params(answer).texts("InstanceIdSet")]


_INSTANCES = Resource(_CLASS, _named)

CVM = Product(
    services=(
        Service(
            "cvm",
            "2017-03-12",
            {
                "AssociateSecurityGroups": Action(binding_actions.associate, _INSTANCES),
                "DescribeInstances": Action(instance_actions.describe),
                "DisassociateSecurityGroups": Action(binding_actions.disassociate, _INSTANCES),
                "ModifyInstancesAttribute": Action(binding_actions.modify, _INSTANCES),
                "RunInstances": Action(launch_actions.run, Resource(_CLASS, _launched)),
            },
        ),
    ),
    region_sections=(Section("instances", document.add, document.dump),),
)
