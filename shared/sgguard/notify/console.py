"""Pages of the vendor's console."""

from __future__ import annotations

import re

_GROUP = re.compile(r"sg-[0-9a-z]{4,32}", re.ASCII)
# The console numbers regions; seen in its addresses and documented nowhere (docs/unverified.md).
_NUMBERS = {
    "ap-guangzhou": 1,
    "ap-shanghai": 4,
    "ap-hongkong": 5,
    "ap-beijing": 8,
    "ap-singapore": 9,
    "na-siliconvalley": 15,
    "ap-chengdu": 16,
    "eu-frankfurt": 17,
    "ap-seoul": 18,
    "ap-chongqing": 19,
    "ap-mumbai": 21,
    "na-ashburn": 22,
    "ap-bangkok": 23,
    "ap-tokyo": 25,
    "ap-nanjing": 33,
}


def group_page(host: str, region: str, group_id: str) -> str:
    """The page of one group; empty where the id is none. In an unknown region the console asks for it."""
    if not _GROUP.fullmatch(group_id):
        return ""
    number = _NUMBERS.get(region)
    place = f"?rid={number}" if number else ""
    return f"https://{host}/vpc/securitygroup/detail/{group_id}{place}"
