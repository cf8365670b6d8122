"""Every language says the same things."""

from __future__ import annotations

import string

import pytest

from sgguard.baseline import shipped
from sgguard.model.reason import as_written, reason
from sgguard.wording import LANGUAGES, Language, messages, say


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_messages_with_the_same_fields(language: Language) -> None:
    here = {code: fields(text) for code, text in messages(language).items() if not code.startswith("why.")}
    assert here == {code: fields(text) for code, text in messages("en").items()}


@pytest.mark.parametrize("language", ["zh", "ko"])
def test_every_requirement_says_why(language: Language) -> None:
    codes = {
        f"why.{role}.{r.id}" for role, b in shipped().items() for r in b.requirements if r.need == "required"
    }
    assert {code for code in messages(language) if code.startswith("why.")} == codes


def test_a_reason_in_a_reason() -> None:
    inner = reason("packet.ingress.port", protocol="tcp", port=22, peer="10.0.0.1")
    outer = reason("excess.certain", index="3", direction=reason("direction.ingress"), packet=inner)
    assert say(outer) == (
        "Policy 3 (ingress) accepts tcp port 22 from 10.0.0.1, which the baseline neither requires nor permits."
    )
    assert say(outer, "zh") == "规则 3（入站）放通了来自 10.0.0.1 的 tcp 22 端口，基线既不要求也不允许。"
    assert "규칙 3(인바운드)" in say(outer, "ko")


def test_words_from_elsewhere_are_not_a_template() -> None:
    assert say(as_written("{index} {0} %s")) == "{index} {0} %s"
    assert say(reason("act.store", text="{boom}")) == "nothing was written: {boom}"
