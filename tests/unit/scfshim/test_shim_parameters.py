"""One mistake in the parameters at a time."""

from __future__ import annotations

import pytest

from scfshim.parameters import problems
from scfshim.spec import Action, Service

SPEC = Service(
    version="2017-03-12",
    actions={
        "CreateThings": Action(
            {
                "ThingId": "string!",
                "Things": "[Thing]!",
                "Count": "int",
                "Ratio": "float",
                "Force": "bool",
                "Names": "[string]",
                "Parent": "Thing",
            }
        )
    },
    objects={"Thing": {"Name": "string!", "Parts": "[Thing]", "Weight": "int"}},
)
GOOD = {"ThingId": "t-1", "Things": [{"Name": "a"}]}


def check(**parameters: object) -> list[str]:
    return problems(SPEC, "CreateThings", {**GOOD, **parameters})


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"Things": []},
        {"Things": ({"Name": "a", "Parts": [{"Name": "b", "Weight": 0}]},)},
        {"Count": 0, "Ratio": 1, "Force": False, "Names": ["a", ""], "Parent": {"Name": ""}},
        {"Ratio": 0.5},
    ],
)
def test_what_fits(parameters: dict[str, object]) -> None:
    assert check(**parameters) == []


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"Conut": 1}, "Conut is unknown. Nearest: Count"),
        ({"Zzz": 1}, "Zzz is unknown. Known: Count, Force, Names, Parent, Ratio, ThingId, Things"),
        ({"ThingId": 1}, "ThingId must be of type string, not int"),
        ({"ThingId": None}, "ThingId must be of type string, not NoneType"),
        ({"ThingId": b"t-1"}, "ThingId must be of type string, not bytes"),
        ({"Count": True}, "Count must be of type int, not bool"),
        ({"Count": "1"}, "Count must be of type int, not str"),
        ({"Force": 1}, "Force must be of type bool, not int"),
        ({"Ratio": True}, "Ratio must be of type float, not bool"),
        ({"Names": "a"}, "Names must be a list, each item of type string, not str"),
        ({"Names": ["a", 1]}, "Names[1] must be of type string, not int"),
        ({"Parent": []}, "Parent must be an object (Thing), not list"),
        ({"Things": [{}]}, "Things[0].Name is missing: it must be of type string"),
        ({"Things": {"Name": "a"}}, "Things must be a list, each item an object (Thing), not dict"),
        (
            {"Things": [{"Name": "a", "Parts": [{"Name": "b"}, {"Name": "c", "Wieght": 1}]}]},
            "Things[0].Parts[1].Wieght is unknown. Nearest: Weight",
        ),
    ],
)
def test_what_does_not(parameters: dict[str, object], problem: str) -> None:
    assert check(**parameters) == [problem]


def test_all_problems_at_once() -> None:
    found = problems(SPEC, "CreateThings", {"Count": "1", "Other": 2})
    assert [text.split()[0] for text in found] == ["Other", "ThingId", "Things", "Count"]
