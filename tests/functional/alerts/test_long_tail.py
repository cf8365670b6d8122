"""The long tail: what Apprise says is passed on for what it is worth, and nothing of the URL is told."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from messages import notification

from sgguard.adapters.channels import open_channel
from sgguard.config.alerts import Alerts
from sgguard.config.channel import ChannelEntry
from sgguard.model.notification import Delivery, Letter
from sgguard.model.secret import Reference, Secret

URL = "sgguardtest://do-not-show-me"
TAKEN: list[tuple[str, str]] = []


@pytest.fixture(scope="module", autouse=True)
def _service() -> None:
    from apprise.decorators import notify

    @notify(on="sgguardtest")
    def take(body: str, title: str, *_: Any, **__: Any) -> bool:
        if "broken" in body:
            raise RuntimeError(URL)
        TAKEN.append((title, body))
        return "refused" not in body


def deliver(url: str = URL, **changes: Any) -> Delivery:
    entry = ChannelEntry(name="tail", kind="apprise", url=Reference("env", "URL"))
    channel = open_channel(entry, Alerts(), lambda _: Secret(url), lambda: 0.0)
    delivery = channel.deliver(Letter(content=notification(**changes)))
    assert "do-not-show-me" not in repr(delivery)
    return delivery


def test_a_message_is_told_with_its_weakness() -> None:
    delivery = deliver()
    assert (delivery.status, "HTTP status only" in delivery.detail) == ("delivered", True)
    title, body = TAKEN[-1]
    assert "Reverted: sg-sample01" in title
    assert "cls-sample01" in body


@pytest.mark.parametrize("name", ["refused", "broken"])
def test_a_failure_is_kept(name: str) -> None:
    assert deliver(group_id=f"sg-{name}").status == "retry"


@pytest.mark.parametrize(
    ("url", "fix"),
    [
        ("wecombot://do-not-show-me", "kind: wecom"),
        ("slack://do-not-show-me", "kind: slack"),
        ("jsons://do-not-show-me", "kind: webhook"),
        ("syslog://do-not-show-me", "a service"),
        ("nothing at all do-not-show-me", "services"),
    ],
)
def test_what_it_is_not_used_for(url: str, fix: str) -> None:
    delivery = deliver(url)
    assert delivery.status == "dead"
    assert fix in delivery.fix


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    delivery = deliver()
    assert (delivery.status, delivery.fix) == ("dead", "pip install 'sgguard[apprise]'")
