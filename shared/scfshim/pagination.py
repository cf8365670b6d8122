"""All items of a listing, or an error: never silently fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from scfshim.errors import PaginationError

PAGE = 100
"""Items a page: the most that these actions allow (https://www.tencentcloud.com/document/api/215/15808)."""

LIST_MEMBERS = {
    "DescribeAddressTemplateGroups": "AddressTemplateGroupSet",
    "DescribeAddressTemplates": "AddressTemplateSet",
    "DescribeClusterInstances": "InstanceSet",
    "DescribeClusters": "Clusters",
    "DescribeInstances": "InstanceSet",
    "DescribeLaunchConfigurations": "LaunchConfigurationSet",
    "DescribeNetworkInterfaces": "NetworkInterfaceSet",
    "DescribeNodePools": "NodePools",
    "DescribeSecurityGroups": "SecurityGroupSet",
    "DescribeServiceTemplateGroups": "ServiceTemplateGroupSet",
    "DescribeServiceTemplates": "ServiceTemplateSet",
    "DescribeSubnets": "SubnetSet",
    "DescribeVpcs": "VpcSet",
}
"""Which member of the answer holds the items."""

Item = dict[str, object]


def paginate(action: str, page_at: Callable[[int], dict[str, object]]) -> Iterator[Item]:
    """Every item of `action`, page by page; `page_at` makes the call for one offset.

    Raises:
        PaginationError: the total moved between pages, pages stopped before it, repeated or ran past it.
            Something changed meanwhile, or the answer is wrong: list again.
    """
    items: list[Item] = []
    listed, total = 0, None
    while total is None or listed < total:
        previous = items
        announced, items = _read(action, page_at(listed))
        total = announced if total is None else total
        listed += len(items)
        if announced != total:
            raise PaginationError(f"{action}: the total moved from {total} to {announced}; list again")
        if listed > total or (listed < total and not items) or (items and items == previous):
            raise PaginationError(f"{action}: {listed} items of {total} and no way on; list again")
        yield from items


def _read(action: str, answer: dict[str, object]) -> tuple[int, list[Item]]:
    """Total and items of one page; the API may answer null for no items."""
    member = LIST_MEMBERS[action]
    try:
        total = msgspec.convert(answer.get("TotalCount"), int)
        return total, msgspec.convert(answer.get(member), list[Item] | None) or []
    except msgspec.ValidationError as error:
        raise PaginationError(
            f"{action}: TotalCount or {member} is not what the API promises: {error}"
        ) from error
