"""Secrets are read where they are kept, late, and never told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scfshim import SettingError
from sgguard.adapters.secret_reader import SecretError, SecretReader
from sgguard.model.secret import read_reference

SECRET = "https://example.com/hook?key=do-not-show-me"


class Manager:
    """A session whose only client is that of Secrets Manager."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[dict[str, object]] = []

    def client(self, service: str) -> Manager:
        assert service == "ssm"
        return self

    def get_secret_value(self, **parameters: object) -> dict[str, object]:
        self.asked.append(parameters)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"SecretName": "n", "SecretString": self.answer}


def reader(
    environment: dict[str, str] | None = None, manager: Any = None, times: Any = (0.0,)
) -> SecretReader:
    clock = iter([*times, *([times[-1]] * 99)])
    held = {} if environment is None else environment
    return SecretReader(held, lambda: manager, lambda: next(clock))


def test_a_variable_is_read_when_it_is_asked_for() -> None:
    environment: dict[str, str] = {}
    read = reader(environment)
    environment["URL"] = f"  {SECRET}\n"
    assert read(read_reference("env:URL")).reveal() == SECRET


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n")
    assert reader()(read_reference(f"file:{path}")).reveal() == SECRET


@pytest.mark.parametrize(("text", "version"), [("ssm:hook", "SSM_Current"), ("ssm:hook@v2", "v2")])
def test_secrets_manager(text: str, version: str) -> None:
    manager = Manager(SECRET)
    assert reader(manager=manager)(read_reference(text)).reveal() == SECRET
    assert manager.asked == [{"SecretName": "hook", "VersionId": version}]


def test_a_rotated_secret_is_known_after_a_while() -> None:
    manager = Manager("old")
    read = reader(manager=manager, times=[0.0, 100.0, 300.0])
    reference = read_reference("ssm:hook")
    assert read(reference).reveal() == "old"
    manager.answer = "new"
    assert read(reference).reveal() == "old"
    assert read(reference).reveal() == "new"


def test_what_cannot_be_read_names_the_place_only(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe" + SECRET.encode())
    failing = Manager(SettingError(SECRET))
    for text in ("env:MISSING", "file:/no/such/file", f"file:{tmp_path}", f"file:{binary}", "ssm:hook"):
        with pytest.raises(SecretError) as caught:
            reader(manager=failing)(read_reference(text))
        told = caught.value.diagnostics()
        assert text.partition("@")[0].split(":")[1] in told
        assert "do-not-show-me" not in told
        assert caught.value.next_step
