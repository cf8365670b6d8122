"""All that one account has in one region, and the builder calls that put it there."""

from __future__ import annotations

from collections.abc import Sequence

from tcmock.clock import Clock
from tcmock.ids import Ids
from tcmock.section import Sections
from tcmock.stores import Stores
from tcmock.structure import Fields

REGIONS = (
    *("ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing", "ap-chengdu", "ap-chongqing", "ap-hongkong"),
    *("ap-taipei", "ap-seoul", "ap-tokyo", "ap-singapore", "ap-bangkok", "ap-jakarta", "ap-mumbai"),
    *("na-siliconvalley", "na-ashburn", "na-toronto", "sa-saopaulo", "eu-frankfurt", "eu-moscow"),
)
"""https://www.tencentcloud.com/document/product/213/6091"""


class Region(Stores):
    """The stores of one region.

    Every `add_…` takes the members of the API's own object by name, fills in what is left out and returns the
    id; it raises `StateError` for what cannot be. None of them is a call: they leave no audit record.
    """

    def __init__(self, name: str, sections: Sections[Region], *, ids: Ids, clock: Clock) -> None:
        super().__init__()
        self.name = name
        self.ids = ids
        self.clock = clock
        self._sections = sections

    def add(self, section: str, /, **fields: object) -> str:
        """An entry of any list that a state document's region may have."""
        return self._sections.add(self, section, fields)

    def add_vpc(self, **fields: object) -> str:
        """A network; needs `CidrBlock`."""
        return self.add("vpcs", **fields)

    def add_subnet(self, **fields: object) -> str:
        """A subnet; needs `VpcId` and `CidrBlock`."""
        return self.add("subnets", **fields)

    def add_security_group(self, **fields: object) -> str:
        """A group; `SecurityGroupPolicySet` holds its rows as the API answers or takes them."""
        return self.add("security_groups", **fields)

    def add_instance(self, **fields: object) -> str:
        """A machine; needs `SubnetId`."""
        return self.add("instances", **fields)

    def add_cluster(self, **fields: object) -> str:
        """A cluster; needs `VpcId`. `Instances` lists its nodes."""
        return self.add("clusters", **fields)

    def load(self, document: Fields) -> None:
        """Add all entries of a region's document."""
        self._sections.load(self, document)

    def dump(self) -> dict[str, Sequence[object]]:
        """The document that loads as this region."""
        return self._sections.dump(self)
