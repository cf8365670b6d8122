"""DescribeVpcs and DescribeSubnets."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.errors import not_emulated
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered, flag, named, number, page
from tcmock.parameters import Params
from tcmock.vpc.errors import BAD_FILTER, BAD_RANGE, BOTH, MISSING
from tcmock.vpc.models import Subnet, Vpc, region_statistics
from tcmock.vpc.state import VpcState

_VPC_FILTERS: Mapping[str, Filter[Vpc]] = {
    "vpc-id": lambda vpc, value: vpc.vpc_id == value,
    "vpc-name": lambda vpc, value: value in vpc.vpc_name,
    "is-default": lambda vpc, value: vpc.is_default is flag(value),
    "cidr-block": lambda vpc, value: value in _spellings(vpc.cidr_block),
}
_SUBNET_FILTERS: Mapping[str, Filter[Subnet]] = {
    "vpc-id": lambda subnet, value: subnet.vpc_id == value,
    "subnet-id": lambda subnet, value: subnet.subnet_id == value,
    "subnet-name": lambda subnet, value: subnet.subnet_name == value,
    "is-default": lambda subnet, value: subnet.is_default is flag(value),
    "is-remote-vpc-snat": lambda subnet, value: subnet.is_remote_vpc_snat is flag(value),
    "zone": lambda subnet, value: subnet.zone == value,
    "cidr-block": lambda subnet, value: value in _spellings(subnet.cidr_block),
}


def describe_vpcs(call: Invocation) -> Answer:
    """Networks by id or filter (https://www.tencentcloud.com/document/product/215/15778)."""
    vpcs = call.region[VpcState].vpcs
    listed = named(vpcs, call.params, "VpcIds", exclusive_code=BOTH, missing_code=MISSING)
    found = filtered(listed, call.params, _VPC_FILTERS, code=BAD_FILTER, tags=lambda vpc: vpc.tag_set)
    return {"VpcSet": _page(found, call.params), "TotalCount": len(found)}


def describe_subnets(call: Invocation) -> Answer:
    """Subnets by id or filter (https://www.tencentcloud.com/document/product/215/15784)."""
    if "NextToken" in call.params or "MaxResults" in call.params:
        raise not_emulated("`NextToken` paging of DescribeSubnets; page with Offset and Limit")
    subnets = call.region[VpcState].subnets
    listed = named(subnets, call.params, "SubnetIds", exclusive_code=BOTH, missing_code=MISSING)
    found = filtered(
        listed, call.params, _SUBNET_FILTERS, code=BAD_FILTER, tags=lambda subnet: subnet.tag_set
    )
    return {
        "SubnetSet": _page(found, call.params),
        "TotalCount": len(found),
        "RegionStatistics": region_statistics(call.region.name, len(found)),
    }


def _spellings(cidr_block: str) -> tuple[str, str]:
    """With and without its prefix: the published examples leave it out."""
    return cidr_block, cidr_block.partition("/")[0]


def _page(found: list[Vpc] | list[Subnet], params: Params) -> object:
    offset, limit = (number(params.text(name), name) for name in ("Offset", "Limit"))
    return msgspec.to_builtins(page(found, offset, limit, code=BAD_RANGE))
