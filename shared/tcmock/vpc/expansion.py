"""The rows of a group with their parameter templates spelt out.

What DescribeSecurityGroupExpandedPolicies answers was not recorded. Here a row gives way to one row for every
service and address of its templates, and each keeps the place of the row that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tcmock.vpc.policy import NO_ADDRESS_TEMPLATE, NO_SERVICE_TEMPLATE, Policy
from tcmock.vpc.policy_set import Placed
from tcmock.vpc.syntax import ALL
from tcmock.vpc.template import Template

SECONDS = 60
"""How long an answer is kept: documented as one minute."""

Templates = Mapping[str, Template]


class Expansion(msgspec.Struct, frozen=True):
    """What was answered and when."""

    at: float
    version: int
    rows: list[Placed]


def expanded(policy: Policy, templates: Templates) -> list[Policy]:
    """What one row stands for."""
    if not policy.template_ids:
        return [policy]
    return [row for spelt in _with_services(policy, templates) for row in _with_addresses(spelt, templates)]


def _with_services(policy: Policy, templates: Templates) -> Iterator[Policy]:
    if policy.service_template == NO_SERVICE_TEMPLATE:
        yield policy
        return
    for text in _leaves(policy.service_template.ids, templates):
        protocol, _, port = text.partition(":")
        yield msgspec.structs.replace(
            policy, protocol=protocol, port=port or ALL, service_template=NO_SERVICE_TEMPLATE
        )


def _with_addresses(policy: Policy, templates: Templates) -> Iterator[Policy]:
    if policy.address_template == NO_ADDRESS_TEMPLATE:
        yield policy
        return
    for text in _leaves(policy.address_template.ids, templates):
        family = "ipv6_cidr_block" if ":" in text else "cidr_block"
        yield msgspec.structs.replace(policy, **{family: text}, address_template=NO_ADDRESS_TEMPLATE)


def _leaves(names: Sequence[str], templates: Templates) -> list[str]:
    """The members of a template and of the templates of a group, each once."""
    found: list[str] = []
    for template in (templates[name] for name in names):
        if template.kind.holds:
            found += [text for inner in template.texts for text in templates[inner].texts]
        else:
            found += template.texts
    return list(dict.fromkeys(found))
