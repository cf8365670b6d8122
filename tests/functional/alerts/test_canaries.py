"""Twenty secrets are planted; none of them is found in logs, journal, findings, messages or exceptions.

The real function runs at DEBUG in this process: a violation that is reverted, one that cannot be read, and
every channel with a receiver that repeats whatever it was sent in its error.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import guarded
import pytest
from canaries import canary, shapes

from sgguard import entrance, wiring
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.settings import read_settings
from tcmock import mock_tencentcloud

SECRETS = {
    name: canary(name)
    for name in (
        *("WECOM", "DINGTALK", "DINGTALK_KEY", "FEISHU", "FEISHU_KEY", "SLACK", "TEAMS", "HOOK"),
        *("HOOK_NEW", "HOOK_OLD", "PLAIN", "FILE", "SECRETKEY", "TOKEN", "CONTEXT", "ENVIRON"),
        *("OTHER_HOST", "PASSWORD", "BROKEN_KEY", "APPRISE"),
    )
}


class Echo(BaseHTTPRequestHandler):
    """Refuses everything, and repeats it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = f"{self.path} {dict(self.headers)} {body}"
        answer = json.dumps(
            {"errcode": 777, "code": 777, "errmsg": said, "msg": said, "error": {"code": said}}
        )
        self.send_response(403 if "teams" in self.path else 200)
        self.send_header("Content-Length", str(len(answer.encode())))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def whsec(secret: str) -> str:
    return "whsec_" + base64.b64encode(secret.encode()).decode()


@pytest.fixture
def environment(echo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    s = SECRETS
    (tmp_path / "secret").write_text(f"{echo}/file/{s['FILE']}")
    channel: Any = lambda kind, url, *keys: {"kind": kind, "url": url, **({"keys": keys} if keys else {})}  # noqa: E731
    config = {
        "schema": "sgguard/config/v1",
        "alerts": {
            "channels": {
                "wecom": channel("wecom", "env:WECOM"),
                "dingtalk": channel("dingtalk", "env:DINGTALK", "env:DINGTALK_KEY"),
                "feishu": channel("feishu", "env:FEISHU", "env:FEISHU_KEY"),
                "slack": channel("slack", "env:SLACK"),
                "teams": channel("teams", "env:TEAMS"),
                "hook": channel("webhook", "env:HOOK", "env:HOOK_NEW", "env:HOOK_OLD"),
                "file": channel("slack", f"file:{tmp_path / 'secret'}"),
                "managed": channel("wecom", "ssm:not-there"),
                "elsewhere": channel("slack", "env:OTHER_HOST"),
                "password": channel("slack", "env:PASSWORD"),
                "broken": channel("webhook", "env:HOOK", "env:BROKEN_KEY"),
                "tail": channel("apprise", "env:APPRISE"),
                "spare": channel("wecom", "env:WECOM"),
            },
            "fallback": "spare",
        },
    }
    (tmp_path / "site.json").write_text(json.dumps(config))
    values = {
        "WECOM": f"{echo}/cgi-bin/webhook/send?key={s['WECOM']}",
        "DINGTALK": f"{echo}/robot/send?access_token={s['DINGTALK']}",
        "DINGTALK_KEY": s["DINGTALK_KEY"],
        "FEISHU": f"{echo}/open-apis/bot/v2/hook/{s['FEISHU']}",
        "FEISHU_KEY": s["FEISHU_KEY"],
        "SLACK": f"{echo}/services/T0/B0/{s['SLACK']}",
        "TEAMS": f"{echo}/teams?sig={s['TEAMS']}",
        "HOOK": f"{echo}/hook/{s['HOOK']}",
        "HOOK_NEW": whsec(s["HOOK_NEW"]),
        "HOOK_OLD": whsec(s["HOOK_OLD"]),
        "OTHER_HOST": f"https://evil.example/{s['OTHER_HOST']}",
        "PASSWORD": f"https://user:{s['PASSWORD']}@hooks.slack.com/x",
        "BROKEN_KEY": s["BROKEN_KEY"],
        "APPRISE": f"nothing://{s['APPRISE']}",
        "SGGUARD_WEBHOOK": f"{echo}/plain/{s['PLAIN']}",
        "SGGUARD_MODE": "enforce",
        "SGGUARD_LOG_LEVEL": "debug",
        "SGGUARD_STORE": str(tmp_path / "state.sqlite"),
        "SGGUARD_CONFIG": str(tmp_path / "site.json"),
        "TENCENTCLOUD_SECRETID": "AKIDexample",
        "TENCENTCLOUD_SECRETKEY": s["SECRETKEY"],
        "TENCENTCLOUD_SESSIONTOKEN": s["TOKEN"],
        "TENCENTCLOUD_REGION": "ap-guangzhou",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def test_no_canary_sings(
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    context = {
        "request_id": "1",
        "time_limit_in_ms": 60_000,
        "environ": f"X={SECRETS['ENVIRON']};",
        "tencentcloud_secret_key": SECRETS["CONTEXT"],
    }
    told: list[str] = []
    with mock_tencentcloud() as cloud:
        cloud.load(guarded.opened_state())
        told.append(json.dumps(entrance.handle_event(guarded.EVENT, context)))
        cloud.faults.add("DescribeSecurityGroupPolicies", "UnauthorizedOperation", calls=9)
        told.append(json.dumps(entrance.handle_event(guarded.EVENT, context)))
        told.append(json.dumps(entrance.handle_event({"broken": True}, context)))
    settings = read_settings(environment)
    told += [repr(settings), repr(wiring.open_channels(settings, wiring.load_site(settings.config)[0]))]
    wiring.forget_instance()
    store = SqliteStore(environment["SGGUARD_STORE"])
    kinds: tuple[Any, ...] = (
        "snapshot",
        "journal",
        "outbox",
        "dead-letter",
        "alert",
        "facts",
        "marker",
        "plan",
    )
    kept = {kind: [entry.document.decode() for entry in store.entries(kind)] for kind in kinds}
    store.close()
    assert len(kept["outbox"]) > 24, "the receivers refused, so messages must be kept"
    output = capsys.readouterr()
    texts = [output.out, output.err, caplog.text, *told, *(text for found in kept.values() for text in found)]
    assert "api called" in output.out, "it must run at DEBUG"
    assert "errcode 777" in "".join(kept["outbox"]), "answers must have been repeated"
    assert len(SECRETS) == 20
    for name, secret in SECRETS.items():
        for shape in shapes(secret):
            assert not [text[:200] for text in texts if shape in text], name
