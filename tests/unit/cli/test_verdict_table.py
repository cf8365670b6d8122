"""The table says all that the document says, in each language, whatever others wrote into it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import samples
from rich.console import Console

from sgguard.baseline import read_site
from sgguard.cli.table import print_plan
from sgguard.cli.verdict_table import print_evaluation
from sgguard.evaluate import Circumstances, Earlier, Stack, evaluate
from sgguard.evaluate.practice import practices
from sgguard.model.finding import Evaluation
from sgguard.model.stack import Placement
from sgguard.plan import Guardrails, decide
from sgguard.report.document import evaluation_document
from sgguard.wording import LANGUAGES, Language, messages, say

WAIVER = {
    "direction": "ingress",
    "protocols": ["tcp"],
    "peers": ["anywhere-ipv4"],
    "reason": "r",
    "owner": "o",
    "expires": "2026-12-31",
}
SITE = read_site(
    {
        "schema": "sgguard/config/v1",
        "waivers": [
            {**WAIVER, "id": "mail", "ports": "25"},
            {**WAIVER, "id": "nothing", "ports": "4711"},
            {**WAIVER, "id": "late", "ports": "3389", "expires": "2025-12-31"},
        ],
    },
    "site",
)


def judged(group_id: str = "sg-sample01") -> Evaluation:
    """One of everything."""
    rows: list[samples.Row] = [
        ("udp", "53", samples.PODS, "DROP"),
        ("tcp", "25", "0.0.0.0/0"),
        ("tcp", "3389", "0.0.0.0/0"),
        ("tcp", "8443", "ipm-unknown1"),
        *samples.NODE_ROWS,
    ]
    group = samples.group(rows)
    stacks = (Stack(), Stack(ahead=(("sg-front001", samples.group([("udp", "9", "192.0.2.1")], [])),)))
    known = Circumstances(
        waivers=SITE.waivers,
        now=1_782_864_000.0,  # July 2026
        earlier=Earlier(group=samples.group(rows[1:], version="6"), source="memory"),
        stacks=stacks,
    )
    evaluation = evaluate(group, samples.expectation(), group_id=group_id, circumstances=known)
    placement = Placement(stacks=stacks, strangers=("ins-stranger",), elsewhere=("ins-elsewhere",))
    return Evaluation(
        **{
            **{name: getattr(evaluation, name) for name in evaluation.__struct_fields__},
            "practices": practices(group, samples.expectation(), placement=placement, circumstances=known),
        }
    )


def printed(evaluation: Evaluation, language: Language) -> str:
    out = io.StringIO()
    print_evaluation(Console(file=out, width=4000, no_color=True), evaluation, language)
    return out.getvalue()


def words(document: object) -> Iterator[str]:
    """Texts and numbers of a document, apart from those of the schema itself."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key not in {"schema", "witness"}:
                yield from words(value)
    elif isinstance(document, list | tuple):
        for item in document:
            yield from words(item)
    elif isinstance(document, str | int) and not isinstance(document, bool):
        yield str(document)


CODED = {
    *("compliant", "violating", "undetermined", "excess", "missing", "shadowed"),
    *("info", "low", "medium", "high", "critical", "new", "old", "mixed"),
    *("ingress", "egress", "stacks", "memory", "used", "unused", "expired"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_in_the_document_is_in_the_table(language: Language) -> None:
    evaluation = judged()
    text = printed(evaluation, language)
    document = evaluation_document(evaluation, language)
    # Long explanations and traffic break over lines only where they did before.
    for word in words(document):
        assert word in CODED or word == "ALL" or all(part in text for part in word.splitlines()), word
    catalogue = messages(language)
    for code in (
        *("verdict.violating", "table.basis.stacks", "kind.excess", "kind.missing", "kind.undetermined"),
        *("severity.critical", "debt.new", "debt.old", "direction.ingress"),
    ):
        assert catalogue[code] in text, code
    for use in evaluation.waivers:
        assert catalogue[f"table.waiver.{use.state}"].format(id=use.id) in text
    assert {use.state for use in evaluation.waivers} == {"used", "unused", "expired"}
    assert "sg-front001 > sg-sample01" in text


@pytest.mark.parametrize("language", ["zh", "ko"])
def test_no_english_is_left(language: Language) -> None:
    text = printed(judged(), language)
    for code, message in messages("en").items():
        if (
            code.startswith(("table.", "verdict.", "kind.", "debt."))
            and "{" not in message
            and len(message) > 3
        ):
            assert message not in text, code


def test_what_was_judged_alone_is_said_to_be() -> None:
    text = printed(samples.verdict(), "en")
    assert "The group was judged alone" in text
    assert "Measured against" not in text


def test_a_name_is_not_markup() -> None:
    text = printed(judged("[red]sg[/red]\x1b[31m\u202e"), "en")
    assert text.startswith("[red]sg[/red]\ufffd[31m\ufffd version 7: violating")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_in_each_language(language: Language) -> None:
    group = samples.group([("tcp", "3389", "0.0.0.0/0"), *samples.NODE_ROWS])
    expectation = samples.expectation()
    plan = decide(
        evaluate(group, expectation, group_id="sg-1"), group, expectation, Guardrails(mode="observe")
    )
    out = io.StringIO()
    print_plan(Console(file=out, width=300, no_color=True), plan, language)
    text = out.getvalue()
    assert messages(language)["decision.alert"] in text
    assert all(say(why, language) in text for why in plan.reasons)
    assert "ACCEPT tcp 3389 from 0.0.0.0/0" in text
