"""Defects that are planted into the guard, each of a kind that a tool like this has had.

The simulation is worth something only if it finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import msgspec

from sgguard import pipeline
from sgguard.act import deed, execution, limits
from sgguard.adapters.tencent import writer
from sgguard.adapters.tencent.write_gate import WriteGate
from sgguard.errors import UnansweredError
from sgguard.evaluate import group as verdicts
from sgguard.facts.memory import FactsMemory
from sgguard.model.notification import Delivery, Letter
from sgguard.model.outcome import Outcome
from sgguard.model.plan import Step
from sgguard.model.run import Sent
from sgguard.wire.policy_set import direction_key
from simulation.recollection import users


@contextmanager
def _patched(*changes: tuple[object, str, object]) -> Iterator[None]:
    with ExitStack() as stack:
        for where, name, new in changes:
            stack.enter_context(patch.object(where, name, new))
        yield


def _open_gate(*_: object) -> None:
    """The transport's own check, taken out: what is planted must be found without it."""


_NO_GATE = (WriteGate, "__call__", _open_gate)


def no_compare_and_set() -> Any:
    """Writes carry no version, so that they land on whatever list is there."""

    def unversioned(self: Any, order: Any) -> str:
        step = order.step
        rows = (
            [{"PolicyIndex": index} for index in step.indexes]
            if step.op == "delete"
            else [writer.encode_policy(policy, index=step.index) for policy in step.policies]
        )
        latest = str(self._session._history.cloud.groups[order.group_id].version)
        call = getattr(self._session.client("vpc", region=order.region), _CALLS[step.op])
        policy_set = {"Version": latest, direction_key(step.direction): rows}
        with writer.writing("no version"):
            return str(call(SecurityGroupId=order.group_id, SecurityGroupPolicySet=policy_set)["RequestId"])

    return _patched(_NO_GATE, (writer.TencentWriter, "write", unversioned))


_CALLS = {
    "create": "create_security_group_policies",
    "delete": "delete_security_group_policies",
    "replace": "replace_security_group_policy",
}


def event_only() -> Any:
    """What was read once is taken for the truth for ever."""
    fresh = pipeline.gather
    remembered: dict[str, Any] = {}

    def gather(group_id: str, *args: Any, observed_at: float, **known: Any) -> Any:
        if observed_at < remembered.get("at", 0.0):
            remembered.clear()  # another history has begun
        remembered["at"] = observed_at - 60
        if group_id not in remembered:
            remembered[group_id] = fresh(group_id, *args, observed_at=observed_at, **known)
        return remembered[group_id]

    return _patched((pipeline, "gather", gather))


def drop_required() -> Any:
    """Nothing is proven: a row is deleted that has to do with nothing."""

    def decide(evaluation: Any, group: Any, expectation: Any, guardrails: Any, known: Any) -> Any:
        plan = _decide(evaluation, group, expectation, guardrails, known)
        if plan.decision != "revert":
            return plan
        rows = group.ingress
        step = Step(
            op="delete", direction="ingress", indexes=(len(rows) // 2,), policies=(rows[len(rows) // 2],)
        )
        after = msgspec.structs.replace(
            group, ingress=tuple(row for row in rows if row.index != len(rows) // 2)
        )
        return msgspec.structs.replace(plan, steps=(step,), after=after)

    return _patched(_NO_GATE, (pipeline, "decide", decide))


_decide = pipeline.decide


def whole_list_put_back() -> Any:
    """The revert restores the list as it was remembered, with everything that others changed since."""

    def decide(evaluation: Any, group: Any, expectation: Any, guardrails: Any, known: Any) -> Any:
        plan = _decide(evaluation, group, expectation, guardrails, known)
        earlier = known.earlier
        if plan.decision != "revert" or earlier is None or not earlier.group.ingress:
            return plan
        steps = (
            Step(op="create", direction="ingress", index=0, policies=earlier.group.ingress),
            Step(
                op="delete",
                direction="ingress",
                indexes=tuple(len(earlier.group.ingress) + row.index for row in group.ingress),
                policies=group.ingress,
            ),
        )
        return msgspec.structs.replace(plan, steps=steps)

    return _patched(_NO_GATE, (pipeline, "decide", decide))


def snapshot_after_write() -> Any:
    """The rows are kept when they are gone already."""

    def later(store: Any, snapshot: Any, *, at: float) -> str:
        return "0" * 64

    return _patched((deed, "keep_snapshot", later))


def no_journal() -> Any:
    """Nobody can tell who wrote."""
    append = deed.append

    def forgetful(store: Any, entry: Any) -> Any:
        class Nowhere:
            def __getattr__(self, name: str) -> Any:
                return lambda *_: () if name == "entries" else None

        return append(Nowhere(), entry)

    return _patched((deed, "append", forgetful))


def budget_of_the_invocation() -> Any:
    """Every invocation counts its own writes only."""
    recent = limits.recent_claims

    def own(store: Any, *, since: float, now: float) -> Any:
        claims = recent(store, since=since, now=now)
        newest = max((claim.at for claim in claims), default=0.0)
        return tuple(claim for claim in claims if claim.at == newest)

    return _patched((limits, "recent_claims", own))


def claim_after_write() -> Any:
    """The budget is looked at, and nothing is put on record."""
    return _patched((limits, "keep_claim", lambda store, claim: None))


def no_fight_detector() -> Any:
    """Whoever keeps writing is answered for ever."""
    return _without("hold.fight")


def freezes_do_not_matter() -> Any:
    """The stored kill switch is not looked at."""
    return _without("hold.frozen-all")


def _without(code: str) -> Any:
    holds = limits.standing_holds

    def fewer(*args: Any, **known: Any) -> Any:
        return tuple(hold for hold in holds(*args, **known) if hold.code != code)

    return _patched(
        (limits, "standing_holds", fewer),
        *((m, "standing_holds", fewer) for m in users("standing_holds", holds)),
    )


def write_in_observe() -> Any:
    """The mode is not asked for."""

    def decide(evaluation: Any, group: Any, expectation: Any, guardrails: Any, known: Any) -> Any:
        guardrails = msgspec.structs.replace(guardrails, mode="enforce")
        return _decide(evaluation, group, expectation, guardrails, known)

    return _patched((pipeline, "decide", decide))


def lost_answer_is_success() -> Any:
    """A write that was not answered is taken for done, and the list is not read again."""

    def sure(plan: Any, region: str, hands: Any, reader: Any, names: Any) -> Any:
        for step in plan.steps:
            order = execution.Order(
                region=region,
                group_id=plan.group_id,
                step=step,
                before=plan.before,
                after=execution.apply(plan.before, step),
            )
            try:
                hands.write(order)
            except UnansweredError:
                return Outcome(result="reverted"), order.after
            except execution.RemediationError:
                return Outcome(result="failed"), plan.before
        return Outcome(result="reverted"), plan.after

    return _patched((deed, "execute", sure))


def unknown_code_is_success() -> Any:
    """Whatever the channel answers, the message is taken for delivered."""
    return _patched((pipeline, "dispatch", _careless))


def _careless(notification: Any, channels: Any, store: Any, **_: Any) -> Any:
    for channel in channels:
        channel.deliver(Letter(content=notification))
    done = tuple(Delivery(channel=channel.name, status="delivered", detail="") for channel in channels)
    return Sent(notification=notification, deliveries=done)


def silent() -> Any:
    """Findings are acted on, and nobody is told."""
    return _patched((pipeline, "compose", lambda *_, **__: None))


def version_zero() -> Any:
    """Writes say Version 0, which clears everything where another call is meant."""
    write = writer.TencentWriter.write

    def zero(self: Any, order: Any) -> str:
        before = msgspec.structs.replace(order.before, version="0")
        return write(self, msgspec.structs.replace(order, before=before))

    return _patched(_NO_GATE, (writer.TencentWriter, "write", zero))


def order_is_ignored() -> Any:
    """Each row is judged by itself, as if no row before it mattered: nothing is ever missing."""
    evaluate = verdicts.evaluate

    def unordered(group: Any, expectation: Any, *, group_id: str, circumstances: Any) -> Any:
        found = evaluate(group, expectation, group_id=group_id, circumstances=circumstances)
        kept = tuple(finding for finding in found.findings if finding.kind != "missing")
        return msgspec.structs.replace(found, findings=kept, verdict="violating" if kept else "compliant")

    return _everywhere(evaluate, unordered)


def one_family() -> Any:
    """IPv6 is not looked at."""
    evaluate = verdicts.evaluate

    def half(group: Any, expectation: Any, *, group_id: str, circumstances: Any) -> Any:
        found = evaluate(group, expectation, group_id=group_id, circumstances=circumstances)
        kept = tuple(f for f in found.findings if all(block.family == "ipv4" for block in f.traffic))
        return msgspec.structs.replace(found, findings=kept, verdict="violating" if kept else "compliant")

    return _everywhere(evaluate, half)


def _everywhere(old: Any, new: Any) -> Any:
    return _patched(*((module, "evaluate", new) for module in users("evaluate", old)))


def nothing_becomes_stale() -> Any:
    """What was read of templates and bindings is believed for ever, whatever events and the clock say."""
    recall = FactsMemory.recall

    def trusting(self: Any, region: str, key: str, shape: Any, *, since: float) -> Any:
        return recall(self, region, key, shape, since=0.0)

    return _patched((FactsMemory, "forget", lambda *_, **__: None), (FactsMemory, "recall", trusting))


def own_changes_only() -> Any:
    """Changes by a role are ignored, whoever uses the role: the last sweep's included."""
    parse = pipeline.parse

    def trusting(element: Any) -> Any:
        change = parse(element)
        if getattr(change, "request_id", "").startswith("sweep"):
            return pipeline.IgnoredEvent(reason="own")
        return change

    return _patched((pipeline, "parse", trusting))


MUTANTS: dict[str, Callable[[], Any]] = {
    mutant.__name__.replace("_", "-"): mutant
    for mutant in (
        no_compare_and_set,
        event_only,
        drop_required,
        whole_list_put_back,
        snapshot_after_write,
        no_journal,
        budget_of_the_invocation,
        claim_after_write,
        no_fight_detector,
        freezes_do_not_matter,
        write_in_observe,
        lost_answer_is_success,
        unknown_code_is_success,
        silent,
        version_zero,
        order_is_ignored,
        one_family,
        nothing_becomes_stale,
        own_changes_only,
    )
}
