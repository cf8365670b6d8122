"""Where groups are: an account and a region, the groups that are covered there, and batches of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from sgguard.config.fleet import Fleet
from sgguard.facts import Survey, View, survey
from sgguard.model.batch import Batch
from sgguard.pipeline import Guard


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One region of one account."""

    account: str = ""
    """UIN; empty for the account that the code runs in."""
    region: str

    @property
    def name(self) -> str:
        """For a person: ``100000000002/ap-guangzhou``, or the region alone in the own account."""
        return f"{self.account}/{self.region}" if self.account else self.region


def places_of(fleet: Fleet, home: str) -> tuple[Place, ...]:
    """Every region of every account of a fleet; `home` is the region that the code runs in."""
    regions = fleet.regions or ((home,) if home else ())
    own = (Place(region=region) for region in regions)
    others = (
        Place(account=member.account, region=region)
        for member in fleet.members
        for region in member.regions or regions
    )
    return (*own, *others)


def view_of(region: str, guard: Guard) -> View:
    """What a guard sees of a region now."""
    return View(region, guard.readers, guard.memory, now=guard.clock(), freshness=guard.freshness)


def survey_of(place: Place, guard: Guard) -> Survey:
    """Every group of a place. Raises GatherError when it cannot be told in full."""
    return survey(view_of(place.region, guard))


def batches(place: Place, found: Survey, *, sweep: str, size: int) -> Iterator[Batch]:
    """The covered groups of a place and those that could not be told, in pieces."""
    wanted = tuple(group.group_id for group in found.groups if group.status != "not-covered")
    for start in range(0, len(wanted), size):
        yield Batch(
            sweep=sweep, account=place.account, region=place.region, groups=wanted[start : start + size]
        )


def kinds_of_reasons(found: Survey) -> Counter[str]:
    """How many groups are not covered, by the reason in general words."""
    return Counter(_kind(group.reasons[0]) for group in found.of("not-covered"))


def _kind(reason: str) -> str:
    if reason.startswith("it stands before the API server"):
        return "protects an API server endpoint"
    return "serves no TKE cluster" if reason.startswith("none of its") else "bound to nothing"
