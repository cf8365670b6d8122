"""The examples in docs/scfshim.md, run as they stand."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from scfshim.__main__ import main

PAGE = (Path(__file__).parents[3] / "docs" / "scfshim.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def _hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the page speaks of, and credentials."""
    (tmp_path / "hello").mkdir()
    (source,) = blocks("python")
    (tmp_path / "hello" / "index.py").write_text(source, encoding="utf-8")
    (tmp_path / "event.json").write_text('{"name": "world"}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TENCENTCLOUD_SECRETID", "AKIDEXAMPLE")
    monkeypatch.setenv("TENCENTCLOUD_SECRETKEY", "key")


def test_the_session(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_ENDPOINT", api.endpoint)
    api.will_answer(SecurityGroupPolicySet={"Version": "7", "Ingress": [], "Egress": []})
    groups = [{"SecurityGroupId": "sg-00000001"}, {"SecurityGroupId": "sg-00000002"}]
    api.will_answer(TotalCount=2, SecurityGroupSet=groups)
    api.will_refuse("ResourceNotFound.Group")
    api.will_answer(TotalCount=0)
    api.will_answer(TotalCount=0)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks("pycon")), {}, "scfshim.md", None, 0)
    report: list[str] = []
    done = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=report.append)
    assert done.attempted > 20
    assert not done.failed, "".join(report)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks("console")
    command, _, expected = block.partition("\n")
    assert command.startswith("$ python -m scfshim ")
    assert main(shlex.split(command)[4:]) == 0
    assert capsys.readouterr().out == expected
