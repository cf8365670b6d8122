"""Told once, by the right channels, in the right order, and never lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from messages import AT, SCOPE, notification, numbered

from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.config.alerts import Alerts, QuietHours, Route
from sgguard.config.channel import ChannelEntry
from sgguard.model.notification import Delivery, Digest, Letter, Notification
from sgguard.model.secret import Reference
from sgguard.notify import dispatch, drain, resolve
from sgguard.notify.pace import Pace
from sgguard.notify.routing import quiet_until, routed
from sgguard.state import StoreError, pending_messages

HOUR = 3600.0


class Recorder:
    """A channel that takes what it is given, or answers as it was told to."""

    def __init__(
        self, name: str = "ops", *, digest_size: int = 24, paces: Sequence[Pace] = (Pace(18, 60),)
    ) -> None:
        self.name = name
        self.paces = tuple(paces)
        self.digest_size = digest_size
        self.letters: list[Letter] = []
        self.answers: list[Delivery] = []

    def deliver(self, letter: Letter) -> Delivery:
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(letter)
        return Delivery(channel=self.name, status="delivered", detail="ok")

    def fail(self, status: Any, times: int = 1, **more: Any) -> None:
        answer = Delivery(channel=self.name, status=status, detail="no", **more)
        self.answers += [answer] * times

    @property
    def told(self) -> list[str]:
        """Group ids of every message, those of one digest joined."""
        return [",".join(one.group_id for one in contents(letter)) for letter in self.letters]


def contents(letter: Letter) -> tuple[Notification, ...]:
    content = letter.content
    return content.notifications if isinstance(content, Digest) else (content,)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore(":memory:")
    yield store
    store.close()


def alone(number: int, **changes: Any) -> Notification:
    """About a group of a cluster of its own."""
    scope = msgspec.structs.replace(SCOPE, cluster_id=f"cls-{number:08d}")
    return numbered(number, **{"severity": "high", "clusters": (scope,), **changes})


def statuses(sent: Any) -> list[tuple[str, str]]:
    return [(delivery.channel, delivery.status) for delivery in sent.deliveries]


class TestOnce:
    def test_an_open_problem_is_told_again_after_four_hours(self, store: SqliteStore) -> None:
        channel, told = Recorder(), alone(1, action="alert only")
        results = [
            statuses(dispatch(told, [channel], store, at=AT + hours * HOUR))[0][1]
            for hours in (0, 1, 3.99, 4, 7.9, 8)
        ]
        assert results == ["delivered", "suppressed", "suppressed", "delivered", "suppressed", "delivered"]
        occurrences = [contents(letter)[0].occurrence for letter in channel.letters]
        assert occurrences == [1, 4, 6]
        assert len({contents(letter)[0].id for letter in channel.letters}) == 3

    def test_every_revert_is_told_and_counted(self, store: SqliteStore) -> None:
        channel = Recorder()
        for minutes in range(3):
            dispatch(alone(1, id=f"{minutes:032x}"), [channel], store, at=AT + minutes * 60)
        assert [contents(letter)[0].occurrence for letter in channel.letters] == [1, 2, 3]

    def test_what_was_seen_a_day_ago_is_not_counted(self, store: SqliteStore) -> None:
        channel = Recorder()
        dispatch(alone(1), [channel], store, at=AT)
        sent = dispatch(alone(1, id="2" * 32), [channel], store, at=AT + 24 * HOUR)
        assert sent.notification.occurrence == 1

    @pytest.mark.parametrize("change", [{"action": "failed"}, {"severity": "critical"}])
    def test_what_is_new_or_worse_is_told_at_once(self, store: SqliteStore, change: Any) -> None:
        channel = Recorder()
        dispatch(alone(1, action="alert only"), [channel], store, at=AT)
        dispatch(alone(1, **{"action": "alert only", **change}), [channel], store, at=AT + 60)
        assert len(channel.letters) == 2

    def test_it_is_told_when_it_is_over_and_only_then(self, store: SqliteStore) -> None:
        channel = Recorder()
        assert resolve("sg-00000001", store, AT) is None
        dispatch(alone(1, action="alert only"), [channel], store, at=AT)
        over = resolve("sg-00000001", store, AT + 60)
        assert over is not None
        assert (over.action, over.severity, over.findings) == ("resolved", "info", ())
        assert resolve("sg-00000001", store, AT + 61) is not None, "nobody was told yet"
        dispatch(over, [channel], store, at=AT + 61)
        assert resolve("sg-00000001", store, AT + 62) is None
        dispatch(alone(1, action="alert only"), [channel], store, at=AT + 100)
        assert [contents(letter)[0].action for letter in channel.letters] == [
            *("alert only", "resolved", "alert only")
        ]

    def test_a_revert_leaves_nothing_open(self, store: SqliteStore) -> None:
        dispatch(alone(1, action="alert only"), [Recorder()], store, at=AT)
        dispatch(alone(1, fingerprint="e" * 32), [Recorder()], store, at=AT + 60)
        assert resolve("sg-00000001", store, AT + 120) is None

    def test_a_group_whose_name_begins_alike_is_another(self, store: SqliteStore) -> None:
        dispatch(alone(1, group_id="sg-1", action="alert only"), [Recorder()], store, at=AT)
        assert resolve("sg-11", store, AT) is None


class TestKept:
    def test_what_is_not_taken_is_kept_and_sent_later(self, store: SqliteStore) -> None:
        channel = Recorder()
        channel.fail("retry", retry_after=60)
        assert statuses(dispatch(alone(1), [channel], store, at=AT)) == [("ops", "retry")]
        assert drain(store, [channel], AT + 59) == ()
        (drained,) = drain(store, [channel], AT + 60)
        assert drained.delivery.status == "delivered"
        assert pending_messages(store) == ()

    def test_waits_grow(self, store: SqliteStore) -> None:
        channel = Recorder()
        channel.fail("retry", times=20)
        dispatch(alone(1), [channel], store, at=AT)
        waits, now = [], AT
        for _ in range(10):
            (message,) = pending_messages(store)
            waits.append(message.not_before - now)
            now = message.not_before
            drain(store, [channel], now)
        assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]

    def test_what_is_dead_says_what_to_do_and_is_tried_hourly(self, store: SqliteStore) -> None:
        channel = Recorder()
        channel.fail("dead", fix="copy the URL anew")
        dispatch(alone(1), [channel], store, at=AT)
        (message,) = pending_messages(store)
        assert (message.status, message.fix) == ("dead", "copy the URL anew")
        assert message.not_before == AT + HOUR
        drain(store, [channel], AT + HOUR)
        assert channel.told == ["sg-00000001"]

    def test_a_crash_while_sending_loses_nothing(self, store: SqliteStore) -> None:
        class Crashing(Recorder):
            def deliver(self, letter: Letter) -> Delivery:
                raise SystemExit(letter)

        with pytest.raises(SystemExit):
            dispatch(alone(1), [Crashing()], store, at=AT)
        channel = Recorder()
        assert drain(store, [channel], AT + 60) == ()
        assert [one.delivery.status for one in drain(store, [channel], AT + 120)] == ["delivered"]

    @pytest.mark.parametrize("survived", range(12))
    def test_a_crash_between_any_two_writes_silences_nothing(self, survived: int) -> None:
        """The platform delivers the event again; whatever was kept, somebody is told."""

        class Mortal(SqliteStore):
            left = 99

            def replace(self, entry: Any) -> None:
                if self.left <= 0:
                    raise SystemExit
                self.left -= 1
                super().replace(entry)

        store, channel = Mortal(":memory:"), Recorder()
        store.left = survived
        with suppress(SystemExit):
            dispatch(alone(1, action="alert only"), [channel], store, at=AT)
        store.left = 99
        dispatch(alone(1, action="alert only"), [channel], store, at=AT + 60)
        drain(store, [channel], AT + 600)
        assert channel.told
        assert pending_messages(store) == ()
        store.close()

    def test_a_reason_of_the_vendors_is_not_lost_while_waiting(self, store: SqliteStore) -> None:
        channel = Recorder()
        channel.fail("retry", retry_after=10)
        dispatch(alone(1), [channel], store, at=AT)
        for number in range(2, 30):
            dispatch(alone(number, severity="critical"), [channel], store, at=AT + 11)
        kept = [one for one in pending_messages(store) if one.notification.group_id == "sg-00000001"]
        assert [(one.status, one.detail) for one in kept] in ([], [("retry", "no")])

    def test_a_channel_that_failed_rests(self, store: SqliteStore) -> None:
        channel = Recorder()
        channel.fail("retry", retry_after=60)
        dispatch(alone(1, severity="critical"), [channel], store, at=AT)
        assert statuses(dispatch(alone(2, severity="critical"), [channel], store, at=AT + 1)) == [
            ("ops", "held")
        ]
        drain(store, [channel], AT + 61)
        assert sorted(channel.told) == ["sg-00000001", "sg-00000002"]

    def test_one_channel_does_not_hold_another(self, store: SqliteStore) -> None:
        broken, other = Recorder("broken"), Recorder("other")
        broken.fail("dead")
        sent = dispatch(alone(1), [broken, other], store, at=AT)
        assert statuses(sent) == [("broken", "dead"), ("other", "delivered")]

    def test_without_a_store_messages_are_sent_all_the_same(self) -> None:
        class Broken:
            def __getattr__(self, name: str) -> Any:
                def fail(*_: object) -> None:
                    raise StoreError(name)

                return fail

        channel = Recorder()
        store: Any = Broken()
        assert statuses(dispatch(alone(1), [channel], store, at=AT)) == [("ops", "delivered")]
        channel.fail("retry")
        with pytest.raises(StoreError, match="neither kept nor delivered"):
            dispatch(alone(1), [channel], store, at=AT)

    def test_a_document_of_another_version_is_left_alone(self, store: SqliteStore) -> None:
        from sgguard.state import Entry

        store.put(Entry(kind="outbox", key="ops/old", kept_at=1.0, document=b'{"what": 1}'))
        store.put(Entry(kind="alert", key="sg-00000001/x", kept_at=1.0, document=b"[]"))
        store.put(Entry(kind="marker", key="channel/ops", kept_at=1.0, document=b"[]"))
        channel = Recorder()
        dispatch(alone(1), [channel], store, at=AT)
        drain(store, [channel], AT + 1)
        assert channel.told == ["sg-00000001"]
        assert store.get("outbox", "ops/old") is not None


class TestFallback:
    ALERTS = Alerts(fallback="mail")

    @pytest.mark.parametrize(
        ("status", "more", "times"),
        [("dead", {"fix": "x"}, 1), ("retry", {}, 3), ("retry", {"retry_after": 600}, 1)],
    )
    def test_it_is_told_what_another_does_not_take(
        self, store: SqliteStore, status: Any, more: Any, times: int
    ) -> None:
        ops, mail = Recorder(), Recorder("mail")
        ops.fail(status, times=9, **more)
        dispatch(alone(1, severity="critical"), [ops, mail], store, at=AT, alerts=self.ALERTS)
        for minutes in range(1, times):
            assert mail.letters == []
            drain(store, [mail, ops], AT + minutes * 60, self.ALERTS)
        (letter,) = mail.letters
        assert letter.note is not None
        assert letter.note.fields["channel"] == "ops"
        (kept,) = pending_messages(store)
        assert (kept.channel, kept.passed_on) == ("ops", True)
        drain(store, [ops, mail], AT + 4 * HOUR, self.ALERTS)
        assert len(mail.letters) == 1

    def test_it_is_not_told_what_others_take(self, store: SqliteStore) -> None:
        ops, mail = Recorder(), Recorder("mail")
        assert statuses(dispatch(alone(1), [ops, mail], store, at=AT, alerts=self.ALERTS)) == [
            ("ops", "delivered")
        ]

    def test_it_is_given_what_was_kept_for_a_channel_that_is_gone(self, store: SqliteStore) -> None:
        gone, mail = Recorder("gone"), Recorder("mail")
        gone.fail("retry")
        dispatch(alone(1), [gone], store, at=AT)
        drain(store, [mail], AT + 1)
        assert mail.letters == []
        drain(store, [mail], AT + 1, self.ALERTS)
        assert mail.told == ["sg-00000001"]


class TestTogether:
    def test_the_first_of_a_cluster_goes_at_once_and_the_rest_together(self, store: SqliteStore) -> None:
        channel = Recorder()
        for number in range(4):
            dispatch(numbered(number, severity="high"), [channel], store, at=AT + number)
        assert channel.told == ["sg-00000000"]
        assert drain(store, [channel], AT + 29) == ()
        drain(store, [channel], AT + 30)
        assert channel.told[1:] == ["sg-00000001,sg-00000002,sg-00000003"]
        (_, letter) = channel.letters
        assert isinstance(letter.content, Digest)
        assert letter.content.cluster == "cls-sample01"

    def test_a_later_event_sends_them_too(self, store: SqliteStore) -> None:
        channel = Recorder()
        for number in range(3):
            dispatch(numbered(number, severity="high"), [channel], store, at=AT + number)
        dispatch(alone(9), [channel], store, at=AT + 40)
        assert channel.told == ["sg-00000000", "sg-00000001,sg-00000002", "sg-00000009"]

    def test_critical_ones_wait_for_nobody(self, store: SqliteStore) -> None:
        channel = Recorder()
        for number in range(5):
            dispatch(numbered(number, severity="critical"), [channel], store, at=AT)
        assert len(channel.letters) == 5

    def test_machines_are_told_one_by_one(self, store: SqliteStore) -> None:
        channel = Recorder(digest_size=1, paces=[Pace(3, 1)])
        for number in range(5):
            dispatch(numbered(number, severity="high"), [channel], store, at=AT)
        assert len(channel.letters) == 3
        drain(store, [channel], AT + 1)
        assert channel.told == [f"sg-{number:08d}" for number in range(5)]

    def test_one_a_second_still_gets_through_together(self, store: SqliteStore) -> None:
        channel = Recorder(digest_size=80, paces=[Pace(1, 1), Pace(30, 60)])
        for number in range(10):
            dispatch(alone(number, severity="critical"), [channel], store, at=AT)
        assert len(channel.letters) == 1
        drain(store, [channel], AT + 1)
        assert [len(contents(letter)) for letter in channel.letters] == [1, 9]


class TestRoutes:
    ENTRIES = tuple(
        ChannelEntry(name=name, kind="wecom", url=Reference("env", "X")) for name in ("ops", "sec", "mail")
    )
    NAMES = ("ops", "sec", "mail", "webhook")

    def where(self, told: Notification, *routes: Route, fallback: str = "") -> tuple[str, ...]:
        return routed(told, Alerts(channels=self.ENTRIES, routes=routes, fallback=fallback), self.NAMES)

    def test_without_routes_everybody_is_told(self) -> None:
        assert self.where(notification()) == self.NAMES
        assert self.where(notification(), fallback="mail") == ("ops", "sec", "webhook")

    def test_the_first_that_matches_decides(self) -> None:
        critical = Route(severities=("critical",), channels=("sec",))
        rest = Route(channels=("ops",))
        assert self.where(notification(), critical, rest) == ("sec", "webhook")
        assert self.where(notification(severity="low"), critical, rest) == ("ops", "webhook")

    def test_by_cluster_and_account(self) -> None:
        here = Route(clusters=("cls-sample01",), accounts=("100000000001",), channels=("ops",))
        assert self.where(notification(), here) == ("ops", "webhook")
        assert self.where(notification(clusters=()), here) == self.NAMES
        assert self.where(notification(account=""), here) == self.NAMES
        assert self.where(notification(account="100000000002"), here) == self.NAMES

    def test_a_route_to_a_channel_that_could_not_be_opened_is_none(self) -> None:
        alerts = Alerts(channels=self.ENTRIES, routes=(Route(channels=("sec",)),))
        assert routed(notification(), alerts, ["ops"]) == ("ops",)


class TestQuiet:
    NIGHT = Alerts(quiet=QuietHours(since=22 * 60, until=7 * 60), utc_offset=480)
    MIDNIGHT = 1_779_984_000.0
    """00:00 at UTC+8."""

    @pytest.mark.parametrize(
        ("hour", "until"), [(0, 7), (6.99, 7), (7, None), (12, None), (21.99, None), (22, 31), (23.5, 31)]
    )
    def test_until_when(self, hour: float, until: float | None) -> None:
        told = notification(severity="high")
        held = quiet_until(told, self.NIGHT, self.MIDNIGHT + hour * HOUR)
        assert held == (None if until is None else pytest.approx(self.MIDNIGHT + until * HOUR, abs=1))

    def test_what_is_critical_is_never_held(self, store: SqliteStore) -> None:
        channel = Recorder()
        sent = dispatch(notification(), [channel], store, at=self.MIDNIGHT, alerts=self.NIGHT)
        assert statuses(sent) == [("ops", "delivered")]

    def test_the_rest_comes_in_the_morning(self, store: SqliteStore) -> None:
        channel = Recorder()
        for number in range(3):
            told = numbered(number, severity="high")
            sent = dispatch(told, [channel], store, at=self.MIDNIGHT + number, alerts=self.NIGHT)
            assert statuses(sent) == [("ops", "held")]
        assert drain(store, [channel], self.MIDNIGHT + 6.9 * HOUR, self.NIGHT) == ()
        drain(store, [channel], self.MIDNIGHT + 7.1 * HOUR, self.NIGHT)
        assert channel.told == ["sg-00000000,sg-00000001,sg-00000002"]


def test_a_storm(store: SqliteStore) -> None:
    """300 groups in a minute: never more than the pace, all accounted for by name, critical ones first."""
    channel, times = Recorder(), []
    deliver = channel.deliver
    now = AT
    waited: dict[str, float] = {}

    def timed(letter: Letter) -> Delivery:
        times.append(now)
        for one in contents(letter):
            waited.setdefault(one.group_id, now - one.observed_at)
        return deliver(letter)

    channel.deliver = timed  # type: ignore[method-assign]
    critical = set()
    for number in range(300):
        now = AT + number / 5
        severity = "critical" if number % 7 == 3 else "high"
        told = numbered(number, severity=severity, observed_at=now)
        critical |= {told.group_id} if severity == "critical" else set()
        dispatch(told, [channel], store, at=now)
    assert max(waited[group] for group in critical if group in waited) <= 10
    for _ in range(300):
        now += 2
        drain(store, [channel], now)
    told_of = [one.group_id for letter in channel.letters for one in contents(letter)]
    assert sorted(told_of) == sorted(f"sg-{number:08d}" for number in range(300))
    assert max(sum(start <= at < start + 60 for at in times) for start in times) <= 18
    assert max(waited[group] for group in critical) <= 10
    assert pending_messages(store) == ()
