"""The rows of a group as they are read: as they are, or with parameter templates spelt out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered
from tcmock.vpc.errors import BAD_FILTER
from tcmock.vpc.expansion import SECONDS, Expansion, expanded
from tcmock.vpc.group_actions import find
from tcmock.vpc.policy_set import Placed, description
from tcmock.vpc.state import VpcState
from tcmock.vpc.syntax import ALL

_DIRECTIONS = {"INBOUND": "Ingress", "OUTBOUND": "Egress"}
_FILTERS: Mapping[str, Filter[Placed]] = {
    "security-group-id": lambda placed, value: placed.policy.security_group_id == value,
    "ip": lambda placed, value: value in placed.policy.cidr_block or value in placed.policy.ipv6_cidr_block,
    "address-module": lambda placed, value: value in placed.policy.address_template.ids,
    "service-module": lambda placed, value: value in placed.policy.service_template.ids,
    "protocol-type": lambda placed, value: placed.policy.protocol.upper() == value.upper(),
    "port": lambda placed, value: value == ALL or value in placed.policy.port,
    "poly": lambda placed, value: value in (ALL, placed.policy.action),
    "direction": lambda placed, value: value == ALL or _DIRECTIONS.get(value) == placed.direction,
    "description": lambda placed, value: value in placed.policy.policy_description,
}


def describe(call: Invocation) -> Answer:
    """The rows, or those that the filters leave (https://www.tencentcloud.com/document/product/215/15804)."""
    policies = find(call.region[VpcState], call.params.text("SecurityGroupId")).policies
    return _answered(call, policies.version, policies.placed)


def describe_expanded(call: Invocation) -> Answer:
    """The rows with templates spelt out, as they were up to a minute ago, by the cloud's clock."""
    state, group_id = call.region[VpcState], call.params.text("SecurityGroupId")
    policies = find(state, group_id).policies
    known = state.expansions.get(group_id)
    if known is None or not 0 <= call.now - known.at < SECONDS:
        rows = [
            msgspec.structs.replace(placed, policy=row)
            for placed in policies.placed
            for row in expanded(placed.policy, state.templates)
        ]
        known = state.expansions[group_id] = Expansion(call.now, policies.version, rows)
    return _answered(call, known.version, known.rows)


def _answered(call: Invocation, version: int, rows: Sequence[Placed]) -> Answer:
    kept = filtered(rows, call.params, _FILTERS, code=BAD_FILTER)
    return {"SecurityGroupPolicySet": description(version, kept, rows)}
