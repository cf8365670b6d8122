"""The verdict on one group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from sgguard.baseline import Expectation, Expected
from sgguard.evaluate import explanation
from sgguard.evaluate.landmark import MANAGEMENT, TELLING
from sgguard.evaluate.resolve import Names, Resolved, resolve
from sgguard.evaluate.severity import severity
from sgguard.evaluate.witness import witness
from sgguard.model.finding import Evaluation, Finding, Kind, Severity, Verdict
from sgguard.model.reason import Reason
from sgguard.model.security_group import DIRECTIONS, Direction, SecurityGroupPolicySet
from sgguard.traffic.area import Region, areas, blocks
from sgguard.traffic.fold import Plane, Tile, fold

NO_NAMES: Names = MappingProxyType({})

_Regions = Mapping[int, Sequence[Region]]
"""By row, or by number of the requirement."""


def evaluate(
    group: SecurityGroupPolicySet, expectation: Expectation, *, group_id: str, names: Names = NO_NAMES
) -> Evaluation:
    """Compare what a group lets through with its expectation, exactly, in both directions.

    `group_id` names the group in the result; `names` holds the members of what rows refer to.
    Never raises: what cannot be resolved is an `undetermined` finding.
    """
    findings = tuple(
        finding
        for direction in DIRECTIONS
        for finding in _Judgement(group, expectation, direction, names).findings()
    )
    return Evaluation(id=group_id, version=group.version, verdict=_verdict(findings), findings=findings)


def _verdict(findings: Sequence[Finding]) -> Verdict:
    decisive = [finding for finding in findings if finding.kind != "shadowed"]
    if any(finding.certain and finding.kind != "undetermined" for finding in decisive):
        return "violating"
    return "undetermined" if decisive else "compliant"


class _Judgement:
    """One direction of one group against its expectation."""

    def __init__(
        self,
        group: SecurityGroupPolicySet,
        expectation: Expectation,
        direction: Direction,
        names: Names,
    ) -> None:
        self._direction = direction
        self._rows: list[Resolved] = [resolve(policy, names) for policy in group.rows(direction)]
        self._required: tuple[Expected, ...] = expectation.required(direction)
        sets = [expectation.ceiling(direction), *(expected.traffic for expected in self._required)]
        self._planes: tuple[Plane, ...] = fold([resolved.row for resolved in self._rows], sets)

    def findings(self) -> Iterator[Finding]:
        """Excess by policy, missing by requirement, what could not be decided, dead rows."""
        certain, possible = self._excess()
        for index in sorted({*certain, *possible}):
            if index in certain:
                yield self._excess_finding(index, certain[index], certain=True)
            if index in possible:
                yield self._excess_finding(index, possible[index], certain=False)
        lost, doubtful = self._missing()
        for number, expected in enumerate(self._required):
            if number in lost:
                yield self._missing_finding(expected, lost[number], certain=True)
            if number in doubtful:
                yield self._missing_finding(expected, doubtful[number], certain=False)
        yield from self._gaps(matter=bool(possible or doubtful))
        yield from self._dead_rows()

    def _tiles(self) -> Iterator[tuple[Plane, Tile]]:
        for plane in self._planes:
            for tile in plane.tiles:
                yield plane, tile

    def _excess(self) -> tuple[_Regions, _Regions]:
        """What is accepted beyond the ceiling by each row: for sure, and besides that at the most."""
        certain: dict[int, list[Region]] = {}
        possible: dict[int, list[Region]] = {}
        accepts = [resolved.row.accept for resolved in self._rows]
        for plane, tile in self._tiles():
            beyond = ~tile.sets[0]
            for index, hit in tile.strict.hits:
                if accepts[index] and hit & beyond:
                    certain.setdefault(index, []).append(Region(plane, tile, hit & beyond))
            if tile.lenient is not tile.strict:
                beyond &= ~tile.strict.permit
                for index, hit in tile.lenient.hits:
                    if accepts[index] is not False and hit & beyond:
                        possible.setdefault(index, []).append(Region(plane, tile, hit & beyond))
        return certain, possible

    def _missing(self) -> tuple[_Regions, _Regions]:
        """What each requirement lacks: for sure, and besides that at the most."""
        lost: dict[int, list[Region]] = {}
        doubtful: dict[int, list[Region]] = {}
        for plane, tile in self._tiles():
            strict, lenient = tile.strict.permit, tile.lenient.permit
            for number, needed in enumerate(tile.sets[1:]):
                if gone := needed & ~lenient:
                    lost.setdefault(number, []).append(Region(plane, tile, gone))
                if unsure := needed & lenient & ~strict:
                    doubtful.setdefault(number, []).append(Region(plane, tile, unsure))
        return lost, doubtful

    def _excess_finding(self, index: int, regions: Sequence[Region], *, certain: bool) -> Finding:
        parts = areas(regions)
        packet = witness(parts, MANAGEMENT, lambda *_: index)
        return Finding(
            kind="excess",
            severity=severity(parts, self._rows[index].row.most),
            certain=certain,
            direction=self._direction,
            requirement=None,
            policy_indexes=(index,),
            traffic=blocks(parts),
            witness=packet,
            reason=explanation.excess(self._direction, packet, certain=certain),
        )

    def _missing_finding(self, expected: Expected, regions: Sequence[Region], *, certain: bool) -> Finding:
        parts = areas(regions)
        packet = witness(parts, TELLING, lambda plane, port, peer: plane.decider(port, peer, lenient=certain))
        deciders = {row for region in regions for row in region.deciders(lenient=certain)}
        return Finding(
            kind="missing",
            severity="critical",
            certain=certain,
            direction=self._direction,
            requirement=expected.id,
            policy_indexes=tuple(sorted(deciders)),
            traffic=blocks(parts),
            witness=packet,
            reason=explanation.missing(expected, packet, certain=certain),
        )

    def _gaps(self, *, matter: bool) -> Iterator[Finding]:
        """Rows that could not be resolved; groups of unknown members only where they may change a verdict."""
        for index, resolved in enumerate(self._rows):
            gap = resolved.gap
            if gap and (matter or gap.cause != "group"):
                yield self._bare_finding(
                    "undetermined",
                    "high",
                    index,
                    explanation.undetermined(self._direction, index, gap.reason),
                )

    def _dead_rows(self) -> Iterator[Finding]:
        """Rows that never decide a packet."""
        alive = {
            index
            for _, tile in self._tiles()
            for ruling in (tile.strict, tile.lenient)
            for index, _ in ruling.hits
        }
        for index, resolved in enumerate(self._rows):
            if resolved.gap:
                return  # what comes behind may be alive in a truth that neither reading is
            if index not in alive and resolved.row.most:
                yield self._bare_finding(
                    "shadowed", "low", index, explanation.shadowed(self._direction, index, ())
                )

    def _bare_finding(self, kind: Kind, grade: Severity, index: int, why: Reason) -> Finding:
        return Finding(
            kind=kind,
            severity=grade,
            certain=kind != "undetermined",
            direction=self._direction,
            requirement=None,
            policy_indexes=(index,),
            traffic=(),
            witness=None,
            reason=why,
        )
