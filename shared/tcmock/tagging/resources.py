"""Tagged resources by their six-part description (https://www.tencentcloud.com/document/product/598/10606)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from tcmock.account import Account
from tcmock.cvm.state import CvmState
from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.parameters import Params
from tcmock.region import Region
from tcmock.tag import Tag
from tcmock.vpc.state import VpcState

_DEFAULT_PAGE, _MAX_PAGE = 50, 200
_MAX_NAMED, _MAX_FILTERS, _MAX_VALUES = 9, 6, 10
_PARTS = 6


class _Tagged(msgspec.Struct, frozen=True):
    """A resource that has tags."""

    product: str
    region: str
    name: str
    """For example ``sg/sg-5k1ixnpo``."""
    tags: Sequence[Tag]

    def is_meant(self, described: str, uin: str) -> bool:
        """Whether a description names it.

        The account may be left out, as Cloud Custodian does. Security groups answer to vpc as well as to cvm,
        under which permissions name them.
        """
        parts = described.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[:2] != ["qcs", ""]:
            return False
        _, _, product, region, owner, name = parts
        products = {self.product, "vpc"} if self.name.startswith("sg/") else {self.product}
        return (
            product in products and (region, name) == (self.region, self.name) and owner in ("", f"uin/{uin}")
        )

    def has(self, wanted: Params) -> bool:
        """Whether it passes one filter: the key, and any of the values if there are some."""
        key, values = wanted.text("TagKey"), wanted.texts("TagValue")
        return any(tag.key == key and (not values or tag.value in values) for tag in self.tags)


def get(call: Invocation) -> Answer:
    """A page of tagged resources, or those that are named (https://cloud.tencent.com/document/api/651/72275).

    Named ones come back as they were described and all at once.
    """
    params = call.params
    filters = _filters(params)
    found = [one for one in _tagged(call.account) if all(one.has(wanted) for wanted in filters)]
    named = params.texts("ResourceList")
    if len(named) > _MAX_NAMED:
        raise APIError("InvalidParameterValue", f"`ResourceList` may name {_MAX_NAMED} at a time.")
    if named:
        meant = ((text, one) for text in named for one in found if one.is_meant(text, call.account.uin))
        return _answer((_mapping(text, one.tags) for text, one in meant), "")
    offset, count = _page(params)
    shown = found[offset : offset + count]
    token = str(offset + count) if offset + count < len(found) else ""
    owner = f"uin/{call.account.uin}"
    return _answer(
        (_mapping(f"qcs::{one.product}:{one.region}:{owner}:{one.name}", one.tags) for one in shown), token
    )


def _filters(params: Params) -> list[Params]:
    filters = params.children("TagFilters")
    if len(filters) > _MAX_FILTERS or any(len(one.texts("TagValue")) > _MAX_VALUES for one in filters):
        what = f"`TagFilters` may have {_MAX_FILTERS} entries with {_MAX_VALUES} values each."
        raise APIError("InvalidParameterValue", what)
    return filters


def _page(params: Params) -> tuple[int, int]:
    token, count = params.text("PaginationToken"), params.number("MaxResults")
    if token and not token.isdecimal():
        raise APIError("InvalidParameterValue", "`PaginationToken` is none that an answer has given.")
    count = _DEFAULT_PAGE if count is None else count
    if not 1 <= count <= _MAX_PAGE:
        raise APIError("InvalidParameterValue", f"`MaxResults` must be within 1 and {_MAX_PAGE}.")
    return int(token or 0), count


def _tagged(account: Account) -> Iterator[_Tagged]:
    for region in account.regions.values():
        for product, name, tags in _resources(region):
            if tags:
                yield _Tagged(product, region.name, name, tags)


def _resources(region: Region) -> Iterator[tuple[str, str, Sequence[Tag]]]:
    network = region[VpcState]
    for vpc in network.vpcs.values():
        yield "vpc", f"vpc/{vpc.vpc_id}", vpc.tag_set
    for subnet in network.subnets.values():
        yield "vpc", f"subnet/{subnet.subnet_id}", subnet.tag_set
    for group in network.security_groups.values():
        yield "cvm", f"sg/{group.about.security_group_id}", group.about.tag_set
    for instance in region[CvmState].instances.values():
        yield "cvm", f"instance/{instance.instance_id}", instance.tags


def _mapping(described: str, tags: Iterable[Tag]) -> dict[str, object]:
    listed = [{"TagKey": tag.key, "TagValue": tag.value, "Category": "Custom"} for tag in tags]
    return {"Resource": described, "Tags": listed}


def _answer(mappings: Iterable[dict[str, object]], token: str) -> Answer:
    return {"PaginationToken": token, "ResourceTagMappingList": list(mappings)}
