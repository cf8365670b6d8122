"""What every receiver has: rates that are counted, answers that were asked for, messages that were taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import msgspec


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it arrived."""

    target: str
    """Path and query."""
    headers: Mapping[str, str] = {}
    """Names in small letters."""
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    def asked(self, name: str) -> str:
        """A parameter of the query, decoded once; empty if it is not there exactly once."""
        values = parse_qs(urlsplit(self.target).query, keep_blank_values=True).get(name, [])
        return values[0] if len(values) == 1 else ""

    def document(self) -> dict[str, object]:
        """The body as an object; empty if it is none."""
        try:
            return msgspec.json.decode(self.body, type=dict[str, object])
        except msgspec.MsgspecError:
            return {}


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


def json_reply(document: object, status: int = 200) -> Reply:
    """An answer in JSON."""
    headers = {"Content-Type": "application/json"}
    return Reply(status=status, body=msgspec.json.encode(document), headers=headers)


class Desk:
    """One bot of a vendor, without a socket. Subclasses say what is wrong with a post, and in which words."""

    path = "/"
    """Where it is posted to, query included; with the secret that the vendor puts there."""
    keys: tuple[str, ...] = ()
    """What messages must be signed with."""
    rates: tuple[tuple[int, float], ...] = ()
    """Messages in seconds that the vendor takes."""

    def __init__(self) -> None:
        self.taken: list[Post] = []
        """Messages that would be shown, in order."""
        self.refused: list[tuple[Post, Reply]] = []
        self.times: list[float] = []
        """When each message came, refused ones included."""
        self.next: deque[Reply] = deque()
        """Answers to give before any is thought about."""
        self.heard: Callable[[Post, Reply], object] | None = None
        """Called with every post and its answer."""

    def answer(self, post: Post, at: float) -> Reply:
        """Answer a post that comes at epoch seconds `at`."""
        self.times.append(at)
        if self.next:
            reply = self.next.popleft()
            took = False
        else:
            wrong = self.check(post, at)
            took = wrong is None
            reply = self.thanks() if wrong is None else wrong
        if took:
            self.taken.append(post)
        else:
            self.refused.append((post, reply))
        if self.heard:
            self.heard(post, reply)
        return reply

    def check(self, post: Post, at: float) -> Reply | None:
        """What is wrong with a post; None takes it."""
        raise NotImplementedError

    def thanks(self) -> Reply:
        """The answer to a message that was taken."""
        raise NotImplementedError

    def error(self, code: int | str) -> Reply:
        """The vendor's answer with one of its documented codes, for `next`."""
        raise NotImplementedError

    def too_fast(self, at: float) -> bool:
        """Whether this message is one too many for some rate."""
        return any(sum(at - one < seconds for one in self.times) > count for count, seconds in self.rates)


def inside(document: object, *keys: str | int) -> object:
    """What stands somewhere in a document; None where the way does not exist."""
    for key in keys:
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and isinstance(key, int) and key < len(document):
            document = document[key]
        else:
            return None
    return document
