"""Many cases, a line each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import msgspec

from sgguard.baseline import Expectation, Site, expect
from sgguard.config.cluster import read_cluster
from sgguard.config.names import read_names
from sgguard.errors import ConfigError
from sgguard.evaluate import Circumstances, evaluate
from sgguard.evaluate.practice import practices as advise
from sgguard.model.finding import Evaluation, Finding
from sgguard.model.reason import as_written
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.report.judged import Judged
from sgguard.wire.policy_set import decode_policy_json


class _Line(msgspec.Struct):
    id: str | int
    group: msgspec.Raw
    cluster: object
    templates: object = None


def judge_lines(
    lines: Iterable[str], site: Site, *, file: str = "", practices: bool = False, now: float = 0.0
) -> Iterator[Judged]:
    """One judged group a line, in the same order. A line that cannot be read is undetermined, and says why.

    `file` names what the lines are of; `now` (epoch seconds) decides which waivers have expired.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            judged = _judge_line(line, f"line {number}", site, practices, now)
            yield msgspec.structs.replace(judged, file=file, line=number)


def _judge_line(line: str, where: str, site: Site, practices: bool, now: float) -> Judged:
    try:
        case = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, RecursionError) as error:
        return _unreadable("", f"{where}: {error}")
    try:
        group = decode_policy_json(case.group, f"{where}: group")
        scope = read_cluster(case.cluster, f"{where}: cluster")
        names = read_names(case.templates, f"{where}: templates")
    except ConfigError as error:
        return _unreadable(str(case.id), str(error))
    group_id, expectation = str(case.id), expect([scope], site)
    known = Circumstances(names=names, waivers=site.waivers_of(group_id, [scope]), now=now)
    evaluation = evaluate(group, expectation, group_id=group_id, circumstances=known)
    if practices:
        advice = advise(group, expectation, circumstances=known)
        evaluation = msgspec.structs.replace(evaluation, practices=advice)
    return Judged(evaluation=evaluation, group=group, expectation=expectation)


def _unreadable(case_id: str, text: str) -> Judged:
    print(text, file=sys.stderr)
    finding = Finding(
        kind="undetermined",
        severity="high",
        certain=False,
        direction="ingress",
        requirement=None,
        policy_indexes=(),
        traffic=(),
        witness=None,
        reason=as_written(text),
    )
    return Judged(
        evaluation=Evaluation(id=case_id, version="", verdict="undetermined", findings=(finding,)),
        group=SecurityGroupPolicySet(version=""),
        expectation=Expectation((), ()),
    )
