"""The journal: who changed what, why, and what that rested on. One document an entry, never changed.

Every group has a chain of its own. An entry names the entries that it follows by the digests of their
documents, and its own digest is part of its key; so whoever changes, swaps or takes away an entry breaks the
chain for everything behind it. Two instances that write at the same time make a fork, which the next entry
joins by naming both. Nothing here needs a comparison and a write in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Literal

import msgspec

from sgguard.model.change import ChangeEvent
from sgguard.model.finding import Evaluation
from sgguard.model.outcome import AppliedStep, Result
from sgguard.model.plan import Decision, Proof, Step
from sgguard.model.reason import Reason
from sgguard.state.ports import Entry, Store, StoreError

SCHEMA: Literal["sgguard/journal/v1"] = "sgguard/journal/v1"
WHOLE_GUARD = "guard"
"""The chain of what concerns no single group."""
_KEY = r"(?P<chain>[^/]+)/(?P<sequence>\d{8})-(?P<digest>[0-9a-f]{64})"

Deed = Literal["revert", "hold", "apply", "undo", "freeze", "unfreeze"]
"""``hold``: a write that was wanted and not made, with every reason. ``apply``: an approved plan."""


class JournalError(StoreError):
    """The journal is not what was written to it. Nothing is added to it, and so nothing is written."""


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    """What a group was like when it was read again."""

    version: str
    verdict: str
    findings: int
    """Those that count: dead rows are left out."""


def aftermath(evaluation: Evaluation) -> Aftermath:
    """A verdict, as short as the journal keeps it."""
    findings = [finding for finding in evaluation.findings if finding.kind != "shadowed"]
    return Aftermath(version=evaluation.version, verdict=evaluation.verdict, findings=len(findings))


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was about to be done, or that was done."""

    schema: Literal["sgguard/journal/v1"] = SCHEMA
    chain: str
    """Id of the group; ``guard`` for what concerns them all."""
    sequence: int = 0
    parents: tuple[str, ...] = ()
    """Digests of the entries that it follows; several where instances wrote at the same time."""
    at: float
    """Epoch seconds."""
    deed: Deed
    phase: Literal["intended", "ended"]
    """``intended`` is on record before the first call; a switch has ended at once."""
    by: str
    """Who acts: the guard's own name, or the person who gave the command."""
    change: ChangeEvent | None = None
    """What the deed answers to."""
    decision: Decision | None = None
    """None for a switch, and at the end of a deed."""
    reasons: tuple[Reason, ...] = ()
    region: str = ""
    expected_version: str = ""
    steps: tuple[Step, ...] = ()
    proof: Proof | None = None
    """What was shown before the first call."""
    snapshot: str = ""
    """Key of the rows as they were."""
    undoes: str = ""
    """Digest of the intention that an ``undo`` takes back."""
    intention: str = ""
    """``ended``: digest of its intention."""
    result: Result | None = None
    """``ended``: how."""
    applied: tuple[AppliedStep, ...] = ()
    """Writes that were confirmed, with their request ids."""
    doubtful: tuple[AppliedStep, ...] = ()
    """Writes that were sent and could not be confirmed."""
    after: Aftermath | None = None
    """What was shown after the last call."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it stands in the journal."""

    digest: str
    """SHA-256 of the document, hexadecimal. Its first twelve digits are the entry's id for people."""
    entry: JournalEntry

    @property
    def id(self) -> str:
        """Short enough to type."""
        return self.digest[:12]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry's key says of it."""

    chain: str
    sequence: int
    digest: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chain ended when it was last written to, and what the guard did there last."""

    sequence: int
    digest: str
    requests: tuple[str, ...] = ()
    """Request ids of the last writes."""
    version: str = ""
    """Version of the group that the last write left."""
    held: str = ""
    """What was held back last: id of the plan and the decision. The same is not put on record twice."""


def key_of(chain: str, sequence: int, digest: str) -> str:
    """The key of an entry."""
    return f"{chain}/{sequence:08}-{digest}"


def place_of(key: str) -> Place | None:
    """What a key says; None if it is no key of an entry."""
    found = re.fullmatch(_KEY, key)
    return found and Place(chain=found["chain"], sequence=int(found["sequence"]), digest=found["digest"])


def append(store: Store, entry: JournalEntry, *, held: str = "") -> Written:
    """Add an entry to the end of its chain. Raises StoreError, and JournalError for a broken chain.

    `held` is for `Head.held`.
    """
    tips = _tips(store, entry.chain)
    sequence = max((tip.entry.sequence for tip in tips), default=-1) + 1
    parents = tuple(sorted(tip.digest for tip in tips))
    entry = msgspec.structs.replace(entry, sequence=sequence, parents=parents)
    document = msgspec.json.encode(entry)
    digest = sha256(document).hexdigest()
    key = key_of(entry.chain, sequence, digest)
    store.put(Entry(kind="journal", key=key, kept_at=entry.at, document=document))
    applied = entry.applied
    head = Head(
        sequence=sequence,
        digest=digest,
        requests=tuple(step.request_id for step in applied if step.request_id),
        version=applied[-1].version_after if applied else "",
        held=held,
    )
    store.replace(_head_entry(entry.chain, head, entry.at))
    return Written(digest=digest, entry=entry)


def head_of(store: Store, chain: str) -> Head | None:
    """Where a chain ended when it was last written to. Raises StoreError."""
    kept = store.get("marker", f"journal/{chain}")
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept.document, type=Head)
    except msgspec.DecodeError as error:
        raise _broken(f"the head of {chain} cannot be read: {error}") from error


def read(kept: Entry) -> Written:
    """An entry out of the store. Raises JournalError where it is not what was written."""
    place = place_of(kept.key)
    if place is None:
        raise _broken(f"{kept.key} is no key of an entry")
    if sha256(kept.document).hexdigest() != place.digest:
        raise _broken(f"{kept.key} was altered: its content does not have that digest")
    try:
        entry = msgspec.json.decode(kept.document, type=JournalEntry)
    except msgspec.DecodeError as error:
        raise _broken(f"{kept.key} cannot be read: {error}") from error
    if (entry.chain, entry.sequence) != (place.chain, place.sequence):
        raise _broken(f"{kept.key} stands where entry {entry.sequence} of {entry.chain} was written")
    return Written(digest=place.digest, entry=entry)


def _tips(store: Store, chain: str) -> list[Written]:
    """The entries of a chain that none follows: one, several after a fork, none where it begins."""
    head = head_of(store, chain)
    if head is None:
        return _leaves(read(kept) for kept in store.entries("journal", f"{chain}/"))
    at_head = _level(store, chain, head.sequence)
    if head.digest not in {written.digest for written in at_head}:
        raise _broken(f"entry {head.sequence} of {chain}, the last one written, is gone")
    found, sequence = at_head, head.sequence + 1
    while level := _level(store, chain, sequence):
        found, sequence = [*found, *level], sequence + 1
    return _leaves(found)


def _level(store: Store, chain: str, sequence: int) -> list[Written]:
    return [read(kept) for kept in store.entries("journal", f"{chain}/{sequence:08}-")]


def _leaves(entries: Iterable[Written]) -> list[Written]:
    found = list(entries)
    followed = {parent for written in found for parent in written.entry.parents}
    return [written for written in found if written.digest not in followed]


def _head_entry(chain: str, head: Head, at: float) -> Entry:
    return Entry(kind="marker", key=f"journal/{chain}", kept_at=at, document=msgspec.json.encode(head))


def _broken(what: str) -> JournalError:
    return JournalError(
        f"The journal is corrupted: {what}.",
        next_step="Run sgguard journal verify. Until it is clean the guard only observes.",
    )


def all_entries(store: Store, chain: str = "") -> tuple[Written, ...]:
    """Every entry, or those of one chain, oldest first. Raises StoreError, and JournalError for a bad one."""
    return tuple(read(kept) for kept in store.entries("journal", f"{chain}/" if chain else ""))


def find(store: Store, identity: str) -> Written:
    """The one entry whose digest starts so. Raises JournalError where there is none, or several."""
    found = [kept for kept in store.entries("journal") if _digest_starts(kept.key, identity)]
    if len(found) != 1:
        count = f"{len(found)} entries start" if found else "no entry starts"
        raise JournalError(
            f"{count} with {identity[:64]!r}.", next_step="sgguard journal list shows the ids of all entries."
        )
    return read(found[0])


def _digest_starts(key: str, identity: str) -> bool:
    place = place_of(key)
    return bool(place and identity and place.digest.startswith(identity))


def ending_of(intention: Written, entries: Sequence[Written]) -> Written | None:
    """How an intended deed ended; None where nobody knows: an instance died over it."""
    return next((e for e in entries if e.entry.intention == intention.digest), None)
