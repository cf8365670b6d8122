"""The two differences between what a group accepts and its baseline, each as one set.

That is the question itself, answered with the product's own parts. A verdict says more: which row has which
part of the excess, which requirement lacks what, which rows are dead, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from sgguard.baseline import Expectation, Site, expect
from sgguard.config.cluster import read_cluster
from sgguard.evaluate.judgement import Judgement
from sgguard.evaluate.landmark import MANAGEMENT, TELLING
from sgguard.evaluate.resolve import resolve
from sgguard.evaluate.sets import Sets, union
from sgguard.evaluate.witness import witness
from sgguard.model.finding import TrafficBlock, Witness
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet
from sgguard.traffic.area import Region, areas, blocks
from sgguard.wire.policy_set import decode_policy_json


class Line(msgspec.Struct):
    """A line of the dataset."""

    group: msgspec.Raw
    cluster: object


class Difference(NamedTuple):
    """All of the excess of one direction, or all that is missing."""

    traffic: tuple[TrafficBlock, ...]
    witness: Witness


_LINE = msgspec.json.Decoder(Line)


def differences(line: str, site: Site) -> list[Difference]:
    """From a line of JSON to readable ranges and a packet of each difference that there is."""
    case = _LINE.decode(line)
    group = decode_policy_json(case.group, "group")
    expectation = expect([read_cluster(case.cluster, "cluster")], site)
    return [found for direction in DIRECTIONS for found in _of(group, expectation, direction)]


def _of(
    group: SecurityGroupPolicySet, expectation: Expectation, direction: Direction
) -> Iterator[Difference]:
    sets = Sets(expectation, direction)
    judgement = Judgement([resolve(row, {}) for row in group.rows(direction)], sets)
    excess, missing = [], []
    for plane, tile in judgement.tiles():
        permit = tile.strict.permit
        excess.append(Region(plane, tile, permit & ~sets.ceiling(tile)))
        missing.append(Region(plane, tile, union(sets.needed(tile)) & ~permit))
    for regions, landmarks in ((excess, MANAGEMENT), (missing, TELLING)):
        if parts := areas([region for region in regions if region.grid]):
            yield Difference(blocks(parts), witness(parts, landmarks, lambda *_: None))
