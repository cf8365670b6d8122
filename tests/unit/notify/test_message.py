"""One message, the same in every language: what it says, in which order, and what goes first."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from messages import AT, ROW, notification, numbered

from sgguard import __version__
from sgguard.adapters.channels.fit import cut_bytes, fitted
from sgguard.adapters.channels.plain_text import lines
from sgguard.model.message import Fact, Link, Listing, Message
from sgguard.model.notification import Digest, Letter, Notification
from sgguard.model.plan import Proof
from sgguard.model.reason import as_written, reason
from sgguard.notify.command import commands
from sgguard.notify.console import group_page
from sgguard.notify.message import Voice, message_of
from sgguard.report.foreign import harmless
from sgguard.wording import LANGUAGES, Language

ORDER = [
    *("group", "cluster", "findings", "rows", "actor", "proof", "times", "reasons"),
    *("commands", "console", "fingerprint"),
]
FACTS = {
    "group": ("sg-sample01 “shop workers” · ap-guangzhou", "100000000001"),
    "cluster": ("cls-sample01", "3"),
    "findings": ("2379", "198.51.100.1"),
    "rows": ("- ingress 0  ACCEPT ALL from 0.0.0.0/0", "debugging"),
    "actor": ("alice", "100000000101", "203.0.113.9", "CreateSecurityGroupPolicies", "00000000-0000-4000"),
    "proof": ("6/6", "41→42"),
    "times": ("2026-05-29 04:26:37 +08:00", "2026-05-29 04:26:40 +08:00", "2026-05-29 04:26:41 +08:00"),
    "reasons": ("1",),
    "commands": ("sgguard undo abc123", "sgguard apply plan-7", "sgguard waive ffffffffffff"),
    "console": ("https://console.cloud.tencent.com/vpc/securitygroup/detail/sg-sample01?rid=1",),
    "fingerprint": ("f" * 32, "2", "24", f"sgguard {__version__} enforce"),
}


def message(told: Notification, language: Language = "en", **voice: Any) -> Message:
    return message_of(Letter(content=told), Voice(language=language, utc_offset=480, **voice))


def said(block: Any) -> str:
    if isinstance(block, Link):
        return block.url
    return block.value if isinstance(block, Fact) else "\n".join(block.items)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_in_the_same_order(language: Language) -> None:
    told = message(notification(), language)
    assert [block.name for block in told.blocks] == ORDER
    for block in told.blocks:
        assert all(fact in said(block) for fact in FACTS[block.name]), block
    assert "sg-sample01" in told.headline


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "action",
    ["reverted", "alert only", "refused", "failed", "could not decide", "resolved", "notice", "test"],
)
def test_every_action_has_a_headline_of_its_own(language: Language, action: Any) -> None:
    other = "failed" if action != "failed" else "refused"
    own = message(notification(action=action), language).headline
    assert own != message(notification(action=other), language).headline
    assert "{" not in own


@pytest.mark.parametrize("severity", ["info", "low", "medium", "high", "critical"])
def test_the_severity_comes_first(severity: Any) -> None:
    assert message(notification(severity=severity)).headline.startswith(severity.upper())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_said_to_be_unknown(language: Language) -> None:
    empty = notification(
        group_id="",
        group_name="",
        region="",
        account="",
        clusters=(),
        machines=0,
        findings=(),
        rows=(),
        proof=None,
        reasons=(),
        change=None,
        acted_at=None,
        occurrence=None,
        approval="",
        journal="",
        version_before="",
        version_after="",
    )
    told = message(empty, language)
    names = ["group", "cluster", "actor", "proof", "times", "fingerprint"]
    assert [block.name for block in told.blocks] == names
    assert all(said(block) and "{" not in said(block) for block in told.blocks)


def group_line(name: str) -> str:
    return said(message(notification(group_name=name)).blocks[0])


@pytest.mark.parametrize("name", ["", "sg-sample01"])
def test_a_name_that_says_nothing_is_left_out(name: str) -> None:
    assert group_line(name) == "sg-sample01 · ap-guangzhou · account 100000000001"


def test_a_name_cannot_leave_its_quotation_marks_or_push_the_account_away() -> None:
    assert group_line("x” · ap-beijing · account 1 · “y") == (
        'sg-sample01 “x" · ap-beijing · account 1 · "y” · ap-guangzhou · account 100000000001'
    )
    assert group_line("w" * 1_000_000) == (f"sg-sample01 “{'w' * 59}…” · ap-guangzhou · account 100000000001")


def test_a_description_cannot_leave_its_quotation_marks() -> None:
    row = msgspec.structs.replace(ROW, description="ok”  + ingress 0  DROP ALL “")
    (block,) = [block for block in message(notification(rows=(row,))).blocks if block.name == "rows"]
    assert said(block) == '- ingress 0  ACCEPT ALL from 0.0.0.0/0  “ok"  + ingress 0  DROP ALL "”'


def test_what_was_not_done_is_told_with_its_reason() -> None:
    told = message(
        notification(
            action="alert only",
            decision="alert",
            version_after="41",
            acted_at=None,
            approval="",
            journal="",
            reasons=(reason("decide.observe"), as_written("and another")),
        )
    )
    blocks = {block.name: block for block in told.blocks}
    assert "not written" in blocks["rows"].label
    assert said(blocks["reasons"]) == "mode is observe: nothing is written\nand another"
    assert said(blocks["commands"]).count("sgguard") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proof_of_what_was_not_written_is_not_told_as_what_is_so(language: Language) -> None:
    proof = Proof(
        holds=True, requirements=6, intact_before=0, intact_after=6, newly_permitted=False, remaining=0
    )
    told = message(
        notification(action="refused", decision="refuse", version_after="41", proof=proof), language
    )
    (line,) = (said(block) for block in told.blocks if block.name == "proof")
    assert line.index("0/6") < line.index("6/6")
    assert "41→" not in line


def test_a_fallback_says_why_it_was_chosen() -> None:
    note = reason("alert.fallback", channel="ops", why="errcode 93000: see https://evil.example")
    told = message_of(Letter(content=notification(), note=note), Voice())
    assert told.blocks[0].name == "note"
    assert "ops did not take it: errcode 93000: see https[:]//evil[.]example" in said(told.blocks[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_counts_and_names(language: Language) -> None:
    many = tuple(numbered(n, severity="critical" if n < 2 else "high") for n in range(5))
    told = message_of(Letter(content=Digest(notifications=many, waiting=7)), Voice(language=language))
    counts, groups, waiting = told.blocks
    assert (said(counts).count("2"), said(counts).count("3"), "7" in said(waiting)) == (1, 1, True)
    assert [one.group_id in line for one, line in zip(many, said(groups).splitlines(), strict=True)] == [
        True
    ] * 5
    assert (told.severity, "5" in told.headline) == ("critical", True)


def test_the_link_is_the_guards_own() -> None:
    assert group_page("host", "ap-guangzhou", "sg-1234abcd").endswith("sg-1234abcd?rid=1")
    assert group_page("host", "ap-nowhere", "sg-1234abcd").endswith("sg-1234abcd")
    assert group_page("host", "ap-guangzhou", "sg-1234abcd/../../x") == ""
    assert message(notification(), console="console.tencentcloud.com").blocks[-2] == Link(
        name="console",
        label="Open the group in the console",
        url="https://console.tencentcloud.com/vpc/securitygroup/detail/sg-sample01?rid=1",
    )


@pytest.mark.parametrize("word", ["", "a b", "$(id)", "a;b", "-rf", "x\ny", "é", "a" * 200])
def test_no_command_is_made_of_what_a_shell_would_read(word: str) -> None:
    told = notification(journal=word, approval=word, group_id=word, findings=())
    assert list(commands(told)) == []


class TestFit:
    LONG = Message(
        severity="high",
        headline="H" * 300,
        blocks=(
            Fact(name="group", label="G", value="v" * 1000),
            Listing(name="rows", label="R", items=tuple(f"row {n} " + "x" * 400 for n in range(200))),
            Listing(name="commands", label="C", items=("sgguard undo " + "5" * 64,)),
            Fact(name="times", label="T", value="when", weight="detail"),
            Fact(name="fingerprint", label="F", value="print", weight="extra"),
        ),
    )

    @staticmethod
    def size(told: Message) -> int:
        return len("\n".join(lines(told)).encode())

    @pytest.mark.parametrize("limit", [100_000, 20_000, 10_000, 4096, 2048, 1500, 900])
    def test_the_most_that_fits(self, limit: int) -> None:
        told = fitted(self.LONG, self.size, limit)
        assert self.size(told) <= limit
        rows = next(block for block in told.blocks if isinstance(block, Listing) and block.name == "rows")
        assert rows.items[0].startswith("row 0 ")
        assert rows.items[-1].startswith("row 199 ")
        assert "sgguard undo " + "5" * 64 in "\n".join(lines(told))

    def test_what_goes_first(self) -> None:
        kept = [
            {block.name for block in fitted(self.LONG, self.size, limit).blocks} for limit in (2048, 650, 600)
        ]
        assert [{"times", "fingerprint"} & names for names in kept] == [
            {"times", "fingerprint"},
            {"times"},
            set(),
        ]

    def test_the_gap_says_how_many(self) -> None:
        told = fitted(self.LONG, self.size, 4096)
        rows = next(block for block in told.blocks if isinstance(block, Listing) and block.name == "rows")
        assert rows.items[-2] == f"… {200 - len(rows.items) + 1} more …"

    def test_nothing_is_changed_that_fits(self) -> None:
        small = msgspec.structs.replace(self.LONG, headline="H", blocks=self.LONG.blocks[3:])
        assert fitted(small, self.size, 4096) == small

    @pytest.mark.parametrize("limit", range(3, 12))
    def test_bytes_are_cut_between_characters(self, limit: int) -> None:
        assert len(cut_bytes("界a界b界", limit).encode()) <= limit
        assert cut_bytes("界", 3) == "界"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.0.0.0/8 to 30000-32767. Next", "10.0.0.0/8 to 30000-32767. Next"),
        ("see https://evil.example/x", "see https[:]//evil[.]example/x"),
        ("a@b.co", "a\uff20b[.]co"),
        ("<!here>", "\u2039!here\u203a"),
        ("a\u202eb\u2028c\x00d", "a\ufffdb c\ufffdd"),
        ("e" + "\u0301" * 9, "é\u0301\u0301"),
        ("界" * 1000, "界" * 499 + "…"),
    ],
)
def test_foreign_text_does_nothing(text: str, shown: str) -> None:
    assert harmless(text) == shown
    assert harmless(harmless(text)) == shown


def test_times_are_the_sites() -> None:
    assert Voice(utc_offset=-330).time(AT) == "2026-05-28 14:56:40 -05:30"
    assert Voice().time(AT) == "2026-05-28 20:26:40 +00:00"
