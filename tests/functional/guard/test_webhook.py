"""SGGUARD_WEBHOOK: delivered means a 2xx from the receiver itself, over real HTTP; the rest is kept."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import msgspec
import pytest

from sgguard.adapters.channels import VendorChannel
from sgguard.adapters.channels.endpoint import read_endpoint
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.config.channel import ChannelEntry
from sgguard.model.notification import Letter, Notification
from sgguard.model.secret import Reference, Secret
from sgguard.notify import compose_failure, dispatch
from sglab.inbox import Inbox

SECRET = "do-not-show-me"


def webhook(url: str) -> VendorChannel:
    entry = ChannelEntry(name="webhook", kind="webhook", url=Reference("env", "SGGUARD_WEBHOOK"))
    return VendorChannel(entry, lambda _: Secret(url), lambda: 1_780_000_000.0)


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
        (404, "dead"),
        (410, "dead"),
        (408, "retry"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
        (599, "retry"),
    ],
)
def test_what_a_status_means(status: int, expected: str) -> None:
    with Inbox(status=status) as inbox:
        delivery = webhook(inbox.url).deliver(Letter(content=message()))
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
        delivery = webhook(f"http://127.0.0.1:{server.server_port}/").deliver(Letter(content=message()))
        server.server_close()
        assert delivery.status == "dead"
        assert "redirects are not followed" in delivery.detail
        assert target.received == []


def test_nobody_listening_is_kept_and_shows_no_url(store: SqliteStore) -> None:
    sent = dispatch(message(), [webhook(f"http://127.0.0.1:1/{SECRET}")], store, at=2.0)
    assert [delivery.status for delivery in sent.deliveries] == ["retry"]
    (entry,) = store.entries("outbox")
    assert b"no answer: ConnectionError" in entry.document
    assert SECRET.encode() not in entry.document


def test_a_delivered_message_is_not_kept(store: SqliteStore) -> None:
    with Inbox() as inbox:
        dispatch(message(), [webhook(inbox.url)], store, at=2.0)
    assert store.entries("outbox") == ()


def test_foreign_text_loses_its_controls() -> None:
    with Inbox() as inbox:
        webhook(inbox.url).deliver(Letter(content=message()))
    body = inbox.received[0].body.decode()
    assert "\u202e" not in body
    assert "\x07" not in body


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    sent: list[int] = []

    class Endless(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    sent.append(self.wfile.write(b"x" * 65536))
            except OSError:
                return

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Endless)
    Thread(target=server.handle_request, daemon=True).start()
    delivery = webhook(f"http://127.0.0.1:{server.server_port}/").deliver(Letter(content=message()))
    server.server_close()
    assert delivery.status == "delivered"
    assert sum(sent) < 64 * 1024 * 1024


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "ftp://127.0.0.1/",
        "https://",
        "not a url",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https://example.com:99999/",
        "https://[::1",
        "https://exam ple.com/",
    ],
)
def test_urls_that_are_not_posted_to(url: str) -> None:
    with pytest.raises(ValueError, match=r"host|https|password|no URL") as caught:
        read_endpoint(url, None)
    assert url not in str(caught.value)


@pytest.mark.parametrize("url", ["https://example.com/x", "http://127.0.0.1:9/x", "http://localhost/x"])
def test_urls_that_are(url: str) -> None:
    read_endpoint(url, None)


def test_what_is_received_is_an_event() -> None:
    with Inbox() as inbox:
        webhook(inbox.url).deliver(Letter(content=message()))
    (received,) = inbox.received
    event = received.event()
    assert (event["specversion"], event["type"]) == ("1.0", "sgguard.notification.could-not-decide")
    assert received.document() == msgspec.json.decode(msgspec.json.encode(event["data"]))
