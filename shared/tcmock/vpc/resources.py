"""What writes of vpc change, as audit records and policies name it.

Nobody has published such a record of a security group; templates are named as resources of CAM
(https://www.tencentcloud.com/document/product/598/57179).
"""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.invocation import Answer, Permission, Resource
from tcmock.parameters import Params
from tcmock.vpc.template import Kind

_TEMPLATE_CLASS = "QCS::VPC::ParameterTemplate"
_TEMPLATES = {"ipm": "address", "ipmg": "addressGroup", "ppm": "service", "ppmg": "serviceGroup"}


def _group_of_request(params: Params) -> str:
    return f"sg/{params.text('SecurityGroupId')}"


def _made_group(_: Params, answer: Answer) -> Sequence[str]:
    return [_group_of_request(Params(answer).child("SecurityGroup"))]


def _interfaces(params: Params, _: Answer) -> Sequence[str]:
    named = params.texts("NetworkInterfaceIds") or [params.text("NetworkInterfaceId")]
    return [f"eni/{interface_id}" for interface_id in named]


def _made_interface(_: Params, answer: Answer) -> Sequence[str]:
    return _interfaces(Params(answer).child("NetworkInterface"), answer)


def _template(template_id: str) -> str:
    return f"{_TEMPLATES.get(template_id.partition('-')[0], 'template')}/{template_id}"


CHANGED_GROUP = Resource("QCS::VPC::SecurityGroup", lambda params, _: [_group_of_request(params)])
MADE_GROUP = Resource("QCS::VPC::SecurityGroup", _made_group)
CHANGED_INTERFACES = Resource("QCS::VPC::NetworkInterface", _interfaces)
MADE_INTERFACE = Resource("QCS::VPC::NetworkInterface", _made_interface)
CHANGED_MEMBERS = Resource(_TEMPLATE_CLASS, lambda params, _: [_template(params.text("TemplateId"))])


def changed_template(kind: Kind) -> Resource:
    """A template that the request names."""
    return Resource(_TEMPLATE_CLASS, lambda params, _: [_template(params.text(f"{kind.noun}Id"))])


def made_template(kind: Kind) -> Resource:
    """A template that the answer describes."""
    return Resource(
        _TEMPLATE_CLASS,
        lambda _, answer: [_template(Params(answer).child(kind.noun).text(f"{kind.noun}Id"))],
    )


def any_group(*names: str) -> Permission:
    """For an action on no group in particular: names of cvm allow it as well."""
    return Permission(names)


def this_group(*names: str) -> Permission:
    """For an action on the group of the request, which a policy may name; names of cvm allow it as well.

    Security groups are resources of cvm (https://www.tencentcloud.com/document/product/598/57095).
    """
    return Permission(names, _group_of_request, "cvm")
