"""DescribeVpcs and DescribeSubnets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from tcmock.errors import not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import filtered, named, number, page
from tcmock.parameters import Params
from tcmock.vpc.models import Subnet, Vpc, region_statistics

_BOTH = "InvalidParameter.Coexist"
_MISSING = "ResourceNotFound"
_BAD_FILTER = "InvalidParameter.FilterInvalidKey"
_VPC_FILTERS: dict[str, Callable[[Vpc], Iterable[str]]] = {"vpc-id": lambda vpc: [vpc.vpc_id]}
_SUBNET_FILTERS: dict[str, Callable[[Subnet], Iterable[str]]] = {
    "vpc-id": lambda subnet: [subnet.vpc_id],
    "subnet-id": lambda subnet: [subnet.subnet_id],
}


def describe_vpcs(call: Invocation) -> Answer:
    """Networks by id or filter (https://www.tencentcloud.com/document/product/215/15778)."""
    listed = named(call.region.vpcs, call.params, "VpcIds", exclusive_code=_BOTH, missing_code=_MISSING)
    found = filtered(listed, call.params, _VPC_FILTERS.get, code=_BAD_FILTER)
    return {"VpcSet": _page(found, call.params), "TotalCount": len(found)}


def describe_subnets(call: Invocation) -> Answer:
    """Subnets by id or filter (https://www.tencentcloud.com/document/product/215/15784)."""
    if "NextToken" in call.params or "MaxResults" in call.params:
        raise not_emulated("`NextToken` paging of DescribeSubnets; page with Offset and Limit")
    listed = named(call.region.subnets, call.params, "SubnetIds", exclusive_code=_BOTH, missing_code=_MISSING)
    found = filtered(listed, call.params, _SUBNET_FILTERS.get, code=_BAD_FILTER)
    return {
        "SubnetSet": _page(found, call.params),
        "TotalCount": len(found),
        "RegionStatistics": region_statistics(call.region.name, len(found)),
    }


def _page(found: list[Vpc] | list[Subnet], params: Params) -> object:
    offset, limit = (number(params.text(name), name) for name in ("Offset", "Limit"))
    return msgspec.to_builtins(page(found, offset, limit, code="InvalidParameterValue.Range"))
