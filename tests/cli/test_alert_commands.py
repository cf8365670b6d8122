"""Commands around alerts: stdout, stderr, the exit code, and that no secret is anywhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from messages import AT, notification

from sgguard import wiring
from sgguard.adapters.clock import system_time
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.baseline import read_site
from sgguard.cli.main import main
from sgguard.model.notification import Delivery, Letter
from sgguard.notify import dispatch
from sgguard.notify.pace import Pace
from sglab.receivers import DESKS, Desk, ReceiverServer

CASE = Path(__file__).parents[2] / "events" / "cases" / "excess" / "world-opened-by-all"
Run = Callable[..., "Result"]


@pytest.fixture
def receivers() -> Iterator[dict[str, ReceiverServer]]:
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(ReceiverServer(DESKS[kind](), system_time))
            for kind in ("wecom", "dingtalk")
        }


class Result(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(
    tmp_path: Path,
    receivers: dict[str, ReceiverServer],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """In this process: a process of its own for each would cost a second."""
    site = {
        "schema": "sgguard/config/v1",
        "alerts": {
            "channels": {
                "ops": {"kind": "wecom", "url": "env:OPS_URL"},
                "sec": {"kind": "dingtalk", "url": "env:SEC_URL", "keys": ["env:SEC_KEY"]},
                "lost": {"kind": "slack", "url": "env:NOT_SET"},
            }
        },
    }
    (tmp_path / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False))
    environment = {
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "OPS_URL": receivers["wecom"].url,
        "SEC_URL": receivers["dingtalk"].url,
        "SEC_KEY": DESKS["dingtalk"].keys[0],
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **more: str) -> Result:
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["sgguard", *arguments])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        wiring.forget_instance()
        told = capsys.readouterr()
        for secret in (receivers["wecom"].url, receivers["dingtalk"].url, environment["SEC_KEY"]):
            assert secret not in told.out + told.err
        assert "Unexpected" not in told.err
        return Result(code, told.out, told.err)

    return run


class Refusing:
    """A channel that takes nothing."""

    name = "ops"
    paces = (Pace(18, 60),)
    digest_size = 24

    def deliver(self, letter: Letter) -> Delivery:
        assert letter
        return Delivery(
            channel="ops", status="dead", detail="errcode 93000: invalid webhook url", fix="copy it"
        )


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    """A message that was not delivered."""
    store = SqliteStore(str(tmp_path / "state.sqlite"))
    dispatch(notification(action="alert only"), [Refusing()], store, at=AT)
    store.close()


class TestNotify:
    def test_a_test_message_arrives_and_is_labelled(self, run: Run, receivers: Any) -> None:
        result = run("notify", "test", "ops", "--config", "site.yaml")
        assert (result.returncode, result.stderr) == (0, "")
        assert "ops: delivered" in result.stdout
        (post,) = receivers["wecom"].desk.taken
        assert "Test: this message was sent on request" in post.body.decode()

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            (45009, ("may be later", "api freq out of limit", "wait:   60 seconds")),
            (93000, ("until somebody acts", "invalid webhook url", "to do:  The bot does not exist")),
            (54321, ("may be later", "a code that is not known")),
        ],
    )
    def test_the_answer_is_explained(self, run: Run, receivers: Any, code: int, words: Any) -> None:
        desk: Desk = receivers["wecom"].desk
        desk.next.append(desk.error(code))
        result = run("notify", "test", "ops", "--config", "site.yaml")
        assert result.returncode == 4
        assert all(word in result.stdout for word in words), result.stdout

    def test_a_wrong_key(self, run: Run) -> None:
        result = run("notify", "test", "sec", "--config", "site.yaml", SEC_KEY="SECwrong")
        assert result.returncode == 4
        assert "copy the robot's SEC… secret" in result.stdout

    def test_a_secret_that_is_not_set(self, run: Run) -> None:
        result = run("notify", "test", "lost", "--config", "site.yaml")
        assert result.returncode == 4
        assert "env:NOT_SET holds nothing" in result.stdout
        assert "Set NOT_SET." in result.stdout

    def test_a_channel_that_is_none(self, run: Run) -> None:
        result = run("notify", "test", "nobody", "--config", "site.yaml")
        assert result.returncode == 2
        assert "There are ops, sec, lost." in result.stderr
        assert run("notify", "test", "ops").returncode == 2

    @pytest.mark.parametrize("language", ["en", "zh", "ko"])
    def test_a_preview_of_each_channel(self, run: Run, language: str) -> None:
        result = run("notify", "preview", "--case", str(CASE), "--output", "json", "--language", language)
        assert (result.returncode, result.stderr) == (0, "")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert [line["channel"] for line in lines] == list(DESKS)
        assert all("sg-worker01" in json.dumps(line) for line in lines)

    def test_a_preview_as_text_and_as_a_page(self, run: Run) -> None:
        assert "Reverted: sg-worker01" in run("notify", "preview", "--case", str(CASE)).stdout
        page = run("notify", "preview", "--case", str(CASE), "--channel", "slack", "--output", "html").stdout
        assert page.startswith("<!doctype html>")
        assert page.count("<section") == 1
        assert "<script" not in page

    def test_a_preview_of_what_is_no_case(self, run: Run, tmp_path: Path) -> None:
        result = run("notify", "preview", "--case", str(tmp_path))
        assert result.returncode == 2
        assert "no event.json" in result.stderr


@pytest.mark.usefixtures("kept")
class TestOutbox:
    def test_what_is_kept_is_listed_with_what_helps(self, run: Run) -> None:
        result = run("outbox", "list")
        assert result.returncode == 0
        for part in ("ops/", "critical alert only sg-sample01", "dead", "invalid webhook url", "copy it"):
            assert part in result.stdout
        document = json.loads(run("outbox", "list", "--output", "json").stdout)
        assert (document["schema"], document["status"], document["attempts"]) == (
            "sgguard/outbox/v1",
            "dead",
            1,
        )

    def test_it_is_sent_again_and_gone(self, run: Run, receivers: Any) -> None:
        result = run("outbox", "retry", "--config", "site.yaml")
        assert (result.returncode, result.stderr) == (0, "1 delivered, 0 kept.\n")
        assert len(receivers["wecom"].desk.taken) == 1
        assert "Nothing is kept" in run("outbox", "list").stdout

    def test_it_is_kept_if_it_fails_again(self, run: Run, receivers: Any) -> None:
        desk: Desk = receivers["wecom"].desk
        desk.next.append(desk.error(93000))
        result = run("outbox", "retry", "--config", "site.yaml")
        assert (result.returncode, result.stderr) == (4, "0 delivered, 1 kept.\n")
        assert "until somebody acts" in result.stdout

    def test_it_can_be_dropped_by_the_start_of_its_key(self, run: Run) -> None:
        assert run("outbox", "drop", "ops/none").returncode == 2
        result = run("outbox", "drop", "ops/")
        assert json.loads(result.stdout)["group_id"] == "sg-sample01"
        assert "Nothing is kept" in run("outbox", "list").stdout


@pytest.mark.usefixtures("kept")
class TestWaive:
    def test_the_waiver_covers_exactly_what_was_told(self, run: Run) -> None:
        result = run("waive", "f" * 12, "--reason", "moves in June", "--owner", "team-web")
        assert result.returncode == 0
        document = yaml.safe_load(result.stdout)
        site = read_site({"schema": "sgguard/config/v1", **document}, "printed")
        told = [block for finding in notification().findings for block in finding.traffic]
        assert [waiver.pattern.ports for waiver in site.waivers] == [
            block.ports for block in told if block.protocol != "other"
        ]
        assert {waiver.groups for waiver in site.waivers} == {("sg-sample01",)}

    def test_a_fingerprint_that_nobody_was_told(self, run: Run) -> None:
        result = run("waive", "0000", "--reason", "x", "--owner", "y")
        assert result.returncode == 2
        assert "no alert's fingerprint" in result.stderr


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("    ops: {kind: wecom}", "site.yaml:4: alerts.channels.ops.url: is missing"),
        ("    ops: {kind: dingtalk, url: env:X}", "messages to dingtalk are signed"),
        ("    ops: {kind: feishu, url: env:X, keys: []}", "messages to feishu are signed"),
        ("    ops: {kind: wechat, url: env:X}", "Write one of 'wecom'"),
        (
            "    ops: {kind: wecom, url: 'https://qyapi.weixin.qq.com/x?key=do-not-show-me'}",
            "is none of env:NAME",
        ),
        ("    ops: {kind: slack, url: env:X, keys: [env:Y]}", "slack signs nothing"),
        ("    ops: {kind: wecom, url: env:X, networks: [10.0.0.0/8]}", "hosts of its own"),
        ("    webhook: {kind: wecom, url: env:X}", "no name for a channel"),
        ("    ops: {kind: wecom, url: env:X}\n  fallback: opps", "names 'opps', which is no channel"),
        ("    ops: {kind: wecom, url: env:X}\n  routes: [{channels: [sec]}]", "'sec' is none of ops"),
        ("    ops: {kind: wecom, url: env:X}\n  quiet_hours: {from: 22:00, to: '7:00'}", "Put it in quotes."),
        ("    ops: {kind: wecom, url: env:X}\n  repeat_hours: 0", "no whole number from 1"),
        ("    ops: {kind: wecom, url: env:X}\n  utc_offset: '8'", 'Write it like "+08:00"'),
        ("    ops: {kind: wecom, url: env:X}\n  quiet: {}", "Did you mean 'quiet_hours'?"),
    ],
)
def test_a_channel_that_is_written_wrongly(run: Run, tmp_path: Path, lines: str, told: str) -> None:
    """Told by file and line, and what might be the secret itself is not repeated."""
    (tmp_path / "site.yaml").write_text(f"schema: sgguard/config/v1\nalerts:\n  channels:\n{lines}\n")
    result = run("config", "check", "site.yaml")
    assert result.returncode == 2
    assert told in result.stderr, result.stderr
    assert "site.yaml:" in result.stderr
    assert "do-not-show-me" not in result.stderr
