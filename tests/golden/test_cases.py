"""Every recorded case, through the real function on the embedded cloud, gives what is written beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sglab.case import find_cases, read_case, told
from sglab.stage import Stage

CASES = find_cases(Path(__file__).parents[2] / "events" / "cases")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_case(folder: Path) -> None:
    case = read_case(folder)
    assert case.expected is not None, "run `sgguard replay --update` and read what it writes"
    with Stage(mode=case.expected.mode, state=case.cloud) as stage:
        delivered = stage.deliver(case.event)
        assert told(case.expected.mode, delivered, stage) == case.expected


def test_the_stories_that_must_be_there() -> None:
    names = {f"{folder.parent.name}/{folder.name}" for folder in CASES}
    assert names >= {
        "excess/world-opened-by-all",
        "excess/ssh-replaced-by-all",
        "excess/drop-deleted",
        "excess/reordered",
        "excess/ipv6-world",
        "excess/master-etcd-opened",
        "missing/pod-network-dropped-on-top",
        "missing/node-port-removed",
        "missing/egress-narrowed",
        "compliant/ssh-restricted",
        "compliant/own-revert",
        "ignored/failed-call",
    }
