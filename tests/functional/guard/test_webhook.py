"""Delivered means a 2xx from the receiver itself, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sgguard.adapters.webhook import Webhook, check_webhook_url

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.model.notification import Notification
from sgguard.notify import compose_failure, dispatch
from sglab.inbox import Inbox

SECRET = "do-not-show-me"


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


def message() -> Notification:
    return compose_failure("sg-1", "a reason with \u202e and \x07 in it", None, at=1.0)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "delivered"),
        (204, "delivered"),
        (301, "dead"),
        (302, "dead"),
        (400, "dead"),
        (404, "dead"),
        (410, "dead"),
        (408, "retry"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
        (599, "dead"),
    ],
)
def test_what_a_status_means(status: int, expected: str) -> None:
    with Inbox(status=status) as inbox:
        delivery = Webhook(inbox.url).deliver(message())
        assert delivery.status == expected
        assert str(status) in delivery.detail
        assert len(inbox.received) == 1


def test_redirects_are_not_followed() -> None:
    with Inbox() as target:

        class Redirecting(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(307)
                self.send_header("Location", target.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Redirecting)
        Thread(target=server.handle_request, daemon=True).start()
        delivery = Webhook(f"http://127.0.0.1:{server.server_port}/").deliver(message())
        server.server_close()
        assert delivery.status == "dead"
        assert "redirects are not followed" in delivery.detail
        assert target.received == []


def test_nobody_listening_is_kept_and_shows_no_url(store: SqliteStore) -> None:
    sent = dispatch(message(), [Webhook(f"http://127.0.0.1:1/{SECRET}")], store, at=2.0)
    assert [delivery.status for delivery in sent.deliveries] == ["retry"]
    (entry,) = store.entries("outbox")
    assert b"no answer: ConnectionError" in entry.document
    assert SECRET.encode() not in entry.document


def test_a_delivered_message_is_not_kept(store: SqliteStore) -> None:
    with Inbox() as inbox:
        dispatch(message(), [Webhook(inbox.url)], store, at=2.0)
    assert store.entries("outbox") == ()


def test_foreign_text_loses_its_controls() -> None:
    with Inbox() as inbox:
        Webhook(inbox.url).deliver(message())
    body = inbox.received[0].body.decode()
    assert "\u202e" not in body
    assert "\x07" not in body


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "ftp://127.0.0.1/",
        "https://",
        "not a url",
        "https://user:password@example.com/",
    ],
)
def test_urls_that_are_not_posted_to(url: str) -> None:
    with pytest.raises(ValueError, match=r"host|https|password") as caught:
        check_webhook_url(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize("url", ["https://example.com/x", "http://127.0.0.1:9/x", "http://localhost/x"])
def test_urls_that_are(url: str) -> None:
    check_webhook_url(url)
